import type { DidKey, JsonObject } from '../../vc/index.ts';
import { type Check, couldNotTell, passed } from '../report.ts';

/**
 * An issuer that this verifier vouches for. One name may have several DIDs, when it moved or when each key is a DID of its
 * own (`did:key`); `keys` says what became of its keys, also where a DID document cannot. Of a `test` issuer is known that
 * what it issues certifies nothing; it is nobody but itself.
 */
export type TrustedIssuer = { did: string; name: string; keys?: readonly DidKey[]; test?: boolean };

/** Asks whom this verifier vouches for. */
export type TrustedIssuers = () => Promise<readonly TrustedIssuer[]>;

/** Whether both DIDs are names of one issuer: a list may be signed under the DID of its present key. */
export const isSameIssuer = (a: string, b: string, trusted: readonly TrustedIssuer[]): boolean => {
  const nameOf = (did: string) => trusted.find((issuer) => issuer.did === did && !issuer.test)?.name;
  return a === b || (nameOf(a) !== undefined && nameOf(a) === nameOf(b));
};

export const issuerIdOf = (credential: JsonObject): string => {
  const { issuer } = credential;
  const id = typeof issuer === 'object' && issuer !== null ? (issuer as JsonObject).id : issuer;
  return String(id);
};

/** Is the issuer one we know? The name inside a credential is the issuer's own claim; only the DID counts. */
export const checkIssuer = (credential: JsonObject, trusted: readonly TrustedIssuer[]): Check => {
  const did = issuerIdOf(credential);
  const known = trusted.find((issuer) => issuer.did === did);
  if (known?.test) return couldNotTell('issuer', 'test-issuer', { did });
  if (known) return passed('issuer', 'issued-by-us', { issuer: known.name, did });
  return couldNotTell('issuer', 'issuer-not-known', { did });
};
