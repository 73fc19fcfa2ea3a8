import type { Language } from '../../platform/i18n.ts';
import type { JsonObject } from '../../vc/index.ts';

/** One list or archive; whoever has more brings several. */
export const maxItems = 500;
/** How long a check can be looked at, in days. */
export const keptDays = 7;

/** One row as it was brought: a number, or a file by its name. */
export type BulkItem = {
  /** As a spreadsheet counts; of an archive, the place in it. */
  row: number;
  /** What stands there, cut to what a table can show. */
  shown: string;
  /** SHA-256 of a file, lower-case hex. */
  digest?: string;
  /** The row that brought the same before: it is checked once. */
  sameAs?: number;
  /** The certificate, once its number is known. */
  number?: string;
  /** See `verdictOf` of the desk; also why a row could not be examined. Missing until it was its turn. */
  verdict?: string;
  checkedAt?: Date;
};

export type BulkKind = 'one' | 'list' | 'archive';

/**
 * Many certificates brought at once. `id` is the hash of the secret in its address: whoever has the address sees it, and
 * nobody else. It names no person and no sender.
 */
export type BulkCheck = {
  id: string;
  kind: BulkKind;
  language: Language;
  createdAt: Date;
  expiresAt: Date;
  items: readonly BulkItem[];
  finishedAt?: Date;
  /** Signed when all is examined. */
  receipt?: JsonObject;
};

export type BulkProgress = { done: number; total: number; remainingSeconds: number | undefined };

/** How far it has come, and a guess at what is left by how long the part so far took. */
export const progressOf = ({ items, createdAt }: BulkCheck, now: Date): BulkProgress => {
  const done = items.filter(({ verdict }) => verdict !== undefined).length;
  const seconds = (now.getTime() - createdAt.getTime()) / 1000;
  const left = items.length - done;
  return {
    done,
    total: items.length,
    remainingSeconds: done === 0 ? undefined : Math.ceil((seconds / done) * left),
  };
};
