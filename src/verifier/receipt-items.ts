import type { JsonObject } from '../vc/index.ts';
import type { ReceiptItem } from './report.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Under which address receipts are named; nothing that a caller of the API composes may bear such an id. */
export const receiptPath = '/verify/receipts/';

/**
 * The lines of a verification receipt, in their order: each is a piece of evidence (Open Badges 3.0) whose `name` is what
 * was shown, `genre` the verdict, and `description` the digest of a file. Read it only where the signature is ours.
 */
export const receiptItemsOf = ({ evidence }: JsonObject): readonly ReceiptItem[] =>
  [evidence]
    .flat()
    .filter((piece): piece is JsonObject => typeof piece === 'object' && piece !== null)
    // Evidence is a set, whose order is not signed: the lines are numbered by their ids.
    .sort((a, b) => lineOf(a) - lineOf(b))
    .map(({ name, genre, description }) => ({
      shown: text(name) ?? '',
      verdict: text(genre) ?? '',
      digest: text(description),
    }));

const lineOf = ({ id }: JsonObject): number => Number(/#(\d+)$/.exec(String(id))?.[1] ?? 0);
