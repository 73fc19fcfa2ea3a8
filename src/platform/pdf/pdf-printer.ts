import { createHash } from 'node:crypto';
import type { CDPSession, Page } from 'puppeteer';
import { createLimit } from './limit.ts';
import { BrowserEndedError, type BrowserSettings, createWarmBrowser, type Prepare } from './warm-browser.ts';

/** `language` is a BCP 47 tag; it and `title` end up in the document's catalogue and information. Always A4. */
export type PdfOptions = { title: string; language: string; landscape?: boolean };
/** `width` and `height` in CSS pixels; the picture has `scale` times as many. */
export type PngOptions = { width: number; height: number; scale?: number };

/** A kind of drawing whose fonts and styles stay loaded: only the body changes, which is about ten times faster. */
export type Sheet = {
  pdf(body: string, options: PdfOptions): Promise<Uint8Array>;
  png(body: string, options: PngOptions): Promise<Uint8Array>;
};

/**
 * Turns HTML of our own into tagged PDFs and pictures with one warm browser. In the drawings scripts are off and nothing
 * is fetched: fonts and images are data URIs. Every drawing has a deadline and is tried again once if the browser
 * crashed under it.
 */
export type PdfPrinter = {
  /** @throws NoBrowserError, DrawingTimeoutError; so do the drawings of a sheet. */
  toPdf(html: string, options: PdfOptions): Promise<Uint8Array>;
  toPng(html: string, options: PngOptions): Promise<Uint8Array>;
  /** `still` is HTML that stays on its pages, unseen, for the drawings to `use`. */
  sheet(css: string, still?: string): Sheet;
  /** Which browser draws; before the first drawing, the one that will be tried first. */
  browserDescription(): string;
  /** Ends the browser. Drawings under way fail. */
  close(): Promise<void>;
};

/** A drawing took longer than its deadline; its browser was ended. */
export class DrawingTimeoutError extends Error {
  constructor(milliseconds: number) {
    super(`a drawing took more than ${milliseconds} ms`);
    this.name = 'DrawingTimeoutError';
  }
}

type PrinterSettings = BrowserSettings & {
  /** Drawings at the same time; the others wait. Two per core are no faster than one (measured). */
  concurrency?: number;
  /** For one drawing, once the browser runs. */
  timeoutMs?: number;
};

export const createPdfPrinter = (settings: PrinterSettings): PdfPrinter => {
  const { concurrency = 2, timeoutMs = 20_000 } = settings;
  const browser = createWarmBrowser(settings);
  const limit = createLimit(concurrency);

  const attempt = async <T>(key: string, prepare: Prepare, draw: (page: Page) => Promise<T>): Promise<T> => {
    await browser.start();
    try {
      return await within(timeoutMs, browser.use(key, prepare, draw));
    } catch (error) {
      // A page that hangs may hang its browser: others under way are drawn again by the next one.
      if (error instanceof DrawingTimeoutError) await browser.kill();
      throw error;
    }
  };
  const drawOn = <T>(key: string, prepare: Prepare, draw: (page: Page) => Promise<T>): Promise<T> =>
    limit(() =>
      attempt(key, prepare, draw).catch((error) => {
        if (error instanceof BrowserEndedError) return attempt(key, prepare, draw);
        throw error;
      }),
    );

  return {
    toPdf: (html, options) =>
      drawOn('plain', nothing, async (page) => {
        await page.setContent(html);
        await page.evaluate(`${stateTitle(options)} ${untilFontsAreThere}`);
        return printPdf(page, options);
      }),
    toPng: (html, options) =>
      drawOn('plain', nothing, async (page) => {
        await page.setContent(html);
        return takePng(page, options);
      }),
    sheet: (css, still = '') => {
      const key = `sheet ${createHash('sha256').update(css).update('\0').update(still).digest('base64url')}`;
      const prepare: Prepare = (page) => layOut(page, css, still);
      return {
        pdf: (body, options) =>
          drawOn(key, prepare, async (page) => {
            await page.evaluate(`${replaceBody(body)} ${stateTitle(options)} ${untilFontsAreThere}`);
            return printPdf(page, options);
          }),
        png: (body, options) =>
          drawOn(key, prepare, async (page) => {
            await page.evaluate(`${replaceBody(body)} undefined`);
            return takePng(page, options);
          }),
      };
    },
    browserDescription: browser.description,
    close: browser.close,
  };
};

const nothing: Prepare = async () => undefined;

const within = async <T>(milliseconds: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DrawingTimeoutError(milliseconds)), milliseconds);
  });
  try {
    // What still comes of the work after that is of no interest, not even its failure.
    work.catch(() => undefined);
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:";

/**
 * Fonts are loaded ahead, all of them: one that loads only when the first Greek name comes could miss that print.
 * These expressions run by the debugging protocol, which works with the page's own scripts off.
 */
const layOut = async (page: Page, css: string, still: string): Promise<void> => {
  await page.setContent(
    `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><style>${css}</style></head><body><div hidden>${still}</div></body></html>`,
  );
  await page.evaluate('Promise.all([...document.fonts].map((face) => face.load())).then(() => undefined)');
};

/** Nothing of the drawing before may stay: its language chooses letter forms and quotation marks. */
const replaceBody = (body: string): string =>
  `document.title = ''; document.documentElement.removeAttribute('lang'); [...document.body.childNodes].slice(1).forEach((node) => node.remove()); document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(body)});`;

const stateTitle = ({ title, language }: PdfOptions): string =>
  `document.title = ${JSON.stringify(title)}; document.documentElement.lang = ${JSON.stringify(language)};`;

const untilFontsAreThere = 'document.fonts.ready.then(() => undefined)';

const sessions = new WeakMap<Page, Promise<CDPSession>>();
const sessionOf = (page: Page): Promise<CDPSession> => {
  const session = sessions.get(page) ?? page.createCDPSession();
  sessions.set(page, session);
  return session;
};

/** In inches. */
const a4 = { width: 8.2677, height: 11.6929 };

/** As `page.pdf` of puppeteer does it, in one answer instead of a stream of pieces, which takes as long as the printing. */
const printPdf = async (page: Page, { landscape = false }: PdfOptions): Promise<Uint8Array> => {
  const session = await sessionOf(page);
  const { data } = await session.send('Page.printToPDF', {
    landscape,
    printBackground: true,
    paperWidth: a4.width,
    paperHeight: a4.height,
    marginTop: 0,
    marginBottom: 0,
    marginLeft: 0,
    marginRight: 0,
    preferCSSPageSize: true,
    generateTaggedPDF: true,
  });
  return new Uint8Array(Buffer.from(data, 'base64'));
};

const takePng = async (page: Page, { width, height, scale = 1 }: PngOptions): Promise<Uint8Array> => {
  await page.setViewport({ width, height, deviceScaleFactor: scale });
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  return page.screenshot({ type: 'png', clip: { x: 0, y: 0, width, height } });
};
