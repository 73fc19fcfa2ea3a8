import { decode, encode } from '@digitalbazaar/cborld';
import { deflateSync, inflateSync } from 'fflate';
import { canonicalJson } from '../../platform/canonical-json.ts';
import { type DocumentLoader, isObject, type JsonObject } from '../types.ts';
import { fromBase45, toBase45 } from './base45.ts';
import { type CompactTable, typeTableOf } from './compact-table.ts';

/** Says what follows, and in which version; upper case keeps a QR code in its alphanumeric mode. */
const prefix = 'JC1:';
/** Tag 0xcb1d, a list of two, and an unsigned number of four bytes: how CBOR-LD 1.0 begins, before the table's name. */
const cborldHead = Uint8Array.of(0xd9, 0xcb, 0x1d, 0x82, 0x1a);
const nameBytes = 4;

/** What QR version 13 holds at level M in its alphanumeric mode (ISO/IEC 18004, table 7). */
export const maxCompactLength = 483;
/** A document that fits is well under half of this; a bomb of so little text cannot unpack to more than 400 kB. */
const maxUnpacked = 2048;

/** Whether a text says of itself that it is a compact credential, of any version: `JC`, digits, a colon. */
export const looksCompact = (text: string): boolean => /^JC\d{1,3}:/.test(text);

type EncodeOptions = { table: CompactTable; documentLoader: DocumentLoader };

/**
 * A secured credential as the text of a QR code: `JC1:` and base45 (RFC 9285) of the table's name (4 bytes, big-endian)
 * and of its CBOR-LD 1.0 after the head, deflated (RFC 1951) with the table's dictionary. Nothing when that is longer
 * than `maxCompactLength`, or would not read back as exactly this credential: nothing is ever shortened to fit.
 */
export const encodeCompact = async (
  credential: JsonObject,
  { table, documentLoader }: EncodeOptions,
): Promise<string | undefined> => {
  const cborld = await encode({
    jsonldDocument: credential,
    documentLoader,
    registryEntryId: table.registryEntryId,
    typeTableLoader: async () => typeTableOf(table),
  });
  const named = cborld.subarray(cborldHead.length, cborldHead.length + nameBytes);
  const packed = deflateSync(cborld.subarray(cborldHead.length + nameBytes), {
    level: 9,
    dictionary: dictionaryOf(table),
  });
  const text = prefix + toBase45(concat(named, packed));
  if (text.length > maxCompactLength) return undefined;
  const back = await decodeCompact(text, { tableOf: async () => table, documentLoader });
  return back.ok && canonicalJson(back.document) === canonicalJson(credential) ? text : undefined;
};

export type DecodedCompact =
  | { readonly ok: true; readonly document: JsonObject }
  /** `compact-version-unknown`, `compact-table-unknown`: nothing is known of it; `compact-damaged`: no such text is made. */
  | {
      readonly ok: false;
      readonly reason: 'compact-version-unknown' | 'compact-table-unknown' | 'compact-damaged';
      readonly registryEntryId?: number;
    };

type DecodeOptions = {
  /** The published table of that name; nothing when it is not known. */
  tableOf(registryEntryId: number): Promise<CompactTable | undefined>;
  documentLoader: DocumentLoader;
};

const damaged: DecodedCompact = { ok: false, reason: 'compact-damaged' };

/** Reads what `encodeCompact` wrote. Says nothing of its truth: verify the document. Never rejects for what a text says. */
export const decodeCompact = async (
  text: string,
  { tableOf, documentLoader }: DecodeOptions,
): Promise<DecodedCompact> => {
  if (!text.startsWith(prefix)) return { ok: false, reason: 'compact-version-unknown' };
  const bytes = text.length <= maxCompactLength ? fromBase45(text.slice(prefix.length)) : undefined;
  if (!bytes || bytes.length <= nameBytes) return damaged;
  const registryEntryId = new DataView(bytes.buffer).getUint32(0);
  const table = await tableOf(registryEntryId);
  if (!table) return { ok: false, reason: 'compact-table-unknown', registryEntryId };
  try {
    const payload = unpack(bytes.subarray(nameBytes), table);
    if (!payload) return damaged;
    const document = await decode({
      cborldBytes: concat(cborldHead, bytes.subarray(0, nameBytes), payload),
      documentLoader,
      typeTableLoader: async () => typeTableOf(table),
    });
    return isObject(document) ? { ok: true, document } : damaged;
  } catch {
    return damaged;
  }
};

const unpack = (packed: Uint8Array, table: CompactTable): Uint8Array | undefined => {
  const out = new Uint8Array(maxUnpacked + 1);
  const bytes = inflateSync(packed, { dictionary: dictionaryOf(table), out });
  return bytes.length <= maxUnpacked ? bytes : undefined;
};

const dictionaryOf = ({ dictionary }: CompactTable): Uint8Array =>
  Uint8Array.from(Buffer.from(dictionary, 'base64'));

const concat = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
