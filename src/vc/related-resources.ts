import type { FieldFault } from '../platform/errors.ts';
import { type DigestAlgorithm, publishedDigests } from './document-loader.ts';
import { fromBase58 } from './multibase.ts';
import { fault, none, type Rule } from './shape-rules.ts';
import { asList, idOf, isObject, type JsonObject } from './types.ts';

type Digest = { readonly algorithm: DigestAlgorithm; readonly hex: string };

const byLength: Readonly<Record<number, DigestAlgorithm>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' };
/** Multihash codes and lengths (Controlled Identifiers 1.0, 2.5). */
const byMultihash: Readonly<Record<string, DigestAlgorithm>> = {
  '1220': 'sha256',
  '2030': 'sha384',
  '1340': 'sha512',
};

const sriToken = /^sha(256|384|512)-([A-Za-z0-9+/]+={0,2})(\?[\x21-\x7e]*)?$/;

/** The digests of the strongest algorithm among those given: any of them may match (Subresource Integrity, 3.3.4). */
const readSri = (value: string): readonly Digest[] => {
  const digests = value.split(/\s+/).flatMap((token): Digest[] => {
    const [, bits, text = ''] = sriToken.exec(token) ?? [];
    const bytes = Buffer.from(text, 'base64');
    return bits && bytes.length * 8 === Number(bits)
      ? [{ algorithm: `sha${bits}` as DigestAlgorithm, hex: bytes.toString('hex') }]
      : [];
  });
  const strongest = digests
    .map(({ algorithm }) => algorithm)
    .sort()
    .at(-1);
  return digests.filter(({ algorithm }) => algorithm === strongest);
};

/** A multihash, or the bare hash that the public suites write. Nothing for hashes not known here. */
const readMultibase = (value: string): Digest | undefined => {
  const bytes = value[0] === 'u' ? Buffer.from(value.slice(1), 'base64url') : fromBase58(value);
  if (!bytes) return undefined;
  const bare = byLength[bytes.length];
  if (bare) return { algorithm: bare, hex: bytes.toString('hex') };
  const algorithm = byMultihash[bytes.subarray(0, 2).toString('hex')];
  const hash = bytes.subarray(2);
  return algorithm && byLength[hash.length] === algorithm
    ? { algorithm, hex: hash.toString('hex') }
    : undefined;
};

/** At least one digest of Subresource Integrity that can be read. */
export const digestSri: Rule = (value, pointer) =>
  typeof value === 'string' && readSri(value).length > 0 ? none : fault(pointer, 'not-a-digest');

/** Multibase `u` or `z`. */
export const digestMultibase: Rule = (value, pointer) =>
  typeof value === 'string' && /^(u[\w-]+|z[1-9A-HJ-NP-Za-km-z]+)$/.test(value)
    ? none
    : fault(pointer, 'not-a-digest');

/**
 * Compares the digests of related resources with what their publishers serve, or have served in an earlier version (VC
 * Data Model 2.0, 5.3). Only contexts on board can be compared: nothing is fetched, and of other resources nothing is
 * used, so nothing is said about them. Call it on documents whose shape is right.
 */
export const checkRelatedResources = ({ relatedResource }: JsonObject): readonly FieldFault[] =>
  asList(relatedResource).flatMap((entry, i) => {
    const at = Array.isArray(relatedResource) ? `/relatedResource/${i}` : '/relatedResource';
    return isObject(entry) ? mismatches(entry, at) : [];
  });

const mismatches = (entry: JsonObject, at: string): readonly FieldFault[] => {
  const url = idOf(entry) ?? '';
  const { digestSRI, digestMultibase: multibase } = entry;
  const sri = typeof digestSRI === 'string' ? readSri(digestSRI) : [];
  const single = typeof multibase === 'string' ? readMultibase(multibase) : undefined;
  return [
    ...(differs(url, sri) ? [{ pointer: `${at}/digestSRI`, code: 'digest-mismatch' }] : []),
    ...(differs(url, single ? [single] : [])
      ? [{ pointer: `${at}/digestMultibase`, code: 'digest-mismatch' }]
      : []),
  ];
};

/** Whether we know what the resource is, and none of the digests is of it. */
const differs = (url: string, digests: readonly Digest[]): boolean => {
  const comparable = digests.filter(({ algorithm }) => publishedDigests(url, algorithm).length > 0);
  return (
    comparable.length > 0 &&
    !comparable.some(({ algorithm, hex }) => publishedDigests(url, algorithm).includes(hex))
  );
};
