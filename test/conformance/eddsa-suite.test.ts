import { expect } from 'chai';
import type { JsonObject } from '../../src/vc/index.ts';
import { accepted, minimal, proofOver, suiteIssuer, verifyOverHttp } from './suite-client.ts';

/** The verifier's assertions of the W3C suite vc-di-eddsa, and of the CCG suite vc-api-verifier, over HTTP. */
const suites = ['eddsa-rdfc-2022', 'eddsa-jcs-2022'] as const;

for (const suite of suites) {
  describe(`W3C vc-di-eddsa-test-suite, ${suite}, verifier`, () => {
    const document = minimal({ '@context': ['https://www.w3.org/ns/credentials/v2'] });
    let proof: JsonObject;
    before(async () => {
      proof = await proofOver(document, { suite });
    });
    const judged = (changes: JsonObject, content: JsonObject = {}) =>
      verifyOverHttp({
        ...document,
        ...content,
        proof: JSON.parse(JSON.stringify({ ...proof, ...changes })),
      });

    it('verifies a proof of the suite, alone and in a set', async () => {
      expect(await judged({})).to.deep.equal(accepted);
      const other = await proofOver(document, { suite: suites[1] });
      expect(await verifyOverHttp({ ...document, proof: [proof, other] })).to.deep.equal(accepted);
    });

    it('refuses a document without proof', async () => {
      expect(await verifyOverHttp(document)).to.include({ status: 422, verified: false });
    });

    for (const name of [
      'type',
      'verificationMethod',
      'proofPurpose',
      'created',
      'proofValue',
      'cryptosuite',
    ]) {
      it(`refuses a proof whose ${name} is missing or of a wrong type`, async () => {
        for (const wrong of [undefined, null, 7, {}, []]) {
          const { status, verified } = await judged({ [name]: wrong } as JsonObject);
          expect([status, verified], `${name}: ${JSON.stringify(wrong)}`).to.deep.equal([422, false]);
        }
      });
    }

    it('never verifies another type, suite, purpose or encoding', async () => {
      const { proofValue } = proof as { proofValue: string };
      for (const changes of [
        { type: 'UnknownProof' },
        { cryptosuite: 'eddsa-unknown-2022' },
        { cryptosuite: 'Ed25519Signature2020' },
        { proofPurpose: 'authentication' },
        { proofPurpose: 'unknown' },
        { proofValue: proofValue.slice(1) },
        { proofValue: `z0${proofValue.slice(2)}` },
        { verificationMethod: `${suiteIssuer}#other` },
        { verificationMethod: 'not-a-url' },
        { previousProof: 'urn:uuid:missing' },
        { expires: '2020-01-01T00:00:00Z' },
      ])
        expect((await judged(changes)).verified, JSON.stringify(changes)).to.equal(false);
    });

    it('refuses terms, types and relative addresses put in after signing', async () => {
      for (const content of [
        { unknownTerm: 'x' },
        { type: ['VerifiableCredential', 'UnknownType'] },
        { '@context': [...(document['@context'] as string[]), { '@base': 'https://x.example/' }] },
      ])
        expect((await judged({}, content)).verified, JSON.stringify(content)).to.equal(false);
    });

    it('verifies a chain, and refuses it when the previous proof is missing or fails', async () => {
      const first = { ...proof, id: 'urn:uuid:1' };
      expect(
        (await verifyOverHttp({ ...document, proof: [first, { ...proof, previousProof: 'urn:uuid:1' }] }))
          .verified,
      ).to.equal(false);
      expect((await judged({ previousProof: ['urn:uuid:1', 'urn:uuid:2'] })).verified).to.equal(false);
    });
  });
}

describe('CCG vc-api-verifier-test-suite', () => {
  const required = ['@context', 'type', 'issuer', 'credentialSubject', 'proof'];
  for (const name of required) {
    it(`refuses a credential whose ${name} is missing or of a wrong type`, async () => {
      const document = minimal();
      const signed = { ...document, proof: await proofOver(document) };
      expect((await verifyOverHttp(signed)).status).to.equal(200);
      for (const wrong of [undefined, null, 7, true, 'text', {}, []]) {
        const { status, verified } = await verifyOverHttp(
          JSON.parse(JSON.stringify({ ...signed, [name]: wrong })),
        );
        expect([status, verified], `${name}: ${JSON.stringify(wrong)}`).to.deep.equal([422, false]);
      }
    });
  }

  it('verifies VC Data Model 1.1 with its Data Integrity context, and nothing changed in it', async () => {
    const v1 = 'https://www.w3.org/2018/credentials/v1';
    const whole = minimal({
      '@context': [v1, 'https://w3id.org/security/data-integrity/v2'],
      credentialSubject: { id: 'did:example:alice' },
      issuanceDate: '2020-01-01T00:00:00Z',
    });
    const proof = await proofOver(whole, { suite: 'eddsa-rdfc-2022' });
    expect(await verifyOverHttp({ ...whole, proof })).to.deep.equal(accepted);
    expect(
      (await verifyOverHttp({ ...whole, issuanceDate: '2021-01-01T00:00:00Z', proof })).verified,
    ).to.equal(false);
  });
});
