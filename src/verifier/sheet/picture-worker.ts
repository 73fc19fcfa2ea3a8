/** Thread of `ask-sheet.ts`: looks for codes in one picture, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { readPicture } from '../../platform/pdf/read-picture.ts';
import { type FoundCode, findCodes } from './find-codes.ts';
import type { PictureCodes } from './sheet.ts';

const codesIn = async (picture: Uint8Array): Promise<PictureCodes> => {
  const read = await readPicture(picture);
  if ('refused' in read) return read;
  // The code that leads to the record says all that we want to know; beside it may be the one for use without network.
  const leadsToRecord = (found: readonly FoundCode[]) => found.some(({ text }) => /^https?:/i.test(text));
  const codes = findCodes(read, leadsToRecord, 'photograph');
  return { codes: codes.map(({ text }) => text) };
};

parentPort?.postMessage(await codesIn(workerData as Uint8Array));
