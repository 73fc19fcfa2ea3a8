import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'puppeteer';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The rules that axe finds broken, one line each with the first places. */
export const axeFaults = async (page: Page): Promise<string[]> => {
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate(
    `axe.run(document, {runOnly: ${JSON.stringify(axeRules)}})`,
  )) as AxeResults;
  return violations.map(
    ({ id, impact, help, nodes }) =>
      `axe ${impact} ${id}: ${help} (${nodes.length}) ${nodes
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

/** What a reader must never meet: keys instead of words, values that are none, typewriter typography in prose. */
const misprints: Readonly<Record<string, RegExp>> = {
  'a key instead of words':
    /\b(?:web|account|learn|checkout|verify|privacy|staff|support|problems):[a-z][\w-]*\.[a-z]/,
  'a value that is none': /\bundefined\b(?!-)|\bNaN\b|\[object |Invalid Date|\{\{/,
};
const frenchMisprints: Readonly<Record<string, RegExp>> = {
  'a plain blank before a double mark': /[\p{L}\d)] [;:!?»]|« \S/u,
  'a typewriter apostrophe': /\p{L}'\p{L}/u,
};

const wordFaults = async (page: Page, language: string): Promise<string[]> => {
  const text = (await page.evaluate(
    `[document.title, ...[...document.querySelectorAll('h1,h2,h3,h4,p,li,dt,dd,label,legend,summary,button,a,th,td,caption,option')]
      .filter((one) => (one.closest('[lang]')?.lang ?? '') === document.documentElement.lang && !one.closest('.letter-text, pre, code'))
      .map((one) => one.textContent)].join('\\n')`,
  )) as string;
  const rules = { ...misprints, ...(language === 'fr' ? frenchMisprints : {}) };
  return Object.entries(rules).flatMap(([what, pattern]) => {
    const found = pattern.exec(text);
    if (!found) return [];
    return [
      `${what}: …${text.slice(Math.max(0, found.index - 25), found.index + 30).replaceAll('\n', ' ')}…`,
    ];
  });
};

/** What eyes would stumble over, one line each: a page wider than the screen, misprints. */
export const visibleFaults = async (page: Page): Promise<string[]> => {
  const language = (await page.evaluate('document.documentElement.lang')) as string;
  return [...(await tooWide(page)), ...(await wordFaults(page, language))];
};
