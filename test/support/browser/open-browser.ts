import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer';
import { findBrowsers } from '../../../src/platform/pdf/find-browser.ts';

/** A browser to look at pages with: the one of `CHROME_PATH`, an installed one, or the one shipped with the product. */
export const openBrowser = async (): Promise<Browser> => {
  const [candidate] = findBrowsers({
    chromePath: process.env.CHROME_PATH,
    tmpDir: join(tmpdir(), 'looking-browser'),
  });
  if (!candidate) throw new Error('no browser: set CHROME_PATH');
  const { executable, environment } = await candidate.prepare();
  return puppeteer.launch({
    executablePath: executable,
    headless: candidate.kind === 'headless-shell' ? 'shell' : true,
    env: { ...process.env, ...environment },
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
};
