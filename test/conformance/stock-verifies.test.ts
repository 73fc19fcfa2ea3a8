import { readFileSync } from 'node:fs';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { expect } from 'chai';
import { badge, bothProofs, documentLoader, issuer, key, sign, verificationMethod } from '../vc/sample.ts';

/**
 * A stranger's verifier: the stock libraries, the raw context files, and a did:key document written by hand. Nothing of
 * ours takes part after signing.
 */
const files = JSON.parse(readFileSync('contexts/index.json', 'utf8')) as { url: string; file: string }[];
const { publicKeyMultibase } = key;
const method = { id: verificationMethod, type: 'Multikey', controller: issuer, publicKeyMultibase };
const stranger = async (url: string): Promise<unknown> => {
  const answer = (document: unknown) => ({ contextUrl: null, documentUrl: url, document });
  if (url === issuer) {
    return answer({
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: issuer,
      verificationMethod: [method],
      assertionMethod: [verificationMethod],
    });
  }
  if (url === verificationMethod)
    return answer({ '@context': 'https://w3id.org/security/multikey/v1', ...method });
  const entry = files.find((file) => file.url === url);
  if (!entry) throw new Error(`not on board: ${url}`);
  return answer(JSON.parse(readFileSync(`contexts/${entry.file}`, 'utf8')));
};

const suites = {
  'eddsa-rdfc-2022': () => new DataIntegrityProof({ cryptosuite }),
  Ed25519Signature2020: () => new Ed25519Signature2020(),
};
const stockVerifies = (credential: object, suite: object, loader = stranger) =>
  verifyCredential({
    credential,
    suite,
    documentLoader: loader,
    checkStatus: async () => ({ verified: true }),
    now: new Date('2026-06-01T00:00:00Z'),
  });

describe('plain @digitalbazaar/vc', () => {
  for (const name of bothProofs) {
    it(`verifies our ${name} proof alone`, async () => {
      const { verified, error } = await stockVerifies(await sign(badge(), [name]), suites[name]());
      expect(verified, JSON.stringify(error)).to.equal(true);
    });

    it(`verifies our ${name} proof within the set, and refuses the content changed`, async () => {
      const signed = await sign();
      expect((await stockVerifies(signed, suites[name]())).verified).to.equal(true);
      expect((await stockVerifies({ ...signed, name: 'x' }, suites[name]())).verified).to.equal(false);
    });
  }

  it('verifies both proofs of the set in one call', async () => {
    const { results = [] } = await stockVerifies(
      await sign(),
      bothProofs.map((name) => suites[name]()),
    );
    expect(results.map(({ verified }) => verified)).to.deep.equal([true, true]);
  });

  it('verifies with our loader as well, did:key documents and contexts included', async () => {
    const suite = bothProofs.map((name) => suites[name]());
    const { results = [] } = await stockVerifies(await sign(), suite, documentLoader);
    expect(results.map(({ verified }) => verified)).to.deep.equal([true, true]);
  });
});
