import { expect } from 'chai';
import {
  didDocument,
  type JsonObject,
  type PresentationOptions,
  proofSuites,
  resolveDid,
  verifyPresentation,
} from '../../src/vc/index.ts';
import { challenge, domain, present, signerOf } from './presentation-sample.ts';
import { issuer, sign, verifyOptions } from './sample.ts';

const asked = { ...verifyOptions, challenge, domain };
const holder = signerOf('holder').did;
const proven = { outcome: 'proven', did: holder };
const judged = async (input: unknown, options: Partial<PresentationOptions> = {}) =>
  (await verifyPresentation(input, { ...asked, ...options })).holder;
const unsigned = ({ proof: _, ...rest }: JsonObject): JsonObject => rest;

describe('verifyPresentation', () => {
  for (const version of [2, 1] as const) {
    for (const suite of proofSuites) {
      it(`proves the holder of a version ${version} presentation signed ${suite} by stock software`, async () => {
        const presentation = await present({ suite, version });
        expect(await judged(presentation)).to.deep.equal(proven);
        expect(await judged(JSON.stringify(presentation))).to.deep.equal(proven);
      });
    }
  }

  it('proves whoever signed where no holder is named, and hands the credentials back unverified', async () => {
    const credential = await sign();
    const presentation = await present({
      presentation: { holder: undefined, verifiableCredential: [credential] },
    });
    const check = await verifyPresentation(JSON.parse(JSON.stringify(presentation)), asked);
    expect(check.holder).to.deep.equal(proven);
    expect(check.credentials).to.deep.equal([credential]);
    expect(check.proofs.map(({ role, signer }) => [role, signer])).to.deep.equal([['holder', holder]]);
  });

  it('compares challenge and domain exactly', async () => {
    const presentation = await present();
    const cases: [Partial<PresentationOptions>, string][] = [
      [{ challenge: `${challenge} ` }, 'challenge-mismatch'],
      [{ challenge: challenge.toUpperCase() }, 'challenge-mismatch'],
      [{ challenge: '' }, 'challenge-mismatch'],
      [{ domain: `${domain}/` }, 'domain-mismatch'],
      [{ domain: 'https://certificates.example.evil.example' }, 'domain-mismatch'],
    ];
    for (const [options, reason] of cases)
      expect(await judged(presentation, options), JSON.stringify(options)).to.deep.equal({
        outcome: 'failed',
        reason,
      });
    expect(await judged(await present({ asked: { challenge } }))).to.include({ reason: 'domain-missing' });
    expect(await judged(presentation, { challenge: undefined, domain: undefined })).to.deep.equal(proven);
  });

  it('refuses a challenge or domain put in after signing, a list of domains, and other types', async () => {
    const presentation = await present();
    const proof = presentation.proof as JsonObject;
    const changed = (changes: JsonObject) => ({ ...presentation, proof: { ...proof, ...changes } });
    expect(await judged(changed({ challenge: 'other' }), { challenge: 'other' })).to.include({
      reason: 'signature-invalid',
    });
    expect(await judged(changed({ domain: [domain, 'https://evil.example'] }))).to.include({
      reason: 'domain-mismatch',
    });
    expect(await judged(changed({ challenge: [challenge] }))).to.include({ reason: 'proof-malformed' });
    expect(await judged(changed({ challenge: undefined }))).to.include({ reason: 'challenge-missing' });
  });

  it('lets nobody present in the name of another', async () => {
    const stranger = signerOf('thief').did;
    const forged = await present({ seed: 'thief', presentation: { holder } });
    expect(await judged(forged)).to.deep.equal({ outcome: 'failed', reason: 'not-the-holder' });
    const asObject = await present({ seed: 'thief', presentation: { holder: { id: holder } } });
    expect(await judged(asObject)).to.include({ reason: 'not-the-holder' });
    const renamed = { ...(await present()), holder: stranger };
    expect(await judged(renamed)).to.include({ outcome: 'failed', reason: 'not-the-holder' });
    const both: JsonObject = await present();
    const second = (await present({ seed: 'thief' })).proof;
    expect(await judged({ ...both, proof: [both.proof, second] })).to.include({ reason: 'not-the-holder' });
  });

  it('refuses a credential put in, taken out or changed after signing', async () => {
    const credential = await sign();
    const presentation = await present({ presentation: { verifiableCredential: [credential] } });
    for (const verifiableCredential of [[], [credential, credential], [{ ...credential, name: 'x' }]]) {
      expect(await judged({ ...presentation, verifiableCredential })).to.include({ outcome: 'failed' });
    }
  });

  it('asks for a key that the holder lists for authentication, and for that purpose', async () => {
    const presentation = await present();
    const key = { publicKeyMultibase: holder.slice('did:key:'.length), state: 'active' } as const;
    const document = { ...didDocument({ did: holder, keys: [key] }), authentication: [] };
    const resolved = async () => ({ outcome: 'resolved', document }) as const;
    expect(await judged(presentation, { resolveDid: resolved })).to.include({ reason: 'key-not-authorised' });
    const proof = { ...(presentation.proof as JsonObject), proofPurpose: 'assertionMethod' };
    expect(await judged({ ...presentation, proof })).to.include({ reason: 'wrong-purpose' });
  });

  it('says so when nobody signed, and repeats the claim as a claim', async () => {
    expect(await judged(unsigned(await present()))).to.deep.equal({
      outcome: 'not-proven',
      reason: 'no-proof',
      claimed: holder,
    });
    expect(await judged({ ...(await present()), proof: [] })).to.include({ outcome: 'failed' });
  });

  it('leaves open what it cannot know: another cryptosuite, an address out of reach, contexts of its own', async () => {
    const presentation = await present();
    const proof = presentation.proof as JsonObject;
    expect(
      await judged({ ...presentation, proof: { ...proof, cryptosuite: 'ecdsa-rdfc-2019' } }),
    ).to.deep.equal({
      outcome: 'could-not-tell',
      reason: 'unknown-cryptosuite',
    });
    const offline = () => resolveDid('did:web:wallet.example', { fetchDocument: async () => undefined });
    expect(await judged(presentation, { resolveDid: offline })).to.deep.equal({
      outcome: 'could-not-tell',
      reason: 'did-not-found',
    });
    const context = [...(presentation['@context'] as string[]), { nickname: 'urn:x:nickname' }];
    const inline = await present({ presentation: { '@context': context } });
    expect(await judged(inline)).to.deep.equal({ outcome: 'could-not-tell', reason: 'redefined-terms' });
  });

  it('refuses what is no presentation, with every fault', async () => {
    const wrong: [JsonObject, string][] = [
      [{ type: ['VerifiableCredential'] }, '/type not-a-presentation-type'],
      [{ '@context': [] }, '/@context/0 not-the-credentials-context'],
      [{ holder: 'me' }, '/holder not-a-url'],
      [{ holder: { name: 'x' } }, '/holder/id missing'],
      [{ holder: [issuer] }, '/holder not-a-url'],
      [{ verifiableCredential: ['eyJ'] }, '/verifiableCredential/0 not-an-object'],
      [{ id: null }, '/id not-a-url'],
    ];
    for (const [changes, expected] of wrong) {
      const { faults, holder: verdict } = await verifyPresentation(
        { ...(await present()), ...changes },
        asked,
      );
      expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).to.include(expected);
      expect(verdict).to.deep.equal({ outcome: 'failed', reason: 'not-a-presentation' });
    }
    for (const input of [undefined, null, 7, [], 'text', '{', {}, { proof: {} }])
      expect((await judged(input)).outcome, String(input)).to.equal('failed');
  });
});
