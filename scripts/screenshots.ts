import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { findBrowsers } from '../src/platform/pdf/find-browser.ts';

/**
 * node scripts/screenshots.ts <baseUrl> <outDir> [--cookie=name=value] [paths…]
 * Takes each path in both languages at 360 and 1280 px (and the first path and /styleguide in dark mode), runs the axe
 * rules, and prints what is wrong: server errors, violations, blocked resources, pages wider than the screen. Exit code 1 if anything is.
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
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const launch = async (): Promise<Browser> => {
  const [candidate] = findBrowsers({
    chromePath: process.env.CHROME_PATH,
    tmpDir: join(tmpdir(), 'screenshots-browser'),
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

/** The rules that axe finds broken, one line each with the first places. */
const axeFaults = async (page: Page): Promise<string[]> => {
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate(
    'axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})',
  )) as AxeResults;
  return violations.map(
    ({ id, impact, help, nodes }) =>
      `${impact} ${id}: ${help} (${nodes.length}) ${nodes
        .slice(0, 3)
        .map((node) => node.target.join(' '))
        .join(' | ')}`,
  );
};

const tooWide = async (page: Page): Promise<string[]> => {
  const [content, screen] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as [
    number,
    number,
  ];
  return content > screen ? [`wider than the screen: ${content} > ${screen}`] : [];
};

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
  faults.push(...(await tooWide(page)), ...(await axeFaults(page)));
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
const browser = await launch();
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
