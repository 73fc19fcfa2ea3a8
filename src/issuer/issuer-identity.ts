import { isIP } from 'node:net';
import { didKeyOf, didWebOf } from '../vc/index.ts';

const reservedNames = /(^|\.)(localhost|local|internal|test|example|invalid|lan|home\.arpa)$/;

/**
 * Whether other people's software can fetch our DID document: https, a registered name, the standard port or another,
 * no address of the inside (RFC 6761 and 6762 names are not public).
 */
export const isPublicOrigin = (baseUrl: string): boolean => {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol !== 'https:' || isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0) return false;
  return hostname.includes('.') && !reservedNames.test(hostname);
};

/** `did:web` where it resolves for everybody; else the `did:key` of the same key, which needs no network at all. */
export const issuerDid = (baseUrl: string, publicKeyMultibase: string): string =>
  isPublicOrigin(baseUrl) ? didWebOf(baseUrl) : didKeyOf(publicKeyMultibase);

/** The DID whose document lies at `/.well-known/did.json`, whether or not others can reach it. */
export const wellKnownDid = (baseUrl: string): string => didWebOf(baseUrl);
