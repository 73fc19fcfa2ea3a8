import { constants, gunzipSync, gzipSync } from 'node:zlib';

/** At least this many entries, so that one holder hides among the others (Bitstring Status List 1.0, 6.1). */
export const minimumBits = 131_072;
/** 32 million entries, far above any list in use. */
const defaultMaxBytes = 4 * 1024 * 1024;
/** A foreign list is text of at most the size that its bits have uncompressed. */
const base64Overhead = 4 / 3;

/** A status list with statusSize 1: bit 0 is the left-most of byte 0 (Bitstring Status List 1.0, 3.3). */
export type StatusBits = Readonly<Uint8Array>;

/** Names of the errors are those of Bitstring Status List 1.0, 3.5. */
export type StatusListFault = 'MALFORMED_VALUE_ERROR' | 'RANGE_ERROR' | 'STATUS_LIST_LENGTH_ERROR';

export class StatusListError extends Error {
  readonly fault: StatusListFault;

  constructor(fault: StatusListFault) {
    super(fault);
    this.name = 'StatusListError';
    this.fault = fault;
  }
}

/** A list whose bits are all 0. @throws StatusListError when shorter than 131,072 bits or not whole bytes */
export const emptyBits = (length: number = minimumBits): StatusBits => {
  if (!Number.isSafeInteger(length) || length < minimumBits || length % 8 !== 0) {
    throw new StatusListError('STATUS_LIST_LENGTH_ERROR');
  }
  return new Uint8Array(length / 8);
};

/** A copy with these bits at 1. @throws StatusListError RANGE_ERROR */
export const setBit = (bits: StatusBits, ...indexes: readonly number[]): StatusBits =>
  changed(bits, indexes, (byte, mask) => byte | mask);

/** A copy with these bits at 0: for suspensions only, a revocation is never taken back. @throws StatusListError RANGE_ERROR */
export const clearBit = (bits: StatusBits, ...indexes: readonly number[]): StatusBits =>
  changed(bits, indexes, (byte, mask) => byte & ~mask);

/** @throws StatusListError RANGE_ERROR when the list has no such bit */
export const readBit = (bits: StatusBits, index: number): boolean => {
  const { byte, mask } = placeOf(bits, index);
  return ((bits[byte] ?? 0) & mask) !== 0;
};

const placeOf = (bits: StatusBits, index: number): { byte: number; mask: number } => {
  if (!Number.isSafeInteger(index) || index < 0 || index >= bits.length * 8)
    throw new StatusListError('RANGE_ERROR');
  return { byte: Math.floor(index / 8), mask: 0b1000_0000 >> (index % 8) };
};

const changed = (
  bits: StatusBits,
  indexes: readonly number[],
  change: (byte: number, mask: number) => number,
): StatusBits => {
  const copy = Uint8Array.from(bits);
  for (const index of indexes) {
    const { byte, mask } = placeOf(bits, index);
    copy[byte] = change(copy[byte] ?? 0, mask);
  }
  return copy;
};

/**
 * `encodedList`: multibase `u` (base64url without padding) of the GZIP of the bits (Bitstring Status List 1.0, 3.3).
 * Equal bits give equal text on one version of Node: strategy fixed, no time, the system's letter always "Unix". Bits at
 * random places have runs and nothing else that repeats: looking for runs only is smaller and four times as fast.
 */
export const encodeBits = (bits: StatusBits): string => {
  const zipped = gzipSync(bits, { strategy: constants.Z_RLE });
  zipped[9] = 3;
  return `u${zipped.toString('base64url')}`;
};

/**
 * The bits of a foreign `encodedList`. `maxBytes` bounds the unpacked size: a few kilobytes of GZIP can ask for
 * gigabytes.
 * @throws StatusListError
 */
export const decodeBits = (encodedList: unknown, { maxBytes = defaultMaxBytes } = {}): StatusBits => {
  const acceptable = typeof encodedList === 'string' && /^u[\w-]+$/.test(encodedList);
  if (!acceptable || encodedList.length > maxBytes * base64Overhead)
    throw new StatusListError('MALFORMED_VALUE_ERROR');
  const bits = unzip(Buffer.from(encodedList.slice(1), 'base64url'), maxBytes);
  if (bits.length * 8 < minimumBits) throw new StatusListError('STATUS_LIST_LENGTH_ERROR');
  return bits;
};

const unzip = (zipped: Buffer, maxOutputLength: number): Uint8Array => {
  try {
    return Uint8Array.from(gunzipSync(zipped, { maxOutputLength }));
  } catch {
    throw new StatusListError('MALFORMED_VALUE_ERROR');
  }
};
