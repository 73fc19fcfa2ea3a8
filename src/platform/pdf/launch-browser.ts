import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { describeError, type Logger } from '../logger.ts';
import type { BrowserCandidate } from './find-browser.ts';

/** No browser could be started. The message says what was tried and what the operator can do. */
export class NoBrowserError extends Error {
  constructor(tried: readonly string[]) {
    const list = tried.length > 0 ? tried.map((line) => `\n  - ${line}`).join('') : ' nothing found';
    super(`No browser for drawing PDFs. Install Chromium or set CHROME_PATH. Tried:${list}`);
    this.name = 'NoBrowserError';
  }
}

export type RunningBrowser = {
  browser: Browser;
  /** e.g. `HeadlessChrome/153.0.8010.0, shipped with the product`. */
  description: string;
  /** Ends the processes and removes the profile. */
  stop(): Promise<void>;
};

export type LaunchSettings = {
  /** A private folder for profiles. */
  tmpDir: string;
  /** `off` where the system forbids it, as container engines do; the container is the wall then. */
  sandbox?: 'on' | 'off' | undefined;
  logger?: Logger | undefined;
};

/**
 * Starts the first candidate that works.
 * @throws NoBrowserError when none does.
 */
export const launchBrowser = async (
  candidates: readonly BrowserCandidate[],
  { tmpDir, sandbox, logger }: LaunchSettings,
): Promise<RunningBrowser> => {
  const tried: string[] = [];
  for (const candidate of candidates) {
    try {
      return await launch(candidate, tmpDir, sandbox ?? 'on');
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      tried.push(`${candidate.origin}: ${reason}`);
      logger?.warn({ browser: candidate.origin, ...describeError(error) }, 'browser did not start');
    }
  }
  throw new NoBrowserError(tried);
};

const launch = async (
  candidate: BrowserCandidate,
  tmpDir: string,
  sandbox: 'on' | 'off',
): Promise<RunningBrowser> => {
  const { default: puppeteer } = await import('puppeteer');
  const { executable, environment } = await candidate.prepare();
  const profile = await freshProfile(tmpDir);
  const removeProfile = () => rm(profile, { recursive: true, force: true, maxRetries: 3 });
  try {
    const browser = await puppeteer.launch({
      executablePath: executable,
      headless: candidate.kind === 'headless-shell' ? 'shell' : true,
      // Chromium ends itself when this pipe closes: killed or crashed, we leave no browser behind.
      pipe: true,
      userDataDir: profile,
      args: flags(sandbox),
      // Not our environment: it holds the service's secrets.
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: profile,
        TMPDIR: profile,
        TZ: 'UTC',
        ...environment,
      },
      // The service closes its parts in order; the browser must not vanish first.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: 30_000,
    });
    const stop = async () => {
      await browser.close().catch(() => browser.process()?.kill('SIGKILL'));
      await removeProfile();
    };
    return { browser, description: `${await browser.version()}, ${candidate.origin}`, stop };
  } catch (error) {
    await removeProfile();
    throw error;
  }
};

const flags = (sandbox: 'on' | 'off'): string[] => [
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  // Whatever slips past the request filter finds no name and no address.
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
  // Chromium refuses its sandbox to root; for everybody else it stays on.
  ...(sandbox === 'off' || process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

const profileName = /^profile-(\d+)-/;

/** A profile of our own; those of processes that were killed are swept on the way. */
const freshProfile = async (tmpDir: string): Promise<string> => {
  await mkdir(tmpDir, { recursive: true });
  for (const name of await readdir(tmpDir)) {
    const owner = profileName.exec(name)?.[1];
    if (owner && !isAlive(Number(owner))) await rm(join(tmpDir, name), { recursive: true, force: true });
  }
  return mkdtemp(join(tmpDir, `profile-${process.pid}-`));
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
