import { askThread } from '../../platform/pdf/index.ts';
import type { SheetQuestion } from './compare-sheet.ts';
import type { SheetComparison, SheetTraces } from './sheet.ts';

export type SheetTask = { ask: 'comparison'; question: SheetQuestion } | { ask: 'traces'; pdf: Uint8Array };

const program = new URL('sheet-worker.ts', import.meta.url);
const limits = { milliseconds: 20_000, heapMegabytes: 384 };

/** Compares in a thread of its own; what cannot be read there within the limits was not compared. */
export const askComparison = (question: SheetQuestion): Promise<SheetComparison> =>
  askThread<SheetComparison>(program, { ask: 'comparison', question } satisfies SheetTask, limits).catch(
    () => ({ result: 'not-compared', why: 'unreadable' }),
  );

/** Reads in a thread of its own what a page without its record still shows; nothing when it cannot be read. */
export const askTraces = (pdf: Uint8Array): Promise<SheetTraces> =>
  askThread<SheetTraces>(program, { ask: 'traces', pdf } satisfies SheetTask, limits).catch(() => ({
    texts: [],
    codes: [],
  }));
