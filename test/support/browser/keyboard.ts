import { readFileSync } from 'node:fs';
import type { KeyInput, Page } from 'puppeteer';

const script = readFileSync(new URL('keyboard.browser.js', import.meta.url), 'utf8');

/** How a page is for somebody who has no mouse. */
export type KeyboardWalk = {
  /** How many stops Tab makes on the page. */
  stops: number;
  /** How many forms, groups of radio buttons, disclosures and links of an error summary were worked. */
  forms: number;
  groups: number;
  disclosures: number;
  summaryLinks: number;
  faults: string[];
};

type Here = { place: number; name: string; faults: string[] };

const ask = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;
const press = (page: Page, key: KeyInput): Promise<void> => page.keyboard.press(key);
const quoted = (text: string): string => JSON.stringify(text);

/** Tab from the top of the page until it has been through: every stop once, each with a ring and in sight. */
const tabThrough = async (page: Page): Promise<{ stops: number; faults: string[] }> => {
  const names = await ask<string[]>(page, 'keyboard.stops()');
  const met = new Set<number>();
  const faults: string[] = [];
  await page.evaluate('keyboard.rewind()');
  let last = -1;
  for (let presses = 0; presses < names.length * 2 + 20 && met.size < names.length; presses += 1) {
    await press(page, 'Tab');
    const here = await ask<Here>(page, 'keyboard.here()');
    if (here.place < 0) continue;
    if (here.place < last) faults.push(`Tab goes back from ${names[last]} to ${here.name}`);
    if (!met.has(here.place)) faults.push(...here.faults.map((fault) => `${here.name}: ${fault}`));
    met.add(here.place);
    last = here.place;
  }
  const missed = names.filter((_name, place) => !met.has(place));
  faults.push(...missed.map((name) => `Tab does not reach ${name}`));
  faults.push(
    ...(await ask<string[]>(page, 'keyboard.backwards()')).map(
      (pair) => `against the reading order: ${pair}`,
    ),
  );
  return { stops: names.length, faults };
};

/** The first stop leads past the header: the next Tab is inside the page's own part, or beyond. */
const trySkipLink = async (page: Page): Promise<string[]> => {
  await page.evaluate('keyboard.rewind()');
  await press(page, 'Tab');
  if (!(await ask<boolean>(page, `document.activeElement.matches('.skip-link')`))) {
    return ['the first Tab does not reach the skip link'];
  }
  await press(page, 'Enter');
  await press(page, 'Tab');
  const inHeader = await ask<boolean>(
    page,
    `document.activeElement.closest('header, .cookie-banner') !== null`,
  );
  return inHeader ? ['the skip link does not lead past the header'] : [];
};

/** A form that came back: the focus is on the summary, and each of its links leads to its field. */
const trySummary = async (page: Page): Promise<{ summaryLinks: number; faults: string[] }> => {
  const targets = await ask<string[]>(
    page,
    `[...document.querySelectorAll('[data-error-summary] a[href^="#"]')].map((link) => link.hash.slice(1))`,
  );
  const faults: string[] = [];
  for (const [number, id] of targets.entries()) {
    await page.evaluate(`keyboard.focusOn('[data-error-summary] a[href^="#"]', ${number})`);
    await press(page, 'Enter');
    const arrived = await ask<boolean>(
      page,
      `(() => { const field = document.getElementById(${quoted(id)}); return field !== null && (field === document.activeElement || field.contains(document.activeElement)); })()`,
    );
    if (!arrived) faults.push(`the summary's link to #${id} does not move the focus there`);
  }
  return { summaryLinks: targets.length, faults };
};

const focusAfterLoad = async (page: Page): Promise<string[]> => {
  const lost = await ask<boolean>(
    page,
    `document.querySelector('[data-error-summary]') !== null && !document.activeElement.matches('[data-error-summary]')`,
  );
  return lost ? ['the error summary has not the focus'] : [];
};

const tryDisclosures = async (page: Page): Promise<{ disclosures: number; faults: string[] }> => {
  const count = await ask<number>(page, `document.querySelectorAll('details > summary').length`);
  const faults: string[] = [];
  for (let number = 0; number < count; number += 1) {
    for (const key of ['Enter', 'Space'] as const) {
      const name = await ask<string>(page, `keyboard.focusOn('details > summary', ${number})`);
      const before = await ask<boolean>(page, 'document.activeElement.parentElement.open');
      await press(page, key);
      const after = await ask<boolean>(page, 'document.activeElement.parentElement.open');
      if (before === after) faults.push(`${key} does nothing on ${name}`);
    }
  }
  return { disclosures: count, faults };
};

const tryRadios = async (page: Page): Promise<{ groups: number; faults: string[] }> => {
  const groups = await ask<string[]>(page, 'keyboard.radioGroups()');
  const faults: string[] = [];
  for (const group of groups) {
    const name = await ask<string>(page, `keyboard.focusOn(${quoted(group)}, 0)`);
    await press(page, 'ArrowDown');
    const moved = await ask<boolean>(
      page,
      `document.activeElement === document.querySelectorAll(${quoted(group)})[1] && document.activeElement.checked`,
    );
    if (!moved) faults.push(`the arrow does not move within the group of ${name}`);
  }
  return { groups: groups.length, faults };
};

/** Enter in a line of text, or on the button of a form without one. */
const tryEnter = async (page: Page): Promise<{ forms: number; faults: string[] }> => {
  await page.evaluate('keyboard.holdForms()');
  const entries = await ask<{ selector: string; action: string }[]>(page, 'keyboard.entries()');
  const faults: string[] = [];
  for (const [index, { selector, action }] of entries.entries()) {
    await page.evaluate(`keyboard.focusOn(${quoted(selector)}, 0)`);
    await press(page, 'Enter');
    const sent = await ask<number>(page, 'globalThis.sentForms');
    if (sent !== index + 1) faults.push(`Enter does not send the form to ${action}`);
    await page.evaluate(`globalThis.sentForms = ${index + 1}`);
  }
  return { forms: entries.length, faults };
};

/** Works a loaded page by keys alone. Nothing is sent; what is typed into is left changed. */
export const walkByKeyboard = async (page: Page): Promise<KeyboardWalk> => {
  const loaded = await focusAfterLoad(page);
  await page.evaluate(script);
  const tabbed = await tabThrough(page);
  const skipped = await trySkipLink(page);
  const summary = await trySummary(page);
  const disclosed = await tryDisclosures(page);
  const radios = await tryRadios(page);
  const entered = await tryEnter(page);
  return {
    stops: tabbed.stops,
    forms: entered.forms,
    groups: radios.groups,
    disclosures: disclosed.disclosures,
    summaryLinks: summary.summaryLinks,
    faults: [
      ...loaded,
      ...tabbed.faults,
      ...skipped,
      ...summary.faults,
      ...disclosed.faults,
      ...radios.faults,
      ...entered.faults,
    ],
  };
};
