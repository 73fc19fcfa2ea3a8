/** What the checks ask of `node:zlib`, for browsers, with the same bounds on what may be unpacked. */
import { Gunzip, Inflate, Unzlib } from 'fflate';

type Options = { maxOutputLength?: number };

/** In small pieces, so that a bomb is noticed before it has grown. */
const pieceLength = 4096;

const unpack = (
  stream: { push(piece: Uint8Array, final?: boolean): void; ondata: unknown },
  packed: Uint8Array,
  { maxOutputLength = Number.POSITIVE_INFINITY }: Options,
): Buffer => {
  const pieces: Uint8Array[] = [];
  let length = 0;
  stream.ondata = (piece: Uint8Array) => {
    length += piece.length;
    if (length > maxOutputLength) {
      throw Object.assign(new RangeError('unpacks to too much'), { code: 'ERR_BUFFER_TOO_LARGE' });
    }
    pieces.push(piece);
  };
  for (let at = 0; at < packed.length; at += pieceLength) {
    stream.push(packed.subarray(at, at + pieceLength), at + pieceLength >= packed.length);
  }
  return Buffer.concat(pieces);
};

export const gunzipSync = (packed: Uint8Array, options: Options = {}): Buffer =>
  unpack(new Gunzip(), packed, options);
export const inflateSync = (packed: Uint8Array, options: Options = {}): Buffer =>
  unpack(new Unzlib(), packed, options);
export const inflateRawSync = (packed: Uint8Array, options: Options = {}): Buffer =>
  unpack(new Inflate(), packed, options);
export const constants = { Z_SYNC_FLUSH: 2 };

const packsNothing = (): never => {
  throw new Error('the offline verifier packs nothing');
};
export const gzipSync = packsNothing;
export const deflateSync = packsNothing;

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** CRC-32 (ISO 3309), of bytes or of a text in UTF-8. */
export const crc32 = (data: Uint8Array | string, value = 0): number => {
  let rest = ~value;
  for (const byte of typeof data === 'string' ? new TextEncoder().encode(data) : data)
    rest = (remainders[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return ~rest >>> 0;
};
