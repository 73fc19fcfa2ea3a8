import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import puppeteer, { type Browser } from 'puppeteer';

const run = promisify(execFile);
const finder = fileURLToPath(new URL('../programs/find-browser.ts', import.meta.url));

type Found = { kind: string; executable: string; environment?: Record<string, string> };

/** A browser to look at pages with: the one of `CHROME_PATH`, an installed one, or the one shipped with the product. */
export const openBrowser = async (): Promise<Browser> => {
  const { stdout } = await run(process.execPath, [finder]);
  const { kind, executable, environment } = JSON.parse(stdout) as Found;
  return puppeteer.launch({
    executablePath: executable,
    headless: kind === 'headless-shell' ? 'shell' : true,
    env: { ...process.env, ...environment },
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
};
