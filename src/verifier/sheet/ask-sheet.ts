import { askThread } from '../../platform/pdf/index.ts';
import { createLimit } from '../../platform/pdf/limit.ts';
import type { SheetQuestion } from './compare-sheet.ts';
import type { PictureCodes, SheetComparison, SheetTraces } from './sheet.ts';

export type SheetTask = { ask: 'comparison'; question: SheetQuestion } | { ask: 'traces'; pdf: Uint8Array };

const program = new URL('sheet-worker.ts', import.meta.url);
const pictureProgram = new URL('picture-worker.ts', import.meta.url);
const limits = { milliseconds: 20_000, heapMegabytes: 384 };

/** Each costs seconds of a processor: pages that are brought at once wait for each other, not everybody for them. */
const inTurn = createLimit(2);

const ask = <Answer>(task: SheetTask): Promise<Answer> =>
  inTurn(() => askThread<Answer>(program, task, limits));

const isIdentical = ({ shown, genuine }: SheetQuestion): boolean =>
  genuine !== undefined && Buffer.compare(genuine, shown) === 0;

/**
 * Compares the bytes, and only if they differ what they show, in a thread of its own; what cannot be read there within
 * the limits was not compared.
 */
export const askComparison = async (question: SheetQuestion): Promise<SheetComparison> =>
  isIdentical(question)
    ? { result: 'identical' }
    : ask<SheetComparison>({ ask: 'comparison', question }).catch(() => ({
        result: 'not-compared',
        why: 'unreadable',
      }));

/** Reads in a thread of its own what a page without its record still shows; nothing when it cannot be read. */
export const askTraces = (pdf: Uint8Array): Promise<SheetTraces> =>
  ask<SheetTraces>({ ask: 'traces', pdf }).catch(() => ({
    texts: [],
    codes: [],
  }));

/** Looks for codes in a picture, in a thread of its own: within the limits, or it was not readable. */
export const askCodes = (picture: Uint8Array): Promise<PictureCodes> =>
  inTurn(() => askThread<PictureCodes>(pictureProgram, picture, limits)).catch(() => ({
    refused: 'picture-unreadable',
  }));
