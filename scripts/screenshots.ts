import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { openBrowser } from '../test/support/browser/open-browser.ts';
import { axeFaults, visibleFaults } from '../test/support/browser/page-faults.ts';

/**
 * node scripts/screenshots.ts <baseUrl> <outDir> [--cookie=name=value] [paths…]
 * Takes each path of a running service in both languages at 360 and 1280 px (and the first path and /styleguide in dark
 * mode), and prints what is wrong: server errors, violations of the axe rules, blocked resources, pages wider than the
 * screen. Exit code 1 if anything is. Every page in every state, by keyboard too: `npm run prove -- pages`.
 */
const widths = [360, 1280] as const;
const languages = ['en', 'fr'] as const;
const defaultPaths = ['/', '/courses', '/verify', '/problems', '/accessibility', '/licence', '/styleguide'];

const options = process.argv.slice(2);
const cookie = options.find((option) => option.startsWith('--cookie='))?.slice('--cookie='.length);
const [baseUrl, outDir, ...given] = options.filter((option) => !option.startsWith('--'));
if (!baseUrl || !outDir) {
  console.error('usage: node scripts/screenshots.ts <baseUrl> <outDir> [--cookie=name=value] [paths…]');
  process.exit(2);
}
const paths = given.length > 0 ? given : defaultPaths;
type Shot = { path: string; language: string; width: number; dark: boolean };

const nameOf = ({ path, language, width, dark }: Shot): string => {
  const words =
    path
      .split('?')[0]
      ?.replaceAll(/[^a-zA-Z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'home';
  return `${words.slice(0, 60)}-${language}-${width}${dark ? '-dark' : ''}.png`;
};

const take = async (browser: Browser, shot: Shot): Promise<string[]> => {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${String(error)}`));
  if (cookie) await page.setExtraHTTPHeaders({ cookie });
  await page.setViewport({
    width: shot.width,
    height: 900,
    isMobile: shot.width < 600,
    hasTouch: shot.width < 600,
  });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: shot.dark ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  const response = await page.goto(`${baseUrl}/${shot.language}${shot.path}`, { waitUntil: 'networkidle0' });
  if (!response || response.status() >= 500) faults.push(`status ${response?.status() ?? 'none'}`);
  await page.evaluate('document.fonts.ready');
  faults.push(...(await visibleFaults(page)), ...(await axeFaults(page)));
  await page.screenshot({ path: join(outDir, nameOf(shot)) as `${string}.png`, fullPage: true });
  await page.close();
  const expected = `Failed to load resource: the server responded with a status of ${response?.status()}`;
  return faults.filter((fault) => !fault.includes(expected));
};

const shots: Shot[] = paths.flatMap((path) =>
  languages.flatMap((language) =>
    widths.flatMap((width) => {
      const shot = { path, language, width, dark: false };
      const alsoDark = path === paths[0] || path === '/styleguide';
      return alsoDark && language === 'en' ? [shot, { ...shot, dark: true }] : [shot];
    }),
  ),
);

mkdirSync(outDir, { recursive: true });
const browser = await openBrowser();
let count = 0;
try {
  for (const shot of shots) {
    const faults = await take(browser, shot);
    count += faults.length;
    console.log(`${faults.length === 0 ? 'good' : 'BAD '} ${nameOf(shot)}`);
    for (const fault of faults) console.log(`       ${fault}`);
  }
} finally {
  await browser.close();
}
console.log(`${shots.length} pictures in ${outDir}, ${count} faults`);
process.exitCode = count === 0 ? 0 : 1;
