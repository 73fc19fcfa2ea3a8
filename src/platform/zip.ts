import { crc32, inflateRawSync } from 'node:zlib';

/** Why an archive, or one entry of it, was not unpacked. */
export type ZipFault = 'archive-unreadable' | 'archive-too-many' | 'archive-too-large';
export type EntryFault = 'locked' | 'too-large' | 'unpacks-too-large' | 'entry-unreadable';

export type ZipEntry = { name: string; bytes: Uint8Array } | { name: string; fault: EntryFault };
export type ReadZip = { ok: true; entries: readonly ZipEntry[] } | { ok: false; reason: ZipFault };

export type ZipLimits = {
  maxEntries: number;
  /** What one file may unpack to, and all of them together. */
  maxEntryBytes: number;
  maxTotalBytes: number;
  /** No honest file packs better: PDFs and pictures are packed already. */
  maxRatio: number;
};

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endLength = 22;
const maxComment = 0xffff;

/** A bit of the flags (APPNOTE 6.3.10, 4.4.4). */
const isSet = (flags: number, bit: number): boolean => ((flags >> bit) & 1) === 1;

type Listed = {
  name: string;
  flags: number;
  method: number;
  checksum: number;
  packed: number;
  unpacked: number;
  offset: number;
};

/** Whether bytes begin as a ZIP archive does, also an empty one. Told by the content, never by a name. */
export const looksLikeZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 &&
  bytes[1] === 0x4b &&
  [0x0304, 0x0506].includes(((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0));

/** The record at the end that says where the list of entries begins (4.3.16). */
const endOf = (zip: Buffer): { count: number; start: number } | undefined => {
  for (let at = zip.length - endLength; at >= Math.max(0, zip.length - endLength - maxComment); at -= 1) {
    if (zip.readUInt32LE(at) !== endSignature) continue;
    const [disk, count, start] = [
      zip.readUInt16LE(at + 4),
      zip.readUInt16LE(at + 10),
      zip.readUInt32LE(at + 16),
    ];
    // Several disks, and archives of more than four gigabytes.
    return disk === 0 && count !== 0xffff && start < zip.length ? { count, start } : undefined;
  }
  return undefined;
};

/** The list of entries (4.3.12); nothing when it is not whole. */
const listOf = (zip: Buffer, { count, start }: { count: number; start: number }): Listed[] | undefined => {
  const listed: Listed[] = [];
  let at = start;
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== entrySignature) return undefined;
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const flags = zip.readUInt16LE(at + 8);
    const name = zip.subarray(at + 46, at + 46 + nameLength).toString(isSet(flags, 11) ? 'utf8' : 'latin1');
    listed.push({
      name,
      flags,
      method: zip.readUInt16LE(at + 10),
      checksum: zip.readUInt32LE(at + 16),
      packed: zip.readUInt32LE(at + 20),
      unpacked: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + extra + comment;
  }
  return listed;
};

/** The packed bytes of an entry, behind its local header (4.3.7). */
const packedBytes = (zip: Buffer, { offset, packed }: Listed): Buffer | undefined => {
  if (offset + 30 > zip.length || zip.readUInt32LE(offset) !== localSignature) return undefined;
  const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
  return start + packed <= zip.length ? zip.subarray(start, start + packed) : undefined;
};

/** Entries that share their bytes are how a small archive unpacks to a huge one. */
const overlap = (listed: readonly Listed[]): boolean => {
  const ranges = listed
    .map(({ offset, packed }) => [offset, offset + packed] as const)
    .sort((a, b) => a[0] - b[0]);
  return ranges.some(([from], i) => i > 0 && from < (ranges[i - 1]?.[1] ?? 0) + 30);
};

const inflate = (packed: Buffer, maxOutputLength: number): Uint8Array | EntryFault => {
  try {
    return Uint8Array.from(inflateRawSync(packed, { maxOutputLength }));
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return tooLarge ? 'unpacks-too-large' : 'entry-unreadable';
  }
};

const unpack = (zip: Buffer, entry: Listed, limits: ZipLimits): Uint8Array | EntryFault => {
  const { flags, method, packed, unpacked } = entry;
  // Encrypted by the old way, the strong way, or in its list (4.4.4: bits 0, 6 and 13).
  if ([0, 6, 13].some((bit) => isSet(flags, bit)) || method === 99) return 'locked';
  if (packed > limits.maxEntryBytes) return 'too-large';
  if (unpacked > limits.maxEntryBytes)
    return unpacked > packed * limits.maxRatio ? 'unpacks-too-large' : 'too-large';
  const bytes = packedBytes(zip, entry);
  if (!bytes || (method !== 0 && method !== 8)) return 'entry-unreadable';
  // What the list says of its size is the sender's word: the limit holds while it is unpacked.
  const most = Math.min(limits.maxEntryBytes, Math.max(1024, packed * limits.maxRatio));
  const whole = method === 0 ? Uint8Array.from(bytes) : inflate(bytes, most);
  return typeof whole === 'string' || crc32(whole) === entry.checksum ? whole : 'entry-unreadable';
};

/** Folders, and what systems put beside the files of people. */
const isNoFile = (name: string): boolean =>
  /[/\\]$/.test(name) || /(^|[/\\])(__MACOSX[/\\]|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/i.test(name);

/**
 * Unpacks a stranger's ZIP archive in memory, within limits that hold while it is unpacked. Names are given as they stand
 * there: they lead nowhere, and are not to be used as paths. What is wrong with one entry stands beside its name.
 */
export const readZip = (bytes: Uint8Array, limits: ZipLimits): ReadZip => {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = zip.length >= endLength ? endOf(zip) : undefined;
  const listed = end && listOf(zip, end)?.filter(({ name }) => !isNoFile(name));
  if (!listed || overlap(listed)) return { ok: false, reason: 'archive-unreadable' };
  if (listed.length > limits.maxEntries) return { ok: false, reason: 'archive-too-many' };
  const entries: ZipEntry[] = [];
  let total = 0;
  for (const entry of listed) {
    const unpacked = unpack(zip, entry, limits);
    if (typeof unpacked === 'string') {
      entries.push({ name: entry.name, fault: unpacked });
      continue;
    }
    total += unpacked.length;
    if (total > limits.maxTotalBytes) return { ok: false, reason: 'archive-too-large' };
    entries.push({ name: entry.name, bytes: unpacked });
  }
  return { ok: true, entries };
};
