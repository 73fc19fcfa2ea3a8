import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, ElementHandle, Page } from 'puppeteer';
import { openBrowser } from './browser/open-browser.ts';

/** The offline verifier as somebody uses it who kept the file: opened from disk, with the network off. */
export type OfflinePage = {
  page: Page;
  /** Gives a file to one of the two fields; answers what the page says then. */
  give(field: 'file' | 'newer-file', name: string, bytes: Uint8Array | string): Promise<string>;
  paste(text: string): Promise<string>;
  speak(language: 'en' | 'fr'): Promise<void>;
  /** The class of the verdict: `verified`, `not-valid`, `could-not-check`, `expired`. */
  verdict(): Promise<string | undefined>;
  textOf(id: string): Promise<string>;
  /** Errors and refused requests since the page was opened. */
  faults: string[];
};

export type OfflineBrowser = { open(html: string): Promise<OfflinePage>; close(): Promise<void> };

export const openOfflineBrowser = async (): Promise<OfflineBrowser> => {
  const browser = await openBrowser();
  const dir = await mkdtemp(join(tmpdir(), 'offline-page-'));
  let opened = 0;

  const open = async (html: string): Promise<OfflinePage> => {
    opened += 1;
    const file = join(dir, `offline-${opened}.html`);
    await writeFile(file, html);
    return usePage(browser, file, dir);
  };
  return {
    open,
    close: async () => {
      await browser.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

const usePage = async (browser: Browser, file: string, dir: string): Promise<OfflinePage> => {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    if (/^https?:/.test(request.url())) faults.push(`asked ${request.url()}`);
  });
  await page.setOfflineMode(true);
  await page.goto(pathToFileURL(file).href);

  const textOf = (id: string): Promise<string> =>
    page.$eval(`#${id}`, (found) =>
      (found as unknown as { textContent: string }).textContent.replaceAll(/[\s\u00a0\u202f]+/g, ' '),
    );
  const answered = async (id: string, act: () => Promise<void>): Promise<string> => {
    await page.$eval(`#${id}`, (found) =>
      (found as unknown as { replaceChildren(): void }).replaceChildren(),
    );
    await act();
    await page.waitForFunction(`document.getElementById('${id}').childNodes.length > 0`, { timeout: 30_000 });
    return textOf(id);
  };
  return {
    page,
    faults,
    textOf,
    give: async (field, name, bytes) => {
      const path = join(dir, name);
      await writeFile(path, bytes);
      const input = (await page.$(`#${field}`)) as ElementHandle<never> | null;
      const target = field === 'file' ? 'result' : 'newer-result';
      return answered(target, () =>
        (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(path),
      );
    },
    paste: async (text) => {
      await page.$eval('details:has(#paste-form)', (found) => found.setAttribute('open', ''));
      await page.$eval('#text', (found, value) => Object.assign(found, { value }), text);
      return answered('result', () => page.click('#paste-form button'));
    },
    speak: (language) => page.click(`[data-language="${language}"]`),
    verdict: async () =>
      (await page.$$eval('#result .verdict', (found) => found.map((one) => one.className)))[0]?.split(' ')[1],
  };
};
