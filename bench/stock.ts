import { sign } from 'node:crypto';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { from } from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue, verifyCredential } from '@digitalbazaar/vc';
import sampleKey from '../keys.example/issuer-key.json' with { type: 'json' };
import type { JsonObject } from '../src/vc/index.ts';
import { documentLoader, issuer, key, options } from './certificate.ts';

type Signer = { id: string; algorithm: string; sign(input: { data: Uint8Array }): Promise<Uint8Array> };

/** The signer of the stock key library, which imports its key for every signature. */
const stockSigner = async (): Promise<Signer> => {
  const pair = await from({ ...sampleKey, id: options.verificationMethod, controller: issuer });
  return pair.signer();
};

/** The same over a key object that is kept: what anybody can do without touching a library. */
const keptSigner: Signer = {
  id: options.verificationMethod,
  algorithm: 'Ed25519',
  sign: async ({ data }) => sign(null, data, key.privateKey),
};

const issueWith =
  (signer: Signer) =>
  (credential: JsonObject): Promise<JsonObject> =>
    issue({
      credential: { ...credential },
      suite: new DataIntegrityProof({ signer, date: options.created, cryptosuite }),
      documentLoader,
    });

/** `issue` of @digitalbazaar/vc with one eddsa-rdfc-2022 proof, contexts from memory. */
export const stockIssue = issueWith(await stockSigner());
export const stockIssueWithKeptKey = issueWith(keptSigner);

/** Whether @digitalbazaar/vc verifies the credential; its status bit is not asked. */
export const stockVerifies = async (credential: JsonObject): Promise<boolean> => {
  const { verified } = await verifyCredential({
    credential,
    suite: new DataIntegrityProof({ cryptosuite }),
    documentLoader,
    checkStatus: async () => ({ verified: true }),
    now: options.created,
  });
  return verified;
};

/** What is hashed and signed: the canonical N-Quads of the proof options and of the document. */
export const canonicalTexts = async (
  secured: JsonObject,
): Promise<readonly [proof: string, document: string]> => {
  const { proof, ...document } = secured;
  const { proofValue: _, ...proofOptions } = proof as JsonObject;
  const canonize = (input: object): Promise<string> =>
    cryptosuite.canonize(input, { documentLoader, base: null, safe: true });
  return [await canonize({ '@context': document['@context'], ...proofOptions }), await canonize(document)];
};
