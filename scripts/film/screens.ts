import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Browser, ElementHandle, Page } from 'puppeteer';
import type { Language } from '../../src/platform/i18n.ts';
import type { OfflineBrowser } from '../../test/support/offline-page.ts';
import type { Props } from './props.ts';
import type { Scene } from './words.ts';

/** A PNG, and what the address bar says above it; the sheet has none. */
export type Screen = { png: Uint8Array; address?: string };
export type Screens = Readonly<Record<Exclude<Scene['picture'], 'card'>, Screen>>;

/** In points of a phone: what fits into the card of a frame. */
const phone = { width: 360, height: 374, deviceScaleFactor: 2 };

/** Sharp enough to show a corner of the page alone. */
const drawSheet = async (pdf: Uint8Array): Promise<Uint8Array> => {
  const url = new URL('standard_fonts/', import.meta.resolve('pdfjs-dist/package.json'));
  const document = await getDocument({
    data: Uint8Array.from(pdf),
    useSystemFonts: false,
    disableFontFace: true,
    standardFontDataUrl: url.pathname,
    verbosity: 0,
  }).promise;
  const page = await document.getPage(1);
  const viewport = page.getViewport({ scale: 5 });
  const canvas = createCanvas(Math.round(viewport.width), Math.round(viewport.height));
  // The canvas of a server stands in for the browser's.
  await page.render({ canvas: canvas as never, viewport, background: 'white' }).promise;
  return canvas.encode('png');
};

/** Takes what begins a little above the element, down to the last paragraph that is whole. */
const screenFrom = async (page: Page, selector: string): Promise<Uint8Array> => {
  await page.evaluate(`document.fonts.ready.then(() => {
    scrollTo(0, document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().top + scrollY - 14);
    const end = innerHeight - 6;
    for (const part of document.querySelectorAll('main :is(h2, h3, p, dt, dd)')) {
      const { top, bottom } = part.getBoundingClientRect();
      part.style.visibility = top < end && bottom > end ? 'hidden' : '';
    }
  })`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return page.screenshot();
};

const verdict = '.verdict';

const upload = async (page: Page, origin: string, language: Language, file: string): Promise<void> => {
  await page.goto(`${origin}/${language}/verify`, { waitUntil: 'networkidle0' });
  const input = (await page.$('input[type=file]')) as ElementHandle<never> | null;
  await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file);
  await Promise.all([
    page.waitForNavigation({ waitUntil: 'networkidle0' }),
    page.evaluate(`document.querySelector('input[type=file]').form.requestSubmit()`),
  ]);
};

type Place = { browser: Browser; origin: string; host: string; language: Language };

const onlineScreens = async ({ browser, origin, host, language }: Place, props: Props) => {
  const page = await browser.newPage();
  const dir = await mkdtemp(join(tmpdir(), 'film-'));
  try {
    // The policy of an https origin would ask for the style sheet by https, where nobody listens.
    await page.setBypassCSP(true);
    await page.setViewport(phone);
    const visit = (identifier: string) =>
      page.goto(`${origin}/${language}/v/${identifier}`, { waitUntil: 'networkidle0' });
    const take = async (selector: string, path: string): Promise<Screen> => ({
      png: await screenFrom(page, selector),
      address: `${host}${path}`,
    });
    await visit(props.genuine);
    const genuine = await take(verdict, `/v/${props.genuine}`);
    const checks = await take('#checks', `/v/${props.genuine}`);
    await visit(props.revoked);
    const revoked = await take(verdict, `/v/${props.revoked}`);
    const file = join(dir, 'certificate.pdf');
    await writeFile(file, props.altered);
    await upload(page, origin, language, file);
    const altered = await take(verdict, '/verify');
    const difference = await take('#print', '/verify');
    return { genuine, checks, revoked, altered, difference };
  } finally {
    await page.close();
    await rm(dir, { recursive: true, force: true });
  }
};

const offlineScreen = async (
  offline: OfflineBrowser,
  html: string,
  language: Language,
  { sheet }: Props,
): Promise<Screen> => {
  const opened = await offline.open(html);
  await opened.page.setViewport(phone);
  await opened.speak(language);
  await opened.give('file', 'certificate.png', sheet);
  return { png: await screenFrom(opened.page, '#age') };
};

/** Every screen of one language, as the running product draws it. */
export const takeScreens = async (
  place: Place,
  props: Props,
  { offline, html }: { offline: OfflineBrowser; html: string },
): Promise<Screens> => ({
  ...(await onlineScreens(place, props)),
  offline: await offlineScreen(offline, html, place.language, props),
  sheet: { png: props.sheet },
  codes: { png: await drawSheet(props.pdf) },
});
