import { crc32 } from 'node:zlib';
import { type BakedBadge, readBadgeText } from './badge-text.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Open Badges 3.0, 5.3.1.1. */
const keyword = 'openbadgecredential';
/** A chunk is length, type, data, checksum (PNG 3.0, 5.3). */
const lengthSize = 4;
const headSize = 8;
const checksumSize = 4;

export const isPng = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, signature.length)).equals(signature);

const chunkOf = (type: string, data: Buffer): Buffer => {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(lengthSize);
  head.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(checksumSize);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([head, typed, checksum]);
};

/** Keyword, not compressed, no language, no translated keyword, text (PNG 3.0, 11.3.3.4). */
const badgeChunk = (text: string): Buffer =>
  chunkOf('iTXt', Buffer.from(`${keyword}\0\0\0\0\0${text}`, 'utf8'));

/** The picture with the credential in it, behind its header, where readers that stop early find it. */
export const bakePng = (png: Uint8Array, credential: string): Uint8Array => {
  if (!isPng(png)) throw new Error('this is no PNG');
  const bytes = Buffer.from(png);
  const afterHeader = signature.length + headSize + bytes.readUInt32BE(signature.length) + checksumSize;
  return Uint8Array.from(
    Buffer.concat([bytes.subarray(0, afterHeader), badgeChunk(credential), bytes.subarray(afterHeader)]),
  );
};

/** `typed` is the type with the data, which the checksum is of; nothing where the bytes end before that. */
type Chunk = { typed: Buffer; checksum: number | undefined };

/** Every chunk up to the end of the picture or of the bytes, where the last one may be cut. */
function* chunksOf(bytes: Buffer): Generator<Chunk> {
  let at = signature.length;
  while (at + headSize <= bytes.length) {
    const end = at + headSize + bytes.readUInt32BE(at);
    const typed = bytes.subarray(at + lengthSize, end);
    yield { typed, checksum: end + checksumSize <= bytes.length ? bytes.readUInt32BE(end) : undefined };
    if (typed.toString('latin1', 0, headSize - lengthSize) === 'IEND') return;
    at = end + checksumSize;
  }
}

const badgeStart = Buffer.from(`iTXt${keyword}\0`, 'latin1');

const isBadge = ({ typed }: Chunk): boolean => typed.subarray(0, badgeStart.length).equals(badgeStart);

const textIn = ({ typed, checksum }: Chunk): BakedBadge => {
  const intact = checksum === crc32(typed);
  const data = typed.subarray(headSize - lengthSize);
  const flags = keyword.length + 1;
  if (!intact || data.length < flags + 2) return { fault: 'badge-corrupt' };
  if (data[flags] !== 0) return { fault: 'badge-compressed' };
  const languageEnd = data.indexOf(0, flags + 2);
  const translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return { fault: 'badge-corrupt' };
  return readBadgeText(data.toString('utf8', translatedEnd + 1));
};

/** The badge in a PNG; the picture itself is not looked at. */
export const readPngBadge = (png: Uint8Array): BakedBadge => {
  let badge: Chunk | undefined;
  for (const chunk of chunksOf(Buffer.from(png.buffer, png.byteOffset, png.length))) {
    if (!isBadge(chunk)) continue;
    if (badge) return { fault: 'badge-repeated' };
    badge = chunk;
  }
  return badge && textIn(badge);
};
