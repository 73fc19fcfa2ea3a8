import type { Page } from 'puppeteer';
import type { Logger } from '../logger.ts';
import { findBrowsers } from './find-browser.ts';
import { launchBrowser, type RunningBrowser } from './launch-browser.ts';

export type BrowserSettings = {
  /** The operator's choice of browser; without it an installed one, else the shipped one. */
  chromePath?: string | undefined;
  /** A private folder for the unpacked browser and its profiles. */
  tmpDir: string;
  logger?: Logger;
};

/** Makes a blank page ready for one kind of drawing. */
export type Prepare = (page: Page) => Promise<void>;

/**
 * One browser, started at the first use and again after a crash, with pages that stay warm. `key` names what a page was
 * prepared for: a page with the right key is taken before a new one is opened.
 */
export const createWarmBrowser = (settings: BrowserSettings) => {
  const candidates = findBrowsers(settings);
  const idle = new Map<string, Page[]>();
  let running: Promise<RunningBrowser> | undefined;
  let description = candidates[0]?.origin ?? 'no browser found';
  let closed = false;

  const start = async (): Promise<RunningBrowser> => {
    const started = await launchBrowser(candidates, settings.tmpDir, settings.logger);
    description = started.description;
    settings.logger?.info({ browser: description }, 'browser started');
    started.browser.once('disconnected', () => {
      idle.clear();
      running = undefined;
      if (!closed)
        settings.logger?.warn({ browser: description }, 'browser ended; the next drawing starts it again');
      void started.stop();
    });
    return started;
  };

  const ensure = (): Promise<RunningBrowser> => {
    if (closed) throw new Error('the PDF printer is closed');
    running ??= start().catch((error) => {
      running = undefined;
      throw error;
    });
    return running;
  };

  return {
    description: (): string => description,
    /** A page prepared for `key`. Give it back with `put`, or close it when the drawing failed. */
    take: async (key: string, prepare: Prepare): Promise<Page> => {
      const { browser } = await ensure();
      const warm = idle.get(key)?.pop();
      if (warm) return warm;
      const page = await browser.newPage();
      await seal(page, settings.logger);
      await prepare(page);
      return page;
    },
    put: (key: string, page: Page): void => {
      if (page.isClosed() || !page.browser().connected) return;
      idle.set(key, [...(idle.get(key) ?? []), page]);
    },
    close: async (): Promise<void> => {
      closed = true;
      const last = await running?.catch(() => undefined);
      await last?.stop();
    },
  };
};
export type WarmBrowser = ReturnType<typeof createWarmBrowser>;

/** What a page may read: its own text. Scripts never run, and nothing is fetched, on the network or from files. */
const seal = async (page: Page, logger?: Logger): Promise<void> => {
  await page.setJavaScriptEnabled(false);
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const scheme = new URL(request.url()).protocol;
    if (scheme === 'data:' || scheme === 'about:') return void request.continue().catch(() => undefined);
    logger?.warn({ scheme }, 'a drawing asked for something outside; refused');
    return void request.abort('blockedbyclient').catch(() => undefined);
  });
};
