import { accessSync, constants } from 'node:fs';
import { hasShippedBrowser, unpackShippedBrowser } from './shipped-browser.ts';

/** A browser that could be started; `prepare` does what is needed before. */
export type BrowserCandidate = {
  /** For the operator: where the browser comes from. */
  origin: string;
  /** A headless shell knows one mode only; a full Chrome is told to be headless. */
  kind: 'headless-shell' | 'full';
  prepare(): Promise<{ executable: string; environment: Readonly<Record<string, string>> }>;
};

const usualPlaces = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/opt/homebrew/bin/chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
] as const;

type Search = {
  /** Set by the operator: then nothing else is tried. */
  chromePath?: string | undefined;
  /** Where the shipped browser is unpacked. */
  tmpDir: string;
  places?: readonly string[];
};

/** Browsers in the order in which they are tried: the configured one alone, or the installed ones, then the shipped one. */
export const findBrowsers = ({ chromePath, tmpDir, places = usualPlaces }: Search): BrowserCandidate[] => {
  if (chromePath) return [installed(chromePath, 'configured')];
  const found = places.filter(isExecutable).map((path) => installed(path, 'installed'));
  return hasShippedBrowser() ? [...found, shipped(tmpDir)] : found;
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const installed = (path: string, how: string): BrowserCandidate => ({
  origin: `${path} (${how})`,
  kind: /headless[-_]shell/.test(path) ? 'headless-shell' : 'full',
  prepare: async () => ({ executable: path, environment: {} }),
});

const shipped = (tmpDir: string): BrowserCandidate => ({
  origin: 'shipped with the product',
  kind: 'headless-shell',
  prepare: () => unpackShippedBrowser(tmpDir),
});
