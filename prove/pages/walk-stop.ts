import { join } from 'node:path';
import type { Browser, BrowserContext, HTTPRequest, Page } from 'puppeteer';
import { type KeyboardWalk, walkByKeyboard } from '../../test/support/browser/keyboard.ts';
import { axeFaults, visibleFaults } from '../../test/support/browser/page-faults.ts';
import { submit } from './act.ts';
import { firstVisit, nameOf, type Stop, type Viewer, viewerName } from './stop.ts';
import { verdictFaults } from './verdicts/known.ts';

export type Sight = { language: 'en' | 'fr'; width: 360 | 1280; dark: boolean };
export type Seen = { stop: Stop; sight: Sight; keyboard?: KeyboardWalk; faults: string[] };

/** One browser window per viewer, signed in once; the question about cookies is answered, unless it is a first visit. */
export const createWindows = (browser: Browser, baseUrl: string) => {
  const known = new Map<string, Promise<BrowserContext>>();

  const open = async (viewer: Viewer): Promise<BrowserContext> => {
    const context = await browser.createBrowserContext();
    if (viewer === firstVisit) return context;
    const page = await context.newPage();
    await page.goto(`${baseUrl}/en/cookies`);
    await Promise.all([page.waitForNavigation(), page.click('main button[value=refuse]')]);
    if (viewer) {
      await page.goto(`${baseUrl}/en/sign-in`);
      await submit('/sign-in', { email: viewer.email, password: viewer.password })(page);
      if (page.url().includes('/sign-in')) throw new Error(`${viewer.email} cannot sign in`);
    }
    await page.close();
    return context;
  };

  return (viewer: Viewer): Promise<BrowserContext> => {
    const name = viewerName(viewer);
    const context = known.get(name) ?? open(viewer);
    known.set(name, context);
    return context;
  };
};

/** A sheet that is compared with its original may have to wait for another, on a machine with other things to do. */
const patience = 120_000;

const fileOf = (stop: Stop, { language, width, dark }: Sight): string => {
  const words = nameOf(stop)
    .replaceAll(/[^\w]+/g, '-')
    .replace(/-$/, '');
  return `${words}.${language}.${width}${dark ? '.dark' : ''}.png`;
};

/** Opened with another method than a browser would use. */
const openBy = async (page: Page, method: string, url: string): Promise<void> => {
  await page.setRequestInterception(true);
  const change = (request: HTTPRequest): void => {
    void request.continue(request.isNavigationRequest() ? { method } : {});
  };
  page.on('request', change);
  await page.goto(url);
  page.off('request', change);
  await page.setRequestInterception(false);
};

/** Notes what goes wrong behind the page, and the status of the page itself. */
const watch = (page: Page) => {
  const noted = { status: 0, faults: [] as string[] };
  page.on('console', (message) => {
    const isOwnStatus =
      message.text().includes('Failed to load resource') && message.location().url === page.url();
    if (message.type() === 'error' && !isOwnStatus) noted.faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => noted.faults.push(`script: ${String(error)}`));
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
    // 304: the browser had it already and was told that it is still so.
    if (isPage) noted.status = response.status() === 304 ? 200 : response.status();
  });
  return noted;
};

/** What the page says of a verdict, and whether it bears the mark of good news. */
const verdictOn = async (page: Page, stop: Stop, { language }: Sight): Promise<string[]> => {
  const read = `({
    text: document.querySelector('main').textContent,
    green: document.querySelector('.verdict.verified, .embed-verdict.is-verified') !== null,
  })`;
  const shown = (await page.evaluate(read)) as { text: string; green: boolean };
  return verdictFaults(stop, { ...shown, language });
};

const prepare = async (page: Page, { width, dark }: Sight): Promise<void> => {
  const isPhone = width < 600;
  await page.setViewport({ width, height: 900, isMobile: isPhone, hasTouch: isPhone });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
};

/** `thorough`: by the axe rules and by keyboard as well. */
export type Look = { stop: Stop; sight: Sight; thorough: boolean };

/** One page of the viewer's window, which goes from stop to stop, photographs each and says what is wrong with it. */
export const createWalker = async (context: BrowserContext, baseUrl: string, outDir: string) => {
  const page = await context.newPage();
  page.setDefaultNavigationTimeout(patience);
  // Several pages are open at once, and each believes that it has the keyboard.
  await page.emulateFocusedPage(true);
  const noted = watch(page);

  const open = async ({ stop, sight }: Look): Promise<void> => {
    await prepare(page, sight);
    const url = `${baseUrl}/${sight.language}${stop.path}`;
    if (stop.method) await openBy(page, stop.method, url);
    else await page.goto(url);
    await stop.doing?.(page);
    await page.evaluate('document.fonts.ready');
  };

  return async (look: Look): Promise<Seen> => {
    const { stop, sight, thorough } = look;
    noted.faults = [];
    try {
      await open(look);
      const { status = 200 } = stop;
      if (noted.status !== status) noted.faults.push(`status ${noted.status} instead of ${status}`);
      await page.screenshot({ path: join(outDir, fileOf(stop, sight)) as `${string}.png`, fullPage: true });
      noted.faults.push(...(await visibleFaults(page)), ...(await verdictOn(page, stop, sight)));
      if (!thorough) return { stop, sight, faults: noted.faults };
      noted.faults.push(...(await axeFaults(page)));
      const keyboard = await walkByKeyboard(page);
      // What stands in the frame of another page has one link, and nothing to skip.
      const isFramed = stop.view === 'verify/embed';
      const found = keyboard.faults.filter((fault) => !(isFramed && fault.includes('skip link')));
      const byKeyboard = found.map((fault) => `keyboard: ${fault}`);
      return { stop, sight, keyboard, faults: [...noted.faults, ...byKeyboard] };
    } catch (error) {
      return { stop, sight, faults: [...noted.faults, String(error)] };
    }
  };
};
