import { expect } from 'chai';
import express from 'express';
import request from 'supertest';
import { requestContext } from '../../src/platform/http/context.ts';
import { errorHandler } from '../../src/platform/http/problem.ts';
import { createLogger } from '../../src/platform/logger.ts';
import type { JsonObject } from '../../src/vc/index.ts';
import { clock, translations } from '../support/pages.ts';
import { badge, sign } from '../vc/sample.ts';
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
    expect(body).to.include({ verified: true, verdict: 'verified' });
    expect(body.checks).to.have.length(5);
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

  it('refuses a request without a credential or with unknown options', async () => {
    for (const body of [
      {},
      { verifiableCredential, options: { trust: true } },
      { verifiableCredential, more: 1 },
    ]) {
      const { status, headers } = await post(body);
      expect(status).to.equal(422);
      expect(headers['content-type']).to.match(/^application\/problem\+json/);
    }
  });
});
