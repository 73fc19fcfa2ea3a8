/** Digital Bazaar's libraries, as published: Data Integrity in three forms. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import * as jcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as rdfc } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue, verifyCredential } from '@digitalbazaar/vc';
import { checkStatus, converse, documentLoader, reasonOf, withOnly } from './stranger.mjs';

const suites = {
  'eddsa-rdfc-2022': (signer) => new DataIntegrityProof({ signer, cryptosuite: rdfc }),
  'eddsa-jcs-2022': (signer) =>
    new DataIntegrityProof({
      signer,
      cryptosuite: signer ? jcs.createSignCryptosuite() : jcs.createVerifyCryptosuite(),
    }),
  Ed25519Signature2020: (signer) => new Ed25519Signature2020({ signer }),
};

await converse({
  verify: async ({ credential, form }) => {
    const result = await verifyCredential({
      credential: withOnly(credential, form),
      suite: suites[form](),
      documentLoader,
      checkStatus,
    });
    return { verified: result.verified, why: reasonOf(result) };
  },
  issue: async ({ credential, form }) => {
    const key = await Ed25519Multikey.generate({ seed: new Uint8Array(32).fill(7) });
    const issuer = `did:key:${key.publicKeyMultibase}`;
    key.id = `${issuer}#${key.publicKeyMultibase}`;
    key.controller = issuer;
    return issue({
      credential: { ...credential, issuer },
      suite: suites[form](key.signer()),
      documentLoader,
    });
  },
});
