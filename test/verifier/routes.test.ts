import { expect } from 'chai';
import express from 'express';
import request from 'supertest';
import { requestContext } from '../../src/platform/http/context.ts';
import { errorHandler } from '../../src/platform/http/problem.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { envelopeOf, type JsonObject, proofSuites, secureAsJwt } from '../../src/vc/index.ts';
import { clock, translations } from '../support/pages.ts';
import { challenge, domain, present, signerOf, stockSuite } from '../vc/presentation-sample.ts';
import { badge, created, documentLoader, issuer, key, sign, verificationMethod } from '../vc/sample.ts';
import { listUrl, ownIndex, statusList, verifierWith } from './verifier-world.ts';

const appWith = (list: unknown) =>
  express()
    .use(requestContext(translations, clock), express.json())
    .use(verifierWith({ [listUrl]: list }).routes)
    .use(errorHandler(createLogger('silent'), () => undefined));

describe('POST /credentials/verify', () => {
  let verifiableCredential: JsonObject;
  let list: JsonObject;
  before(async () => {
    verifiableCredential = await sign();
    list = await sign(statusList());
  });

  const post = (body: object, published: unknown = list) =>
    request(appWith(published)).post('/credentials/verify').send(body);

  it('answers a good credential with 200 and verified, and sets no cookie', async () => {
    const { status, body, headers } = await post({ verifiableCredential, options: { checks: ['proof'] } });
    expect(status).to.equal(200);
    expect(body).to.include({ verified: true, verdict: 'verified_issuer_not_checked' });
    expect(body.checks).to.have.length(5);
    const whole = await post({ verifiableCredential });
    expect(whole.body).to.include({ verified: true, verdict: 'verified' });
    expect(headers).to.include({ 'cache-control': 'no-store' });
    expect(headers).not.to.have.property('set-cookie');
  });

  it('answers a withdrawn one with 200 and verified: false', async () => {
    const { status, body } = await post(
      { verifiableCredential },
      await sign(statusList({ set: [ownIndex] })),
    );
    expect(status).to.equal(200);
    expect(body).to.include({ verified: false, verdict: 'not_valid' });
  });

  it('reads JSON and nothing else', async () => {
    const answer = await request(appWith(list))
      .post('/credentials/verify')
      .set('Accept', 'application/json')
      .type('text/plain')
      .send('hello');
    expect(answer.status).to.equal(415);
  });

  it('answers an unclear one with 200 and verified: false', async () => {
    const { status, body } = await post({ verifiableCredential }, 'gone');
    expect(status).to.equal(200);
    expect(body).to.include({ verified: false, verdict: 'could_not_check' });
  });

  it('answers a changed, an unsigned and a shapeless one with 422', async () => {
    for (const broken of [{ ...verifiableCredential, name: 'x' }, badge(), {}, 'text', null, 7, []]) {
      const { status, body } = await post({ verifiableCredential: broken });
      expect(status, JSON.stringify(broken)).to.equal(422);
      expect(body.verified).to.equal(false);
    }
  });

  it('vouches only for what was asked for, and tells bad news all the same', async () => {
    const proofOnly = { checks: ['proof'] };
    const unlisted = await post({ verifiableCredential, options: proofOnly }, 'gone');
    expect(unlisted.body).to.include({ verified: true, verdict: 'verified_issuer_not_checked' });
    expect(unlisted.body.checks.map(({ reason }: { reason: string }) => reason)).to.deep.equal([
      'credential',
      'signature-valid',
      'not-asked',
      'not-asked',
      'not-asked',
    ]);
    const checks = ['proof', 'credentialStatus'];
    const status = await post({ verifiableCredential, options: { checks } }, 'gone');
    expect(status.body).to.include({ verified: false, verdict: 'could_not_check' });
    const revoked = await sign(statusList({ set: [ownIndex] }));
    const withdrawn = await post({ verifiableCredential, options: proofOnly }, revoked);
    expect(withdrawn.status).to.equal(200);
    expect(withdrawn.body).to.include({ verified: false, verdict: 'not_valid' });
    const expired = await sign(badge({ validUntil: '2026-03-02T00:00:00Z' }));
    const late = await post({ verifiableCredential: expired, options: proofOnly });
    expect(late.body).to.include({ verified: false, verdict: 'verified_not_current' });
  });

  it('gives the details that VCALM 1.0 lets a caller ask for', async () => {
    const options = { returnCredential: true, returnResults: true };
    const { body } = await post({ verifiableCredential, options }, 'gone');
    expect(body.credential).to.deep.equal(verifiableCredential);
    expect(body.results).to.deep.include({
      credentialStatus: [{ verified: false }],
      validFrom: { verified: true, input: '2026-03-01T10:00:00Z' },
    });
    expect(body.problemDetails).to.have.length(1);
    expect(body.problemDetails[0]).to.include({
      type: 'https://www.w3.org/TR/vc-bitstring-status-list#STATUS_RETRIEVAL_ERROR',
      reason: 'list-unreachable',
    });
    const quiet = await post({ verifiableCredential, options: { returnProblemDetails: false } }, 'gone');
    expect(quiet.body).not.to.have.any.keys('problemDetails', 'results', 'credential');
    const changed = await post({ verifiableCredential: { ...verifiableCredential, name: 'x' } });
    expect(changed.body.problemDetails[0].type).to.match(/#CRYPTOGRAPHIC_SECURITY_ERROR$/);
  });

  it('takes a compact JWS and an enveloped credential, with the same report', async () => {
    const options = { key, verificationMethod, issuer, created, documentLoader };
    const token = await secureAsJwt(badge(), options);
    for (const input of [token, envelopeOf(token)]) {
      const { status, body } = await post({ verifiableCredential: input });
      expect(status).to.equal(200);
      expect(body).to.include({ verified: true, verdict: 'verified' });
    }
    const foreign = { ...envelopeOf(token), id: 'data:application/dc+sd-jwt,a.b.c~' };
    const unknown = await post({ verifiableCredential: foreign });
    expect(unknown.body).to.include({ verdict: 'could_not_check' });
    expect((await post({ verifiableCredential: `${token.slice(0, -4)}AAAA` })).status).to.equal(422);
  });

  it('names a partner who signed beside the issuer, and only beside', async () => {
    const suite = stockSuite('eddsa-rdfc-2022', 'partner') as {
      createProof(input: object): Promise<JsonObject>;
    };
    const purpose = { update: async (proof: JsonObject) => ({ ...proof, proofPurpose: 'assertionMethod' }) };
    const theirs = await suite.createProof({ document: badge(), purpose, documentLoader });
    const own = (await sign(badge(), ['eddsa-rdfc-2022'])).proof;
    const { body } = await post({ verifiableCredential: badge({ proof: [own, theirs] }) });
    expect(body).to.include({ verified: true, verdict: 'verified' });
    const partner = { did: signerOf('partner').did, outcome: 'passed', reason: 'signature-valid' };
    expect(body.coSignatures).to.deep.equal([{ ...partner, created: '2026-03-01T10:00:00Z' }]);
    expect((await post({ verifiableCredential: badge({ proof: theirs }) })).status).to.equal(422);
  });

  it('refuses a request without a credential, with members or types it does not know', async () => {
    for (const body of [
      {},
      { verifiableCredential, more: 1 },
      { verifiableCredential, options: 'all' },
      { verifiableCredential, options: { checks: 'proof' } },
      { verifiableCredential, options: { returnResults: 'yes' } },
    ]) {
      const { status, headers } = await post(body);
      expect(status, JSON.stringify(body).slice(-60)).to.equal(422);
      expect(headers['content-type']).to.match(/^application\/problem\+json/);
    }
  });

  it('refuses an option or a check that it does not know with the error of VCALM 1.0', async () => {
    for (const options of [{ trust: true }, { checks: ['proof', 'horoscope'] }, { challenge: 'x' }]) {
      const { status, body } = await post({ verifiableCredential, options });
      expect(status).to.equal(400);
      expect(body.type).to.equal('https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED');
      expect(body.errors[0].pointer).to.match(/^\/options\//);
    }
  });
});

describe('POST /presentations/verify', () => {
  let credential: JsonObject;
  let list: JsonObject;
  before(async () => {
    credential = await sign();
    list = await sign(statusList());
  });

  const holder = signerOf('holder').did;
  const occasion = { challenge, domain };
  const post = (verifiablePresentation: unknown, options: object = occasion, published: unknown = list) =>
    request(appWith(published)).post('/presentations/verify').send({ verifiablePresentation, options });
  const wrap = (...credentials: JsonObject[]) =>
    present({ presentation: { verifiableCredential: credentials } });

  for (const suite of proofSuites) {
    it(`answers who presents and what (${suite})`, async () => {
      const presented = await present({ suite, presentation: { verifiableCredential: [credential] } });
      const { status, body } = await post(presented);
      expect(status).to.equal(200);
      expect(body).to.deep.include({ verified: true, holder: { outcome: 'proven', did: holder } });
      expect(body.credentials[0]).to.include({ verified: true, verdict: 'verified' });
    });
  }

  it('checks each credential in full: a withdrawn one unmakes the whole, a changed one is refused', async () => {
    const withdrawn = await sign(statusList({ set: [ownIndex] }));
    const revoked = await post(await wrap(credential), occasion, withdrawn);
    expect([revoked.status, revoked.body.verified]).to.deep.equal([200, false]);
    expect(revoked.body.credentials[0]).to.include({ verdict: 'not_valid' });
    const changed = await post(await wrap(credential, { ...credential, name: 'x' }));
    expect(changed.status).to.equal(422);
    expect(changed.body.credentials.map((item: { verified: boolean }) => item.verified)).to.deep.equal([
      true,
      false,
    ]);
    const proofOnly = await post(await wrap(credential), { ...occasion, checks: ['proof'] });
    expect(proofOnly.body.credentials[0].verdict).to.equal('verified_issuer_not_checked');
  });

  it('says of an unsigned one that no holder is proven, and refuses it where a challenge was to be signed', async () => {
    const { proof: _, ...unsigned } = await wrap(credential);
    const open = await post(unsigned, {});
    expect(open.status).to.equal(200);
    expect(open.body).to.deep.include({
      verified: true,
      holder: { outcome: 'not-proven', reason: 'no-proof', claimed: holder },
    });
    const demanded = await post(unsigned);
    expect([demanded.status, demanded.body.verified]).to.deep.equal([422, false]);
  });

  it('refuses another challenge or domain, another holder, another shape, with the reason', async () => {
    const presented = await present();
    const wrong: [unknown, object, string][] = [
      [presented, { ...occasion, challenge: 'x' }, 'challenge-mismatch'],
      [presented, { ...occasion, domain: 'x' }, 'domain-mismatch'],
      [await present({ seed: 'thief', presentation: { holder: issuer } }), occasion, 'not-the-holder'],
      [{ ...presented, type: 'X' }, occasion, 'not-a-presentation'],
      [credential, occasion, 'not-a-presentation'],
      ['text', occasion, 'not-json'],
      [null, occasion, 'not-an-object'],
    ];
    for (const [input, options, reason] of wrong) {
      const { status, body } = await post(input, options);
      expect([status, body.verified, body.holder?.reason]).to.deep.equal([422, false, reason]);
      expect(body.problemDetails[0]).to.include({ reason });
    }
  });

  it('is limited in what it examines, also where envelopes hide it', async () => {
    const many = await wrap(...Array.from({ length: 21 }, () => envelopeOf('eyJ.eyJ.eyJ')));
    const { body } = await post(many);
    expect(body).to.deep.include({ verified: false, credentials: [] });
    expect(body.holder).to.deep.equal({ outcome: 'could-not-tell', reason: 'too-many-objects' });
  });

  it('knows the options of VCALM 1.0 and no others', async () => {
    const presented = await present();
    const { body } = await post(presented, { ...occasion, returnPresentation: true, returnResults: true });
    expect(body.verifiablePresentation).to.deep.equal(presented);
    expect(body.results.presentation).to.deep.include({
      challenge: { verified: true, input: challenge },
      domain: { verified: true, input: domain },
      holder: { verified: true, input: holder },
    });
    const unknown = await post(presented, { ...occasion, trust: true });
    expect(unknown.status).to.equal(400);
    expect(unknown.body.type).to.match(/#UNKNOWN_OPTION_PROVIDED$/);
    expect((await post(undefined)).status).to.equal(422);
    expect((await post(presented, { challenge: 7 })).status).to.equal(422);
  });
});
