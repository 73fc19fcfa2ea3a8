import type { DidKey, JsonObject } from '../../vc/index.ts';
import { isListedOn, type ListedIssuer } from '../listed-issuer.ts';
import { type Check, couldNotTell, ownIssuer, passed } from '../report.ts';
import { periodOf } from './dates.ts';

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

/** What the reviewed list says of an issuer that is not us. It has to hold on the day of issue and today: dates are the signer's own. */
const checkListed = (listed: ListedIssuer, credential: JsonObject, now: Date): Check => {
  const { did, name, from, until } = listed;
  const evidence = { did, issuer: name, from, ...(until === undefined ? {} : { until }) };
  const issued = new Date(periodOf(credential).from ?? now);
  const days = [Number.isNaN(issued.getTime()) ? now : issued, now];
  return days.every((day) => isListedOn(listed, day))
    ? passed('issuer', 'listed-issuer', evidence)
    : couldNotTell('issuer', 'listed-at-another-time', evidence);
};

/** Is the issuer one we know? The name inside a credential is the issuer's own claim; only the DID counts. */
export const checkIssuer = (
  credential: JsonObject,
  trusted: readonly TrustedIssuer[],
  { listed, now }: { listed: readonly ListedIssuer[]; now: Date },
): Check => {
  const did = issuerIdOf(credential);
  const known = trusted.find((issuer) => issuer.did === did);
  if (known?.test) return couldNotTell('issuer', 'test-issuer', { did });
  if (known) return passed('issuer', ownIssuer, { issuer: known.name, did });
  const other = listed.find((issuer) => issuer.did === did);
  return other ? checkListed(other, credential, now) : couldNotTell('issuer', 'issuer-not-known', { did });
};
