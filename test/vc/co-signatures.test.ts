import { expect } from 'chai';
import {
  type DidResolver,
  didDocument,
  didWebOf,
  type JsonObject,
  judgeProofs,
  type ProofSuite,
  proofSuites,
  resolveDid,
  verificationMethodOf,
  verifyProofs,
} from '../../src/vc/index.ts';
import { signerOf, stockSuite } from './presentation-sample.ts';
import { badge, documentLoader, issuer, keyOf, proofsOf, sign, verifyOptions } from './sample.ts';

type Creator = { createProof(input: object): Promise<JsonObject> };
const partner = signerOf('partner').did;
const named = 'urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544';

/** A proof by anybody's key over a document, and over the proofs in it where it names them. */
const proofBy = (
  seed: string,
  document: JsonObject,
  members: JsonObject = {},
  suite: ProofSuite = 'eddsa-rdfc-2022',
): Promise<JsonObject> => {
  const purpose = {
    update: async (proof: JsonObject) => ({ ...proof, proofPurpose: 'assertionMethod', ...members }),
  };
  const creator = stockSuite(suite, seed) as Creator;
  return creator.createProof({ document, purpose, documentLoader });
};

const told = async (document: JsonObject, resolve: DidResolver = resolveDid) => {
  const checks = await verifyProofs(document, { ...verifyOptions, resolveDid: resolve });
  return {
    verdict: judgeProofs(checks),
    proofs: checks.map(({ role, outcome, reason }) => `${role} ${outcome}: ${reason}`),
    signers: checks.map(({ signer }) => signer),
  };
};
const valid = { outcome: 'passed', reason: 'signature-valid' };

describe('A co-signature', () => {
  let own: JsonObject;
  before(async () => {
    [own] = proofsOf(await sign(badge(), ['eddsa-rdfc-2022'])) as [JsonObject];
  });

  it('by nobody who can be named fails the whole: a method that is no URL is a broken proof, no stranger', async () => {
    const theirs = await proofBy('partner', badge());
    for (const verificationMethod of ['\ufffdid:key:z6Mk#z6Mk', '#z6Mk', '../keys#1']) {
      const document = badge({ proof: [{ ...theirs, verificationMethod }, own] });
      const { verdict, proofs } = await told(document);
      expect(proofs[0], verificationMethod).to.include('failed: proof-malformed');
      expect(verdict.outcome, verificationMethod).to.equal('failed');
    }
  });

  for (const suite of proofSuites.filter((name) => name !== 'Ed25519Signature2020')) {
    it(`by a partner (${suite}) stands beside the issuer's proof, and is told as theirs`, async () => {
      const document = badge({ proof: [await proofBy('partner', badge(), {}, suite), own] });
      const { verdict, proofs, signers } = await told(document);
      expect(verdict).to.deep.equal(valid);
      expect(proofs).to.deep.equal(['co-signer passed: signature-valid', 'issuer passed: signature-valid']);
      expect(signers).to.deep.equal([partner, issuer]);
    });
  }

  it('in a chain signs the issuer’s proof along: without that proof, or with another, it fails', async () => {
    const first = await proofBy('issuer', badge(), { id: named });
    const second = await proofBy('partner', badge({ proof: [first] }), { previousProof: named });
    expect((await told(badge({ proof: [first, second] }))).verdict).to.deep.equal(valid);
    const alone = await told(badge({ proof: [own, second] }));
    expect(alone.verdict).to.deep.equal({ outcome: 'failed', reason: 'previous-proof-missing' });
    const other = await proofBy('issuer', badge(), { id: named, expires: '2030-01-01T00:00:00Z' });
    const swapped = await told(badge({ proof: [other, second] }));
    expect(swapped.proofs[1]).to.equal('co-signer failed: signature-invalid');
    expect(swapped.verdict.outcome).to.equal('failed');
  });

  it('that the issuer signed over decides with it: a wrong one fails, one out of reach leaves it open', async () => {
    const first = await proofBy('partner', badge(), { id: named });
    const second = await proofBy('issuer', badge({ proof: [first] }), { previousProof: named });
    expect((await told(badge({ proof: [first, second] }))).verdict).to.deep.equal(valid);
    const { proofs, verdict } = await told(badge({ proof: [first, second] }), onlyIssuer);
    expect(proofs).to.deep.equal([
      'co-signer could-not-tell: did-not-found',
      'issuer could-not-tell: previous-proof-unclear',
    ]);
    expect(verdict).to.deep.equal({ outcome: 'could-not-tell', reason: 'previous-proof-unclear' });
    const bad = { ...first, created: '2020-01-01T00:00:00Z' };
    const onBad = await proofBy('issuer', badge({ proof: [bad] }), { previousProof: named });
    expect((await told(badge({ proof: [bad, onBad] }))).verdict.outcome).to.equal('failed');
  });

  it('never stands in for the issuer’s proof', async () => {
    const theirs = await proofBy('partner', badge());
    const refused = { outcome: 'failed', reason: 'not-the-issuer' };
    expect((await told(badge({ proof: theirs }))).verdict).to.deep.equal(refused);
    const unknown = { ...own, cryptosuite: 'ecdsa-rdfc-2019' };
    const { proofs, verdict } = await told(badge({ proof: [theirs, unknown] }));
    expect(proofs).to.deep.equal([
      'co-signer passed: signature-valid',
      'issuer could-not-tell: unknown-cryptosuite',
    ]);
    expect(verdict).to.deep.equal({ outcome: 'could-not-tell', reason: 'unknown-cryptosuite' });
  });

  it('that does not fit fails the credential: somebody claims what the partner never signed', async () => {
    const elsewhere = await proofBy('partner', badge({ name: 'Another' }));
    const { verdict } = await told(badge({ proof: [own, elsewhere] }));
    expect(verdict).to.deep.equal({ outcome: 'failed', reason: 'signature-invalid' });
    const borrowed = { ...own, verificationMethod: signerOf('partner').signer.id };
    expect((await told(badge({ proof: [own, borrowed] }))).verdict.outcome).to.equal('failed');
  });

  it('whose maker cannot be asked says nothing, for or against', async () => {
    const theirs = await proofBy('partner', badge());
    const { proofs, verdict } = await told(badge({ proof: [own, theirs] }), onlyIssuer);
    expect(proofs[1]).to.equal('co-signer could-not-tell: did-not-found');
    expect(verdict).to.deep.equal(valid);
  });

  it('is verified with what the accreditor publishes, fetched once for all its proofs', async () => {
    const web = didWebOf('https://accreditor.example');
    const { publicKeyMultibase } = keyOf('accreditor');
    const published = didDocument({ did: web, keys: [{ publicKeyMultibase, state: 'active' }] });
    const asked: string[] = [];
    const resolve: DidResolver = (did) => {
      asked.push(did);
      return resolveDid(did, { fetchDocument: async () => published });
    };
    const id = verificationMethodOf(web, publicKeyMultibase);
    const creator = stockSuite('eddsa-rdfc-2022', 'accreditor') as Creator & { verificationMethod: string };
    creator.verificationMethod = id;
    const purpose = { update: async (proof: JsonObject) => ({ ...proof, proofPurpose: 'assertionMethod' }) };
    const theirs = await creator.createProof({ document: badge(), purpose, documentLoader });
    const { proofs, verdict } = await told(badge({ proof: [own, theirs, theirs] }), resolve);
    expect(proofs.slice(1)).to.deep.equal(Array(2).fill('co-signer passed: signature-valid'));
    expect(verdict).to.deep.equal(valid);
    expect(asked).to.deep.equal([issuer, web]);
  });
});

/** Everybody but the issuer is out of reach. */
const onlyIssuer: DidResolver = (did) =>
  did === issuer ? resolveDid(did) : Promise.reject(new Error('offline'));
