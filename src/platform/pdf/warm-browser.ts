import type { Browser, Page } from 'puppeteer';
import type { Logger } from '../logger.ts';
import { findBrowsers } from './find-browser.ts';
import { launchBrowser, type RunningBrowser } from './launch-browser.ts';

export type BrowserSettings = {
  /** The operator's choice of browser; without it an installed one, else the shipped one. */
  chromePath?: string | undefined;
  /** A private folder for the unpacked browser and its profiles. */
  tmpDir: string;
  /** `off` where the system forbids Chromium's sandbox. */
  sandbox?: 'on' | 'off' | undefined;
  /** How many drawings a page makes before another takes its place, so that nothing piles up in one for ever. */
  drawingsPerPage?: number;
  logger?: Logger;
};

/** The browser crashed, or was ended, while it drew. */
export class BrowserEndedError extends Error {
  constructor(cause: unknown) {
    super('the browser ended while it drew', { cause });
    this.name = 'BrowserEndedError';
  }
}

/** Makes a blank page ready for one kind of drawing. */
export type Prepare = (page: Page) => Promise<void>;

/**
 * One browser, started at the first use and again after a crash, with pages that stay warm. `key` names what a page was
 * prepared for: a page with the right key is taken before a new one is opened.
 */
export const createWarmBrowser = (settings: BrowserSettings) => {
  const candidates = findBrowsers(settings);
  const { drawingsPerPage = 500 } = settings;
  const idle = new Map<string, Page[]>();
  const drawings = new WeakMap<Page, number>();
  let running: Promise<RunningBrowser> | undefined;
  let description = candidates[0]?.origin ?? 'no browser found';
  let closed = false;

  const start = async (): Promise<RunningBrowser> => {
    const started = await launchBrowser(candidates, settings);
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

  const open = async (browser: Browser, prepare: Prepare): Promise<Page> => {
    // A window of its own: a full Chrome stops painting tabs in the background, and their pictures never come.
    const page = await browser.newPage({ type: 'window' });
    await seal(page, settings.logger);
    await prepare(page);
    return page;
  };

  /** Lays a page by for the next drawing, unless it has made enough of them. */
  const layBy = (key: string, page: Page): void => {
    const made = (drawings.get(page) ?? 0) + 1;
    drawings.set(page, made);
    if (made < drawingsPerPage) return void idle.set(key, [...(idle.get(key) ?? []), page]);
    settings.logger?.debug({ drawings: made }, 'a page has made enough drawings and is closed');
    void page.close().catch(() => undefined);
  };

  return {
    description: (): string => description,
    /** Starts the browser unless it runs. The first time this may mean to unpack it. */
    start: async (): Promise<void> => {
      await ensure();
    },
    /**
     * Draws on a page prepared for `key`; the page is kept for the next drawing unless this one fails.
     * @throws BrowserEndedError when the browser ended under the drawing
     */
    use: async <T>(key: string, prepare: Prepare, draw: (page: Page) => Promise<T>): Promise<T> => {
      const { browser } = await ensure();
      let page: Page | undefined;
      try {
        page = idle.get(key)?.pop() ?? (await open(browser, prepare));
        const drawn = await draw(page);
        if (browser.connected) layBy(key, page);
        return drawn;
      } catch (error) {
        if (!browser.connected) throw new BrowserEndedError(error);
        void page?.close().catch(() => undefined);
        throw error;
      }
    },
    /** Ends a browser that no longer answers; the next drawing starts another. */
    kill: async (): Promise<void> => {
      const { browser } = (await running) ?? {};
      if (!browser?.connected) return;
      const ended = new Promise((resolve) => browser.once('disconnected', resolve));
      browser.process()?.kill('SIGKILL');
      await ended;
    },
    close: async (): Promise<void> => {
      closed = true;
      const last = await running?.catch(() => undefined);
      await last?.stop();
    },
  };
};

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
