import type { Question } from '../question.ts';

/** One item of an export: the question, and the name it has in the bank. */
export type ExportedItem = { itemId: string; version: number; question: Question };

/** What a format cannot say of one item. `code` is worded in `locales/<language>/items.json` under `losses`. */
export type Loss = { itemId: string; code: string };

export type Exported = { bytes: Uint8Array; type: string; extension: string; losses: readonly Loss[] };
