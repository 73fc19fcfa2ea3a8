import { publicKeyOf } from './public-keys.ts';
import { asList, isObject, type JsonObject } from './types.ts';

const didContexts = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'] as const;
/** Some implementations publish under other hosts and lengths; these bound what is worth an attempt. */
const maxDidLength = 2048;

/** A public key as a DID document lists it (Controlled Identifiers 1.0, 2.2). */
export type VerificationMethod = {
  readonly id: string;
  readonly type: 'Multikey';
  readonly controller: string;
  readonly publicKeyMultibase: string;
  /** XML Schema dateTimeStamp: proofs made later do not count. */
  readonly expires?: string;
  /** XML Schema dateTimeStamp: since then no proof counts, whenever it claims to be made. */
  readonly revoked?: string;
};

/** The documents made here. Foreign ones are only known to be objects with the `id` that was asked for. */
export type DidDocument = {
  readonly '@context': readonly string[];
  readonly id: string;
  readonly alsoKnownAs?: readonly string[];
  readonly verificationMethod: readonly VerificationMethod[];
  readonly authentication: readonly string[];
  readonly assertionMethod: readonly string[];
};

export type DidFault =
  /** Not a DID, or not one that its method allows: nobody can ever resolve it. */
  | 'invalid-did'
  | 'did-method-not-supported'
  | 'did-not-found'
  /** What came back is no DID document, or another DID's. */
  | 'did-document-invalid';

export type DidResolution =
  | { readonly outcome: 'resolved'; readonly document: JsonObject }
  | { readonly outcome: 'unresolved'; readonly reason: DidFault };

/**
 * A key of a DID document. `next` is announced, `verify-only` still verifies what it signed before `retiredAt`; a
 * `compromised` one stays listed, so that everybody can see that it was revoked, and is authorised for nothing.
 */
export type DidKey = {
  readonly publicKeyMultibase: string;
  readonly state: 'next' | 'active' | 'verify-only' | 'compromised';
  readonly retiredAt?: Date;
  readonly compromisedAt?: Date;
};

/** `did:key` of an Ed25519 public key (did:key method, 3.1). */
export const didKeyOf = (publicKeyMultibase: string): string => `did:key:${publicKeyMultibase}`;

/** The verification method id of a key under a DID. */
export const verificationMethodOf = (did: string, publicKeyMultibase: string): string =>
  `${did}#${publicKeyMultibase}`;

/** `did:web` of the public address of a service: port as `%3A`, path segments after colons (did:web method, 2.2). */
export const didWebOf = (baseUrl: string): string => {
  const { host, pathname } = new URL(baseUrl);
  const segments = pathname.split('/').filter((segment) => segment !== '');
  return ['did:web', encodeURIComponent(host), ...segments].join(':');
};

/** Where a `did:web` document lies, always by https; nothing when the DID is malformed (did:web method, 2.5.2). */
export const didWebUrl = (did: string): string | undefined => {
  if (did.length > maxDidLength || !/^did:web:[\w.%-]+(:[\w.%~-]+)*$/.test(did)) return undefined;
  const [host = '', ...segments] = did.slice('did:web:'.length).split(':');
  const decoded = host.replace(/%3a/i, ':');
  if (decoded.includes('%') || segments.some(leavesItsFolder)) return undefined;
  const path = segments.length > 0 ? segments.join('/') : '.well-known';
  const url = `https://${decoded}/${path}/did.json`;
  return URL.canParse(url) && new URL(url).host === decoded.toLowerCase() ? url : undefined;
};

const leavesItsFolder = (segment: string): boolean =>
  /^(\.|%2e){1,2}$/i.test(segment) || /%(2f|5c|00)/i.test(segment);

type DocumentInput = {
  did: string;
  keys: readonly DidKey[];
  alsoKnownAs?: readonly string[];
};

/** A DID document (DID 1.0, 5) with Multikey verification methods. */
export const didDocument = ({ did, keys, alsoKnownAs = [] }: DocumentInput): DidDocument => {
  const id = ({ publicKeyMultibase }: DidKey): string => verificationMethodOf(did, publicKeyMultibase);
  return {
    '@context': didContexts,
    id: did,
    ...(alsoKnownAs.length > 0 ? { alsoKnownAs } : {}),
    verificationMethod: keys.map((key) => ({
      id: id(key),
      type: 'Multikey',
      controller: did,
      publicKeyMultibase: key.publicKeyMultibase,
      ...endOf(key),
    })),
    authentication: keys.filter(({ state }) => state === 'active').map(id),
    assertionMethod: keys.filter(({ state }) => state !== 'compromised').map(id),
  };
};

/** When a key stopped counting, as a verification method says it (Controlled Identifiers 1.0, 2.2). */
const endOf = ({
  retiredAt,
  compromisedAt,
}: Pick<DidKey, 'retiredAt' | 'compromisedAt'>): Pick<VerificationMethod, 'expires' | 'revoked'> => ({
  ...(retiredAt ? { expires: retiredAt.toISOString() } : {}),
  ...(compromisedAt ? { revoked: compromisedAt.toISOString() } : {}),
});

/**
 * A DID document with what is known from elsewhere about the end of its keys: a `did:key` can say nothing about that
 * itself, and a copy of a `did:web` document may be old.
 */
export const withKeyHistory = (document: JsonObject, keys: readonly DidKey[]): JsonObject => {
  const known = new Map(keys.map((key) => [key.publicKeyMultibase, endOf(key)]));
  const methods = asList(document.verificationMethod).map((method) =>
    isObject(method) ? { ...method, ...known.get(String(method.publicKeyMultibase)) } : method,
  );
  return { ...document, verificationMethod: methods };
};

const didKeyDocument = (did: string): DidDocument | undefined => {
  const publicKeyMultibase = did.slice('did:key:'.length);
  if (!did.startsWith('did:key:') || !publicKeyOf(publicKeyMultibase)) return undefined;
  return didDocument({ did, keys: [{ publicKeyMultibase, state: 'active' }] });
};

/** The document of a `did:key`, or its verification method when the URL has that fragment. Ed25519 only. */
export const dereferenceDidKey = (
  url: string,
): DidDocument | (VerificationMethod & JsonObject) | undefined => {
  const [did = '', fragment] = url.split('#');
  const document = didKeyDocument(did);
  if (!document || fragment === undefined) return document;
  const method = document.verificationMethod.find(({ id }) => id === url);
  return method && { '@context': 'https://w3id.org/security/multikey/v1', ...method };
};

/**
 * Fetches a `did.json`: its parsed JSON, or nothing when there is none. A rejection counts as not found: the caller's
 * fetcher keeps the details and the defence against addresses of the inside.
 */
export type FetchDocument = (url: string) => Promise<unknown>;

/** The DID document of a `did:key` (computed) or a `did:web` (through `fetchDocument`). Never rejects. */
export const resolveDid = async (
  did: string,
  { fetchDocument }: { fetchDocument?: FetchDocument } = {},
): Promise<DidResolution> => {
  if (did.startsWith('did:key:')) return resolveDidKey(did);
  if (!did.startsWith('did:web:')) return unresolved(isDid(did) ? 'did-method-not-supported' : 'invalid-did');
  const url = didWebUrl(did);
  if (!url) return unresolved('invalid-did');
  if (!fetchDocument) return unresolved('did-method-not-supported');
  const document = await fetchDocument(url).catch(() => undefined);
  if (document === undefined || document === null) return unresolved('did-not-found');
  const valid = isObject(document) && document.id === did;
  return valid ? { outcome: 'resolved', document } : unresolved('did-document-invalid');
};

const unresolved = (reason: DidFault): DidResolution => ({ outcome: 'unresolved', reason });

const isDid = (text: string): boolean => text.length <= maxDidLength && /^did:[a-z0-9]+:\S+$/.test(text);

const resolveDidKey = (did: string): DidResolution => {
  const document = didKeyDocument(did);
  if (document) return { outcome: 'resolved', document };
  // A well-formed key of another kind (P-256, X25519) is not wrong, only unknown here.
  return unresolved(
    /^did:key:z[1-9A-HJ-NP-Za-km-z]+$/.test(did) ? 'did-method-not-supported' : 'invalid-did',
  );
};
