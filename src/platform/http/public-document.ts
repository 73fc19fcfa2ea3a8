import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import type { Answer, Ready } from './direct-answer.ts';
import { createNegotiation, type Negotiation } from './negotiation.ts';

type Encoding = 'br' | 'gzip';
type Representation = { body: Buffer; etag: string; length: string };

/** A document for everybody, ready to be sent: its bytes, compressed ones where that pays, and their validators. */
export type PublicDocument = {
  /** Chooses among the media types of the document; nothing when none is acceptable. */
  negotiate: Negotiation;
  /** The type when none of them is acceptable: a document is better than a refusal (RFC 9110, 12.5.1). */
  defaultType: string;
  /** How long a cache may use it without asking. */
  caching: string;
  vary: string | undefined;
  plain: Representation;
  encoded: Partial<Record<Encoding, Representation>>;
};

type About = {
  text: string | Buffer;
  types: Negotiation;
  defaultType: string;
  caching: string;
  /** Only for what pays and is made rarely: compressing takes longer than a signature. */
  compressed?: boolean;
};

/** RFC 9110, 8.8.3.3: each encoding of the same text has a strong validator of its own. */
const representation = (body: Buffer, tag: string): Representation => ({
  body,
  etag: `"${tag}"`,
  length: String(body.length),
});

/** Made when somebody first asks for it: few ask for each, and a start must not wait for all. */
const compress = (body: Buffer, tag: string): PublicDocument['encoded'] => {
  const made: PublicDocument['encoded'] = {};
  return {
    get br() {
      made.br ??= representation(
        brotliCompressSync(body, { params: { [zlib.BROTLI_PARAM_QUALITY]: 9 } }),
        `${tag}.br`,
      );
      return made.br;
    },
    get gzip() {
      made.gzip ??= representation(gzipSync(body, { level: 9 }), `${tag}.gz`);
      return made.gzip;
    },
  };
};

/** Makes a document ready. Its validator changes with its bytes and with nothing else, so processes agree on it. */
export const publicDocument = ({ text, types, defaultType, caching, compressed }: About): PublicDocument => {
  const body = Buffer.from(text);
  const tag = createHash('sha256').update(body).digest('base64url').slice(0, 27);
  const varies = [types.choices > 1 ? 'Accept' : '', compressed ? 'Accept-Encoding' : ''].filter(Boolean);
  return {
    negotiate: types,
    defaultType,
    caching,
    vary: varies.join(', ') || undefined,
    plain: representation(body, tag),
    encoded: compressed ? compress(body, tag) : {},
  };
};

/** Codings that the reader names without a weight; weights are for readers who want fewer, and they get the plain text. */
const codingFor = ({ encoded }: PublicDocument, wanted: string): Encoding | undefined => {
  if (wanted === '' || !('br' in encoded)) return undefined;
  const codings = wanted.split(',').map((coding) => coding.trim());
  return (['br', 'gzip'] as const).find((coding) => codings.includes(coding));
};

/** RFC 9110, 13.1.2: a list of validators, weakly compared, or `*`. */
const matches = (condition: string | undefined, etag: string): boolean => {
  if (condition === undefined) return false;
  if (condition === etag || condition.trim() === '*') return true;
  return condition.match(/"[^"]*"/g)?.includes(etag) ?? false;
};

const everywhere = [
  'Access-Control-Allow-Origin',
  '*',
  'Access-Control-Expose-Headers',
  'ETag',
  'Cross-Origin-Resource-Policy',
  'cross-origin',
] as const;

/** What is ready to be sent of a document, by coding, type and whether the reader has it already. */
const readied = new WeakMap<PublicDocument, Map<string, Ready>>();

const ready = (document: PublicDocument, asked: IncomingHttpHeaders): Ready => {
  const coding = codingFor(document, String(asked['accept-encoding'] ?? ''));
  const representation = (coding && document.encoded[coding]) ?? document.plain;
  const has = matches(asked['if-none-match'], representation.etag);
  const type = has ? '' : (document.negotiate.choose(asked.accept) ?? document.defaultType);
  const kept = readied.get(document) ?? new Map<string, Ready>();
  if (kept.size === 0) readied.set(document, kept);
  const key = `${coding ?? 'plain'} ${type}`;
  const known = kept.get(key);
  if (known) return known;
  const made = make(document, coding, representation, type);
  kept.set(key, made);
  return made;
};

const make = (
  { caching, vary }: PublicDocument,
  coding: Encoding | undefined,
  { body, etag, length }: Representation,
  type: string,
): Ready => {
  const headers: string[] = [...everywhere, 'Cache-Control', caching, 'ETag', etag];
  if (vary) headers.push('Vary', vary);
  if (type === '') return { status: 304, headers, body: undefined };
  headers.push('Content-Type', type, 'Content-Length', length, 'Accept-Ranges', 'none');
  if (coding) headers.push('Content-Encoding', coding);
  return { status: 200, headers, body };
};

/**
 * The answer to GET or HEAD of the document: `304` to who has it already, the whole of it to who asks for a range. `age`
 * is how many seconds ago it was last known to be current, said only when that is longer than it should be (RFC 9111, 5.1).
 */
export const documentAnswer = (
  { headers }: Pick<IncomingMessage, 'headers'>,
  document: PublicDocument,
  age?: number,
): Answer => ({
  ready: ready(document, headers),
  headers: age === undefined ? [] : ['Age', String(age)],
});

/** One negotiation for one list of types: what it has learnt of `Accept` headers serves every document of the kind. */
export const typesOf = (first: string, ...more: string[]): Pick<About, 'types' | 'defaultType'> => ({
  types: createNegotiation([first, ...more]),
  defaultType: first,
});
