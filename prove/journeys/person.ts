import { readFileSync } from 'node:fs';
import type { BrowserContext, ElementHandle, Page } from 'puppeteer';
import type { Album } from './album.ts';
import type { WordParams, Words } from './words.ts';

const eyes = readFileSync(new URL('person.browser.js', import.meta.url), 'utf8');
const patience = 30_000;

/** What something is called: a key of `src/locales`, with what is filled in, or the words themselves. */
export type Called = string | readonly [key: string, params: WordParams];

/** Somebody at a screen: reads words, presses what bears them, types into what is labelled so. */
export type Person = {
  page: Page;
  words: Words;
  /** The words in the language of this person; what is left open in them stays `{{open}}`. */
  say(called: Called): string;
  /** Types an address; `path` has no language in front. */
  open(path: string): Promise<void>;
  /** Presses a link or button that leads to another page. `within`: in the entry with these words. */
  press(called: Called, within?: Called): Promise<void>;
  /** Presses what leaves the page where it is. */
  touch(called: Called): Promise<void>;
  /** Replaces what stands in a field. */
  write(label: Called, text: string, hint?: Called): Promise<void>;
  tick(label: Called): Promise<void>;
  choose(label: Called, option: Called): Promise<void>;
  attach(label: Called, file: string): Promise<void>;
  /** @throws when these words are not to be read within half a minute */
  sees(...all: readonly Called[]): Promise<void>;
  lacks(called: Called): Promise<void>;
  /** Opens the page again until the words are there: what jobs do takes a moment. */
  awaits(called: Called): Promise<void>;
  /** Photographs the page on a phone and on a desk, and notes what is wrong with it. */
  picture(what: string): Promise<void>;
};

type Circumstances = { context: BrowserContext; baseUrl: string; words: Words; album: Album };

type Eyes = { option(select: unknown, label: string): string | undefined };
/** Runs inside the page. */
const optionCalled = (select: unknown, label: string): string | undefined =>
  (globalThis as unknown as { theirEyes: Eyes }).theirEyes.option(select, label);

const isKey = (text: string): boolean => /^[a-z-]+:[a-zA-Z]/.test(text);

/** Blanks are all alike to a reader, and what a text leaves open may be anything. */
const patternOf = (text: string): RegExp => {
  const parts = text
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    .trim()
    .toLowerCase()
    .split(/\{\{.*?\}\}/);
  return new RegExp(
    parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.{0,400}?'),
    'su',
  );
};

/** What is written before the first thing that is left open. */
const begun = (text: string): string => text.replace(/\{\{.*/s, '');

const readingOf = (page: Page) => {
  const look = async <T>(script: string): Promise<T> => {
    await page.evaluate(`globalThis.theirEyes ?? (() => {${eyes}})()`);
    return (await page.evaluate(script)) as T;
  };
  const find = async (what: string, script: string): Promise<ElementHandle> => {
    await page.evaluate(`globalThis.theirEyes ?? (() => {${eyes}})()`);
    const found = (await page.evaluateHandle(script)).asElement() as ElementHandle | null;
    if (!found) throw new Error(`"${what}" is not on ${page.url()}:\n${await look('theirEyes.text()')}`);
    // In the middle, where nothing that sticks to an edge covers it.
    await page.evaluate(
      (one) => (one as unknown as { scrollIntoView(o: object): void }).scrollIntoView({ block: 'center' }),
      found,
    );
    return found;
  };
  return { look, find };
};

/** A new window of this browser, on a desk until a picture is taken. */
export const createPerson = async ({ context, baseUrl, words, album }: Circumstances): Promise<Person> => {
  const page = await context.newPage();
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await page.emulateFocusedPage(true);
  await album.frame(page);
  const { look, find } = readingOf(page);
  const quoted = JSON.stringify;

  const say = (called: Called): string => {
    if (typeof called === 'string') return isKey(called) ? words(called) : called;
    return words(...called);
  };
  const pressable = (called: Called, within?: Called) => {
    const place = within === undefined ? '' : `, ${quoted(say(within))}`;
    return find(say(called), `theirEyes.pressable(${quoted(begun(say(called)))}${place})`);
  };
  const field = (label: Called, hint?: Called) => {
    const beside = hint === undefined ? '' : `, ${quoted(say(hint))}`;
    return find(say(label), `theirEyes.field(${quoted(say(label))}${beside})`);
  };
  const isSeen = async (called: Called): Promise<boolean> =>
    patternOf(say(called)).test(await look<string>('theirEyes.text()').catch(() => ''));

  const sees = async (called: Called): Promise<void> => {
    const deadline = Date.now() + patience;
    while (!(await isSeen(called))) {
      if (Date.now() > deadline) {
        throw new Error(
          `"${say(called)}" is not to be read on ${page.url()}:\n${await look('theirEyes.text()')}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  return {
    page,
    words,
    say,
    open: async (path) => void (await page.goto(`${baseUrl}/${words.language}${path}`)),
    press: async (called, within) => {
      const found = await pressable(called, within);
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), found.click()]);
    },
    touch: async (called) => (await pressable(called)).click(),
    write: async (label, text, hint) => {
      const found = await field(label, hint);
      await found.click();
      await page.keyboard.down('Control');
      await page.keyboard.press('a');
      await page.keyboard.up('Control');
      await page.keyboard.press('Delete');
      await found.type(text);
    },
    tick: async (label) => (await field(label)).click(),
    choose: async (label, option) => {
      const found = await field(label);
      const value = await page.evaluate(optionCalled, found, say(option));
      if (value === undefined) throw new Error(`"${say(label)}" does not offer "${say(option)}"`);
      await found.select(value);
    },
    attach: async (label, file) => {
      const found = (await field(label)) as ElementHandle<never>;
      await (found as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file);
    },
    sees: async (...all) => {
      for (const one of all) await sees(one);
    },
    lacks: async (called) => {
      if (await isSeen(called)) throw new Error(`"${say(called)}" is to be read on ${page.url()}`);
    },
    awaits: async (called) => {
      const deadline = Date.now() + patience;
      while (!(await isSeen(called))) {
        if (Date.now() > deadline) throw new Error(`waited in vain for "${say(called)}" on ${page.url()}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await page.reload();
      }
    },
    picture: (what) => album.picture(page, what),
  };
};
