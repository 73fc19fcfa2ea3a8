import { type DidKey, didDocument, didKeyOf, type JsonObject } from '../vc/index.ts';

/**
 * Our DID document with every key that ever issued, and the next one, so that caches know it in time; the same keys are
 * known as `did:key` where we issue without https.
 */
export const ownDidDocument = (did: string, keys: readonly DidKey[]): JsonObject => ({
  ...didDocument({
    did,
    keys,
    alsoKnownAs: keys
      .filter(({ state }) => state !== 'compromised')
      .map(({ publicKeyMultibase }) => didKeyOf(publicKeyMultibase)),
  }),
});
