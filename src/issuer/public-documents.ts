import { DomainError } from '../platform/errors.ts';
import { type PublicDocument, publicDocument, typesOf } from '../platform/http/public-document.ts';
import { createMemoryCopies } from '../platform/memory-copies.ts';
import { contextFiles, type JsonObject } from '../vc/index.ts';

/** A document of ours: as the verifier reads it, and ready to be sent. `json` is the same object until it changes. */
export type Published = { json: JsonObject; document: PublicDocument };

/** `age`: how many seconds ago it was last known to be current, when the database does not say now. */
export type Found = { document: PublicDocument; age: number | undefined };

type Deps = {
  didDocument(): Promise<JsonObject>;
  /** The signed list of that name, with every change up to now. */
  listById(id: string): Promise<JsonObject | undefined>;
  /** The same by the address it was published under, which may be one of before the service moved. */
  listByUrl(url: string): Promise<JsonObject | undefined>;
  /** Rises with each change that this process makes to lists or keys. */
  changes(): number;
  now(): Date;
  /** How long another process's change may stay unseen, in milliseconds. */
  freshFor: number;
};

export type PublicDocuments = {
  /** The document at a path, if that can be said at once. */
  atOnce(path: string): PublicDocument | undefined;
  /**
   * The document at a path. When the database does not answer: the last one, unless it has ended or is known to be behind.
   * @throws DomainError `issuing-unavailable` for a list that is behind and cannot be signed; what the database throws
   */
  find(path: string): Promise<Found | undefined>;
  /** The same for the verifier: a path of ours, or the address of a list. Nothing older than `freshFor`. */
  read(pathOrUrl: string): Promise<JsonObject | undefined>;
  /** What `read` would answer, if that can be said at once. */
  readAtOnce(pathOrUrl: string): JsonObject | undefined;
};

export const didPath = '/.well-known/did.json';
const listPath = /^\/status\/([a-z0-9][a-z0-9-]{0,63})$/;
/** Plenty for a million certificates; each is some ten kilobytes. */
const maxDocuments = 200;

/** Caches ask again each time and are told in a few bytes that nothing changed: a revocation is everywhere at once. */
const alwaysAsked = 'public, no-cache';
/** A released version never changes; the files without a number in their name follow the newest. */
const contextCaching = (file: string): string =>
  /-v?\d+(\.\d+)*\.json$/.test(file) ? 'public, max-age=31536000, immutable' : 'public, max-age=86400';

const didTypes = typesOf('application/did+ld+json');
const listTypes = typesOf('application/vc', 'application/json', 'application/ld+json');
const contextTypes = typesOf('application/ld+json', 'application/json');

const ready = (json: JsonObject, types: typeof didTypes): Published => ({
  json,
  document: publicDocument({ text: JSON.stringify(json), ...types, caching: alwaysAsked }),
});

const readContexts = (): ReadonlyMap<string, PublicDocument> =>
  new Map(
    contextFiles().map(({ file, bytes }) => [
      `/contexts/${file}`,
      publicDocument({ text: bytes, ...contextTypes, caching: contextCaching(file), compressed: true }),
    ]),
  );

let contexts: ReadonlyMap<string, PublicDocument> | undefined;
/** The same files for everybody, made ready once in a process. */
const contextDocuments = (): ReadonlyMap<string, PublicDocument> => {
  contexts ??= readContexts();
  return contexts;
};

const hasEnded = ({ validUntil }: JsonObject, now: Date): boolean =>
  validUntil !== undefined && !(new Date(String(validUntil)) > now);

/**
 * What this service publishes for everybody, from memory: DID document, status lists, contexts. The one place that decides
 * how fresh an answer is.
 */
export const createPublicDocuments = (deps: Deps): PublicDocuments => {
  const contexts = contextDocuments();

  const copies = createMemoryCopies<Published>({
    read: async (key) => {
      if (key === didPath) return ready(await deps.didDocument(), didTypes);
      const id = listPath.exec(key)?.[1];
      const list = id === undefined ? await deps.listByUrl(key) : await deps.listById(id);
      return list && ready(list, listTypes);
    },
    versionOf: ({ document }) => document.plain.etag,
    changes: deps.changes,
    maxAge: deps.freshFor,
    maxCopies: maxDocuments,
  });

  const isOurs = (path: string): boolean => path === didPath || listPath.test(path);

  const lastOf = (path: string, reason: unknown): Found => {
    const last = copies.last(path);
    // A rule that says no is an answer, and an old list is not to contradict it.
    if (reason instanceof DomainError || !last || hasEnded(last.value.json, deps.now())) throw reason;
    return { document: last.value.document, age: Math.ceil(last.age / 1000) };
  };

  return {
    atOnce: (path) => contexts.get(path) ?? (isOurs(path) ? copies.fresh(path)?.document : undefined),
    find: async (path) => {
      const context = contexts.get(path);
      if (context) return { document: context, age: undefined };
      if (!isOurs(path)) return undefined;
      try {
        const found = await copies.current(path);
        return found && { document: found.document, age: undefined };
      } catch (error) {
        return lastOf(path, error);
      }
    },
    read: async (key) => (await copies.current(key))?.json,
    readAtOnce: (key) => copies.fresh(key)?.json,
  };
};
