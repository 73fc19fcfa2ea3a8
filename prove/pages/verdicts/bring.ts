import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { createLimit } from '../../../src/platform/pdf/limit.ts';
import { submit } from '../act.ts';
import type { Paper } from './papers.ts';

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

const inTurn = createLimit(1);

/** Pastes a text into the form of the verification page, or gives it a file: one at a time, since each is compared for seconds. */
export const bring =
  (paper: Paper) =>
  async (page: Page): Promise<void> => {
    if (!('text' in paper)) return inTurn(() => choose(page, paper.name, paper.bytes));
    await page.evaluate(`document.querySelector('details').open = true`);
    await submit('/verify', { credential: paper.text })(page);
  };
