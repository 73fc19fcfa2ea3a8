import { createHash } from 'node:crypto';
import { readZip } from '../../platform/zip.ts';
import { looksLikeFile, mediaTypeOf } from '../files/course-asset.ts';

/** The kinds of file that may be handed in. Pictures of paper go into a PDF: it keeps their order. */
export const fileKinds = ['pdf', 'docx', 'odt', 'xlsx', 'ods', 'csv'] as const;
export type FileKind = (typeof fileKinds)[number];

/**
 * A file that was handed in. `name` is what its owner called it, for their eyes only: a name may say whose it is. `size`
 * in bytes, `sha256` in lower-case hex.
 */
export type HandedFile = { id: string; name: string; kind: FileKind; size: number; sha256: string };

export type FileFault = 'work-file-too-large' | 'work-file-kind' | 'work-file-packed' | 'work-file-empty';

/** A document of many pages unpacks to some megabytes; what comes to more was made to fill a memory. */
const unpacked = {
  maxEntries: 2000,
  maxEntryBytes: 20 * 1024 * 1024,
  maxTotalBytes: 40 * 1024 * 1024,
  maxRatio: 200,
};

const openDocument = 'application/vnd.oasis.opendocument.';

/** What an office file is, told by what lies in it; nothing for another archive, or one with a program inside. */
const officeKind = (entries: ReadonlyMap<string, Uint8Array>): FileKind | undefined => {
  if ([...entries.keys()].some((name) => /vbaProject\.bin$|^Basic\//i.test(name))) return undefined;
  const mimetype = Buffer.from(entries.get('mimetype') ?? []).toString('latin1');
  if (mimetype === `${openDocument}text`) return 'odt';
  if (mimetype === `${openDocument}spreadsheet`) return 'ods';
  if (!entries.has('[Content_Types].xml')) return undefined;
  if (entries.has('word/document.xml')) return 'docx';
  return entries.has('xl/workbook.xml') ? 'xlsx' : undefined;
};

const packedKind = (bytes: Uint8Array): FileKind | FileFault => {
  const archive = readZip(bytes, unpacked);
  if (!archive.ok) return archive.reason === 'archive-unreadable' ? 'work-file-kind' : 'work-file-packed';
  const entries = new Map<string, Uint8Array>();
  for (const entry of archive.entries) {
    if ('bytes' in entry) entries.set(entry.name, entry.bytes);
    else if (/too-large/.test(entry.fault)) return 'work-file-packed';
    else return 'work-file-kind';
  }
  return officeKind(entries) ?? 'work-file-kind';
};

/** The kind of a file by its content alone, or why it is refused. */
const kindOf = (bytes: Buffer): FileKind | FileFault => {
  if (bytes.length === 0) return 'work-file-empty';
  if (looksLikeFile('pdf', bytes)) return 'pdf';
  if (looksLikeFile('docx', bytes)) return packedKind(bytes);
  return looksLikeFile('csv', bytes) ? 'csv' : 'work-file-kind';
};

const isKind = (found: FileKind | FileFault): found is FileKind =>
  (fileKinds as readonly string[]).includes(found);

type Allowed = { kinds: readonly FileKind[]; mostMegabytes: number };

/** What a file is, by its content and whatever it is called; or why it cannot be handed in. */
export const readHandedFile = (
  given: Uint8Array,
  { kinds, mostMegabytes }: Allowed,
): { kind: FileKind; sha256: string; size: number } | { fault: FileFault } => {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.length > mostMegabytes * 1024 * 1024) return { fault: 'work-file-too-large' };
  const kind = kindOf(bytes);
  if (!isKind(kind)) return { fault: kind };
  if (!kinds.includes(kind)) return { fault: 'work-file-kind' };
  return { kind, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};

export const handedMediaType = (kind: FileKind): string => mediaTypeOf(kind);
