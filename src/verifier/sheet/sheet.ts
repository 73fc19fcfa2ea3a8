import type { UnreadablePicture } from '../../platform/pdf/read-picture.ts';

/** What a sheet prints of the signed record, named as the facts of a report are. */
export const sheetFields = [
  'holderName',
  'achievementName',
  'description',
  'assessment',
  'validFrom',
  'validUntil',
  'identifier',
  'address',
  'issuerName',
] as const;
export type SheetField = (typeof sheetFields)[number];

/** A part of the page: shares of its width and height, from its upper left corner. */
export type Place = { left: number; top: number; width: number; height: number };

/** One way in which the paper says something else than the signed record. */
export type SheetDifference =
  /** The genuine sheet has `genuine` where this one has `printed`; `field` when it is one of the signed fields. */
  | { kind: 'text-changed'; field: SheetField | undefined; genuine: string; printed: string }
  | { kind: 'text-missing'; field: SheetField | undefined; genuine: string }
  | { kind: 'text-added'; printed: string }
  /** It looks different there, whatever its text layer says; `near` is what the genuine sheet has in that place. */
  | { kind: 'picture-differs'; near: string; place: Place }
  | { kind: 'code-differs'; printed: string }
  | { kind: 'pages-added'; pages: number };

/**
 * How what is printed compares with what is signed.
 * - `identical`: byte for byte the file that was issued
 * - `unchanged`: saved or printed anew, and the same to the eye
 * - `fields-found`: every signed field stands on it; there was no genuine sheet to compare the rest with
 * - `differs`: see the differences
 * - `not-compared`: `why` says what was in the way
 */
export type SheetComparison =
  | { result: 'identical' | 'unchanged' | 'fields-found' }
  | { result: 'differs'; differences: readonly SheetDifference[] }
  | {
      result: 'not-compared';
      why: 'unreadable' | 'picture-only' | 'not-aligned' | 'other-issuer' | 'receipt';
    };

/** What can be read on a page whose record is gone: its lines, and what its codes say. */
export type SheetTraces = { texts: readonly string[]; codes: readonly string[] };

/** The codes in a picture that was brought; or why it was not read. */
export type PictureCodes = { codes: readonly string[] } | { refused: UnreadablePicture };
