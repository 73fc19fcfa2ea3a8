import { createHash } from 'node:crypto';
import { looksLikeZip, readZip, type ZipEntry } from '../../platform/zip.ts';
import { maxInputBytes } from '../../verifier/index.ts';
import { type BulkItem, maxItems } from './bulk-check.ts';
import type { BroughtFault } from './read-list.ts';
import { shownText } from './shown-text.ts';

/** A file that waits for its turn, with its row. */
export type BroughtFile = { row: number; bytes: Uint8Array };
export type ReadArchive =
  | { ok: true; items: readonly BulkItem[]; files: readonly BroughtFile[] }
  | { ok: false; fault: BroughtFault };

/** What is sent, and what it may unpack to. */
export const maxArchiveBytes = 80 * 1024 * 1024;
const limits = {
  maxEntries: maxItems,
  maxEntryBytes: maxInputBytes,
  maxTotalBytes: 150 * 1024 * 1024,
  maxRatio: 200,
};

/** The end of a path, whatever separates its parts: names say nothing about places here. */
const baseName = (name: string): string => shownText(name.split(/[/\\]/).at(-1) ?? '');

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const itemOf = (entry: ZipEntry, row: number, seen: Map<string, number>): BulkItem => {
  const shown = baseName(entry.name);
  if ('fault' in entry) return { row, shown, verdict: entry.fault };
  if (entry.bytes.length === 0) return { row, shown, verdict: 'empty' };
  const digest = digestOf(entry.bytes);
  const sameAs = seen.get(digest);
  seen.set(digest, sameAs ?? row);
  if (sameAs !== undefined) return { row, shown, digest, sameAs };
  return looksLikeZip(entry.bytes)
    ? { row, shown, digest, verdict: 'nested-archive' }
    : { row, shown, digest };
};

/** Reads an archive of certificates: what can be examined later, and what is wrong with the rest, by row. */
export const readArchive = (bytes: Uint8Array): ReadArchive => {
  const read = readZip(bytes, limits);
  if (!read.ok) {
    const params = read.reason === 'archive-too-many' ? { max: maxItems } : undefined;
    return { ok: false, fault: { code: `bulk-${read.reason}`, ...(params ? { params } : {}) } };
  }
  const { entries } = read;
  if (entries.length === 0) return { ok: false, fault: { code: 'bulk-empty' } };
  if (entries.some(({ name }) => name === '[Content_Types].xml'))
    return { ok: false, fault: { code: 'bulk-spreadsheet' } };
  const seen = new Map<string, number>();
  const items = entries.map((entry, index) => itemOf(entry, index + 1, seen));
  const files = items.flatMap(({ row, verdict, sameAs }) => {
    const entry = entries[row - 1];
    const waits = verdict === undefined && sameAs === undefined && entry && 'bytes' in entry;
    return waits ? [{ row, bytes: entry.bytes }] : [];
  });
  return { ok: true, items, files };
};
