/** The Decentralized Identity Foundation's `did-jwt`: a `vc+jwt` by way of its issuer's DID document. */

import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { createJWT, EdDSASigner, verifyJWT } from 'did-jwt';
import { converse, didKeyDocument } from './stranger.mjs';

const resolver = {
  resolve: async (url) => ({
    didDocument: didKeyDocument(url.split('#')[0]),
    didDocumentMetadata: {},
    didResolutionMetadata: { contentType: 'application/did+ld+json' },
  }),
};

await converse({
  verify: async ({ credential: token }) => {
    const { verified, payload, issuer } = await verifyJWT(token, { resolver });
    return { verified: verified && issuer === (payload.issuer.id ?? payload.issuer) };
  },
  issue: async ({ credential }) => {
    const seed = new Uint8Array(32).fill(11);
    const { publicKeyMultibase: key } = await Ed25519Multikey.generate({ seed });
    const issuer = `did:key:${key}`;
    return createJWT(
      { ...credential, issuer },
      { issuer, signer: EdDSASigner(seed), alg: 'EdDSA' },
      { typ: 'vc+jwt', alg: 'EdDSA', kid: `${issuer}#${key}` },
    );
  },
});
