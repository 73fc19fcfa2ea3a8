import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'puppeteer';
import { type KeyboardWalk, walkByKeyboard } from '../../test/support/browser/keyboard.ts';
import { pageFaults } from '../../test/support/browser/page-faults.ts';
import { submit } from './act.ts';
import { firstVisit, nameOf, type Stop, type Viewer } from './stop.ts';

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
    await submit('/cookies', { choice: 'refuse' })(page).catch(() => undefined);
    if (viewer) {
      await page.goto(`${baseUrl}/en/sign-in`);
      await submit('/sign-in', { email: viewer.email, password: viewer.password })(page);
      if (page.url().includes('/sign-in')) throw new Error(`${viewer.email} cannot sign in`);
    }
    await page.close();
    return context;
  };

  return (viewer: Viewer): Promise<BrowserContext> => {
    const name = typeof viewer === 'object' ? viewer.email : (viewer ?? '');
    const context = known.get(name) ?? open(viewer);
    known.set(name, context);
    return context;
  };
};

const fileOf = (stop: Stop, { language, width, dark }: Sight): string => {
  const words = nameOf(stop)
    .replaceAll(/[^\w]+/g, '-')
    .replace(/-$/, '');
  return `${words}.${language}.${width}${dark ? '.dark' : ''}.png`;
};

const useMethod = async (page: Page, method: string): Promise<void> => {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    void request.continue(request.isNavigationRequest() ? { method } : {});
  });
};

const prepare = async (page: Page, { width, dark }: Sight): Promise<void> => {
  const isPhone = width < 600;
  await page.setViewport({ width, height: 900, isMobile: isPhone, hasTouch: isPhone });
  // Several pages are open at once, and each believes that it has the keyboard.
  await page.emulateFocusedPage(true);
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
};

type Look = { stop: Stop; sight: Sight; baseUrl: string; outDir: string; byKeyboard: boolean };

/** Opens the stop as its viewer would, photographs it, and says what is wrong with it. */
export const walkStop = async (context: BrowserContext, look: Look): Promise<Seen> => {
  const { stop, sight, baseUrl, outDir, byKeyboard } = look;
  const page = await context.newPage();
  const faults: string[] = [];
  let status = 0;
  page.on('console', (message) => {
    const isOwnStatus =
      message.text().includes('Failed to load resource') && message.location().url === page.url();
    if (message.type() === 'error' && !isOwnStatus) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${String(error)}`));
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
    // The browser had it already and was told that it is still so.
    if (isPage) status = response.status() === 304 ? 200 : response.status();
  });
  try {
    await prepare(page, sight);
    if (stop.method) await useMethod(page, stop.method);
    await page.goto(`${baseUrl}/${sight.language}${stop.path}`, { waitUntil: 'load' });
    await stop.doing?.(page);
    await page.evaluate('document.fonts.ready');
    if (status !== (stop.status ?? 200)) faults.push(`status ${status} instead of ${stop.status ?? 200}`);
    mkdirSync(outDir, { recursive: true });
    await page.screenshot({ path: join(outDir, fileOf(stop, sight)) as `${string}.png`, fullPage: true });
    faults.push(...(await pageFaults(page)));
    if (!byKeyboard) return { stop, sight, faults };
    const keyboard = await walkByKeyboard(page);
    return {
      stop,
      sight,
      keyboard,
      faults: [...faults, ...keyboard.faults.map((one) => `keyboard: ${one}`)],
    };
  } catch (error) {
    return { stop, sight, faults: [...faults, String(error)] };
  } finally {
    await page.close();
  }
};
