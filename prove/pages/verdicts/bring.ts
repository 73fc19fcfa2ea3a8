import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { submit } from '../act.ts';

/** A file, its bytes in base64, or a text. */
export type Paper = { name: string; base64: string } | { text: string };

type FileField = { uploadFile(path: string): Promise<void> };

const choose = async (page: Page, name: string, bytes: Uint8Array): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'brought-'));
  try {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const field = (await page.$('input[name=file]')) as (ElementHandle & FileField) | null;
    await field?.uploadFile(path);
    const form = 'document.querySelector("input[name=file]").form.requestSubmit()';
    await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.evaluate(form)]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

let before: Promise<void> = Promise.resolve();
/** One file after the other: the service compares each with its original for seconds. */
const inTurn = (work: () => Promise<void>): Promise<void> => {
  before = before.catch(() => undefined).then(work);
  return before;
};

/** Pastes a text into the form of the verification page, or gives it a file. */
export const bring =
  (paper: Paper) =>
  async (page: Page): Promise<void> => {
    if (!('text' in paper))
      return inTurn(() => choose(page, paper.name, Buffer.from(paper.base64, 'base64')));
    await page.evaluate(`document.querySelector('details').open = true`);
    await submit('/verify', { credential: paper.text })(page);
  };
