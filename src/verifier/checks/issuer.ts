import type { JsonObject } from '../../vc/index.ts';
import { type Check, couldNotTell, passed } from '../report.ts';

/** Asks whom this verifier vouches for: DIDs with the names they are known by. */
export type TrustedIssuers = () => Promise<readonly { did: string; name: string }[]>;

export const issuerIdOf = (credential: JsonObject): string => {
  const { issuer } = credential;
  const id = typeof issuer === 'object' && issuer !== null ? (issuer as JsonObject).id : issuer;
  return String(id);
};

/** Is the issuer one we know? The name inside a credential is the issuer's own claim; only the DID counts. */
export const checkIssuer = async (credential: JsonObject, trusted: TrustedIssuers): Promise<Check> => {
  const did = issuerIdOf(credential);
  const known = (await trusted()).find((issuer) => issuer.did === did);
  if (known) return passed('issuer', 'issued-by-us', { issuer: known.name, did });
  return couldNotTell('issuer', 'issuer-not-known', { did });
};
