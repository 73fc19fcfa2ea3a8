/** Thread of `ask-sheet.ts`: answers one question about one PDF, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
// Not the door: a thread that is made for one question must not load a browser's driver.
import { lookAtSheet } from '../../platform/pdf/look-at-sheet.ts';
import type { SheetTask } from './ask-sheet.ts';
import { compareSheet } from './compare-sheet.ts';
import { findCodes } from './find-codes.ts';
import type { SheetTraces } from './sheet.ts';

/** What a page says of the record that it belongs to, when the record itself is gone. */
const tracesOf = async (pdf: Uint8Array): Promise<SheetTraces> => {
  const look = await lookAtSheet(pdf);
  if ('refused' in look) return { texts: [], codes: [] };
  const codes = findCodes(look.picture, (found) => found.length > 0);
  return { texts: look.lines.map(({ text }) => text), codes: codes.map(({ text }) => text) };
};

const task = workerData as SheetTask;
parentPort?.postMessage(task.ask === 'traces' ? await tracesOf(task.pdf) : await compareSheet(task.question));
