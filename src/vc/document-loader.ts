import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DomainError } from '../platform/errors.ts';
import { dereferenceDidKey } from './did.ts';
import type { DocumentLoader, RemoteDocument } from './types.ts';

const folder = new URL('../../contexts/', import.meta.url);

const hex = (bits: number) => z.hex().length(bits / 4);

const entryShape = z.strictObject({
  url: z.url(),
  file: z.string().regex(/^[\w.-]+$/),
  sha256: z.hex().length(64),
  publishedSha256: z.hex().length(64).optional(),
  audience: z.literal('test-suites').optional(),
  /** What its publisher has served, newest first: lower-case hex over those bytes. */
  versions: z
    .array(z.strictObject({ published: z.iso.date(), sha256: hex(256), sha384: hex(384), sha512: hex(512) }))
    .optional(),
});

export type DigestAlgorithm = 'sha256' | 'sha384' | 'sha512';

/**
 * One pinned context. `sha256` is over the shipped bytes; `publishedSha256` (both lower-case hex) over those that its
 * publisher serves, which say the same with other white space. `relatedResource` digests are over the latter.
 */
export type ShippedContext = {
  readonly url: string;
  readonly sha256: string;
  readonly publishedSha256: string;
  readonly audience: 'everyone' | 'test-suites';
};

type Version = Readonly<Record<DigestAlgorithm, string>>;
type Entry = ShippedContext & { readonly file: string; readonly versions: readonly Version[] };

/** A JSON-LD context that is not among the shipped ones. Nothing is ever fetched, so what it means stays unknown. */
export class ContextNotShipped extends DomainError {
  readonly url: string;

  constructor(url: string) {
    super('invalid', 'context-not-shipped', { params: { url } });
    this.name = 'ContextNotShipped';
    this.url = url;
  }
}

let entries: ReadonlyMap<string, Entry> | undefined;
const documents = new Map<string, unknown>();

const readIndex = (): ReadonlyMap<string, Entry> => {
  const listed = z.array(entryShape).parse(JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')));
  const filled = listed.map(
    ({ audience, publishedSha256, versions, ...entry }): Entry => ({
      ...entry,
      audience: audience ?? 'everyone',
      publishedSha256: publishedSha256 ?? entry.sha256,
      versions: versions ?? [],
    }),
  );
  return new Map(filled.map((entry) => [entry.url, entry]));
};

const entryOf = (url: string): Entry | undefined => {
  entries ??= readIndex();
  return entries.get(url);
};

const readChecked = ({ file, sha256 }: Entry): Buffer => {
  const bytes = readFileSync(new URL(file, folder));
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new Error(`contexts/${file} is not the file that contexts/index.json pins`);
  }
  return bytes;
};

/** Every context on board, as pinned by `contexts/index.json`. */
export const shippedContexts = (): readonly ShippedContext[] => {
  entries ??= readIndex();
  return [...entries.values()].map(({ file: _file, versions: _versions, ...shown }) => shown);
};

/**
 * The digests, lower-case hex, of a context as its publisher serves it, and of its earlier published versions: none for
 * what is not on board, or where an algorithm was not recorded and the shipped bytes are not the published ones.
 */
export const publishedDigests = (url: string, algorithm: DigestAlgorithm): readonly string[] => {
  const entry = entryOf(url);
  if (!entry) return [];
  const recorded = entry.versions.map((version) => version[algorithm]);
  if (algorithm === 'sha256') return [...new Set([entry.publishedSha256, ...recorded])];
  if (recorded.length > 0 || entry.publishedSha256 !== entry.sha256) return recorded;
  return [createHash(algorithm).update(readChecked(entry)).digest('hex')];
};

/** The files of the contexts for everybody, as they were pinned: what this service publishes of them under `/contexts/`. */
export const contextFiles = (): readonly { file: string; bytes: Buffer }[] => {
  entries ??= readIndex();
  return [...entries.values()]
    .filter(({ audience }) => audience === 'everyone')
    .map((entry) => ({ file: entry.file, bytes: readChecked(entry) }));
};

/**
 * The parsed context document, read and checked against its pinned digest once, and frozen: all readers share it.
 * @throws ContextNotShipped
 */
export const loadContext = (url: string): unknown => {
  const entry = entryOf(url);
  if (!entry) throw new ContextNotShipped(url);
  const known = documents.get(url);
  if (known) return known;
  const document: unknown = JSON.parse(readChecked(entry).toString('utf8'), (_, value) =>
    Object.freeze(value),
  );
  documents.set(url, document);
  return document;
};

/** Answers a URL with a document, or with nothing when it is not its kind of URL. */
export type Resolver = (url: string) => Promise<unknown> | undefined;

export type DocumentLoaderOptions = {
  /** Asked in order, before the shipped contexts: DID documents of our own host, status lists. */
  resolvers?: readonly Resolver[];
  /** `test-suites` also serves the contexts that only the public conformance suites use. */
  audience?: 'everyone' | 'test-suites';
};

/**
 * A JSON-LD loader that answers from memory only: resolvers, `did:key` DIDs and their verification methods, shipped
 * contexts. It rejects with `ContextNotShipped` for all else and never touches the network.
 */
export const createDocumentLoader = (options: DocumentLoaderOptions = {}): DocumentLoader => {
  const { resolvers = [], audience = 'everyone' } = options;
  return async (url) => {
    for (const resolver of resolvers) {
      const document = await resolver(url);
      if (document !== undefined) return remote(url, document);
    }
    const key = dereferenceDidKey(url);
    if (key) return remote(url, key);
    const entry = entryOf(url);
    if (!entry || (entry.audience === 'test-suites' && audience === 'everyone'))
      throw new ContextNotShipped(url);
    const document = remote(url, loadContext(url));
    // jsonld keeps static contexts for the whole process, past the loader that refuses them to its callers.
    return entry.audience === 'everyone' ? { ...document, tag: 'static' } : document;
  };
};

const remote = (documentUrl: string, document: unknown): RemoteDocument => ({
  contextUrl: null,
  documentUrl,
  document,
});
