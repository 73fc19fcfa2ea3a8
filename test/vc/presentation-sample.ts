import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { createSignCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { signPresentation } from '@digitalbazaar/vc';
import { didKeyOf, type JsonObject, type ProofSuite, verificationMethodOf } from '../../src/vc/index.ts';
import { signBytes } from '../../src/vc/keys.ts';
import { created, documentLoader, keyOf } from './sample.ts';

export const challenge = 'b1f7c2f0-6d0b-4a7e-9a55-3f0c8c1c2f11';
export const domain = 'https://certificates.example';

/** What signs, as a foreign wallet has it: the stock suites around a seeded key. */
export const signerOf = (seed: string) => {
  const key = keyOf(seed);
  const did = didKeyOf(key.publicKeyMultibase);
  const id = verificationMethodOf(did, key.publicKeyMultibase);
  const sign = async ({ data }: { data: Uint8Array }) => signBytes(key, data);
  return { did, signer: { id, algorithm: 'Ed25519', sign } };
};

export const stockSuite = (suite: ProofSuite, seed: string): object => {
  const { signer } = signerOf(seed);
  if (suite === 'Ed25519Signature2020') return new Ed25519Signature2020({ signer, date: created });
  const own = suite === 'eddsa-jcs-2022' ? createSignCryptosuite() : cryptosuite;
  return new DataIntegrityProof({ signer, date: created, cryptosuite: own });
};

export const contextsOf = {
  2: 'https://www.w3.org/ns/credentials/v2',
  1: 'https://www.w3.org/2018/credentials/v1',
};
const suiteContexts: Record<ProofSuite, readonly string[]> = {
  'eddsa-rdfc-2022': ['https://w3id.org/security/data-integrity/v2'],
  'eddsa-jcs-2022': ['https://w3id.org/security/data-integrity/v2'],
  Ed25519Signature2020: ['https://w3id.org/security/suites/ed25519-2020/v1'],
};

type Presenting = {
  suite?: ProofSuite;
  version?: 1 | 2;
  seed?: string;
  presentation?: JsonObject;
  asked?: { challenge?: string; domain?: string };
};

/** A presentation as a foreign wallet signs it, with nothing of ours but the key. */
export const present = async ({
  suite = 'eddsa-rdfc-2022',
  version = 2,
  seed = 'holder',
  presentation = {},
  asked = { challenge, domain },
}: Presenting = {}): Promise<JsonObject> => {
  const unsigned = {
    '@context': [contextsOf[version], ...suiteContexts[suite]],
    type: ['VerifiablePresentation'],
    holder: signerOf(seed).did,
    ...presentation,
  };
  return signPresentation({
    presentation: unsigned,
    suite: stockSuite(suite, seed),
    documentLoader,
    ...asked,
  });
};
