import { expect } from 'chai';
import { createRequestReader, type ReadRequest } from '../support/answer-request.ts';
import { type Client, expectStatus, type Reply } from '../support/client.ts';
import { createOpenidWallet, type OpenidWallet } from '../support/openid-wallet.ts';
import type { Page } from '../support/page.ts';
import { createWallet, type Wallet } from '../support/wallet.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';

describe('OpenID4VP: a holder is asked to present', function () {
  this.timeout(60_000);
  let world: World;
  let learner: Someone;
  let identifier: string;
  let employer: Client;
  let reader: ReturnType<typeof createRequestReader>;
  let wallet: Wallet;
  let jwtWallet: OpenidWallet;
  let bound: unknown;
  let boundJwt: string;

  before(async () => {
    world = await openWorld();
    learner = await world.learner();
    ({ identifier } = await world.completed(learner));
    employer = world.visitor();
    const send: typeof globalThis.fetch = (input, init) =>
      fetch(
        String(input instanceof Request ? input.url : input).replace(world.baseUrl, employer.baseUrl),
        init,
      );
    reader = createRequestReader(send);
    wallet = await createWallet();
    jwtWallet = await createOpenidWallet({ fetch: send, now: () => world.clock.now() });
    const { issuer } = world.modules;
    bound = await issuer.bindToHolder(identifier, wallet.did);
    boundJwt = await issuer.signCertificateAsJwt(identifier, { holder: jwtWallet.did });
  });
  after(() => world.close());

  type Asked = { path: string; link: string; request: ReadRequest };

  const ask = async (language = 'en'): Promise<Asked> => {
    const form = expectStatus(await employer.get(`/${language}/verify/presentation`)).page();
    const waiting = expectStatus(await employer.send(form.form(/\/presentation$/)));
    const link = waiting.page().links.find(({ href }) => href.startsWith('openid4vp://'))?.href ?? '';
    return { path: waiting.path, link, request: await reader.read(link) };
  };

  const look = async ({ path }: Asked, status = 200): Promise<Page> =>
    expectStatus(await employer.get(path), status).page();

  const send = ({ request }: Asked, values: Record<string, string>): Promise<Reply> =>
    employer.request(request.responseUri, {
      method: 'POST',
      accept: 'application/json',
      body: new URLSearchParams({ state: request.state, ...values }),
    });

  const present = async ({ request }: Asked, changes: Partial<ReadRequest> = {}, credentials = [bound]) => {
    const { nonce, audience } = { ...request, ...changes };
    return wallet.present({ challenge: nonce, domain: audience }, 'eddsa-rdfc-2022', credentials);
  };

  const refused = (reply: Reply, why: RegExp): void => {
    expectStatus(reply, 400);
    expect(reply.json()).to.include({ error: 'invalid_request' });
    expect(reply.text).to.match(why);
    expect(reply.headers.get('cache-control')).to.equal('no-store');
  };

  it('asks for an Open Badge in either format, for itself, without cookie', async () => {
    const asked = await ask();
    const { request, path } = asked;
    expect(request.audience).to.equal(`redirect_uri:${request.responseUri}`);
    const type = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential';
    expect(request.dcql).to.deep.equal({
      credentials: [
        { id: 'ldp', format: 'ldp_vc', meta: { type_values: [[type]] } },
        { id: 'jwt', format: 'jwt_vc_json', meta: { type_values: [[type]] } },
      ],
      credential_sets: [{ options: [['ldp'], ['jwt']] }],
    });
    expect(request.nonce).to.match(/^[\w-]{22}$/);
    expect((await ask()).request.nonce).to.not.equal(request.nonce);
    const waiting = await employer.get(path);
    expect(waiting.headers.get('refresh')).to.equal('5');
    expect(waiting.page().root.querySelectorAll('svg.scan-code')).to.have.length(1);
    expect((await employer.get(`${path}?reload=no`)).headers.get('refresh')).to.equal(null);
    expect(employer.hasCookies()).to.equal(false);
    expect((await ask('fr')).path).to.match(/^\/fr\//);
  });

  it('shows the verdict and the way to the certificate to whoever asked, once', async () => {
    const asked = await ask();
    const ldp = await present(asked);
    expect((await reader.answer(asked.link, { ldp: [ldp] })).status).to.equal(200);
    const page = await look(asked);
    expect(page.text).to.contain('A valid certificate, presented by its holder');
    expect(page.text).to.not.contain(learner.familyName);
    expect(page.link(/\/v\//)).to.equal(`/en/v/${identifier}`);
    expect((await employer.get(asked.path)).headers.get('refresh')).to.equal(null);
    refused(await send(asked, { vp_token: JSON.stringify({ ldp: [ldp] }) }), /was answered/);
    const french = expectStatus(await employer.get(asked.path.replace('/en/', '/fr/'))).page();
    expect(french.text).to.contain('présenté par son titulaire');
  });

  it('takes a JWT in the manner of either version of the data model', async () => {
    const token = (asked: Asked, changes: object = {}, header: object = {}) =>
      jwtWallet.sign(
        {
          aud: asked.request.audience,
          nonce: asked.request.nonce,
          iat: Math.floor(world.clock.now().getTime() / 1000),
          ...changes,
        },
        { typ: 'JWT', ...header },
      );
    const vp = { type: ['VerifiablePresentation'], verifiableCredential: [boundJwt] };
    const first = await ask();
    const wrong: [object, object, RegExp][] = [
      [{ vp, nonce: 'another' }, {}, /nonce/],
      [{ vp, aud: 'redirect_uri:https://elsewhere.example' }, {}, /wrong-audience/],
      [{ vp, exp: 1 }, {}, /not-of-now/],
      [{ vp, iss: wallet.did }, {}, /key-not-accepted/],
      [{ vp }, { typ: 'openid4vci-proof+jwt' }, /wrong-type/],
      [{}, {}, /not-a-jwt/],
    ];
    for (const [changes, header, why] of wrong)
      refused(
        await send(first, { vp_token: JSON.stringify({ jwt: [await token(first, changes, header)] }) }),
        why,
      );
    expect((await reader.answer(first.link, { jwt: [await token(first, { vp })] })).status).to.equal(200);
    expect((await look(first)).text).to.contain('A valid certificate');
    const second = await ask();
    const context = ['https://www.w3.org/ns/credentials/v2'];
    const enveloped = {
      '@context': context,
      id: `data:application/vc+jwt,${boundJwt}`,
      type: 'EnvelopedVerifiableCredential',
    };
    const version2 = await token(
      second,
      { '@context': context, type: ['VerifiablePresentation'], verifiableCredential: [enveloped] },
      { typ: 'vp+jwt' },
    );
    expect((await reader.answer(second.link, { jwt: [version2] })).status).to.equal(200);
    expect((await look(second)).text).to.contain('A valid certificate');
  });

  it('refuses what was signed for another occasion, or is no answer, and stays open', async () => {
    const asked = await ask();
    const other = await ask();
    const good = await present(asked);
    const token = (presentation: unknown) => ({ vp_token: JSON.stringify({ ldp: [presentation] }) });
    refused(await send(asked, token(await present(asked, { nonce: 'another' }))), /challenge/);
    refused(
      await send(asked, token(await present(asked, { audience: 'redirect_uri:https://elsewhere' }))),
      /domain/,
    );
    refused(await send(asked, token(await present(other))), /challenge|domain/);
    refused(await send(asked, token({ ...good, proof: undefined })), /no-proof/);
    refused(await send(asked, token(await present(asked, {}, []))), /one credential/);
    refused(await send(asked, token(await present(asked, {}, [bound, bound]))), /one credential/);
    refused(await send(asked, { ...token(good), state: 'x' }), /state/);
    refused(await send(asked, { ...token(good), state: other.request.state }), /state/);
    refused(await send(asked, {}), /vp_token is missing/);
    for (const vp_token of [
      'no JSON',
      'null',
      '[]',
      '{}',
      '{"ldp":[]}',
      '{"ldp":{}}',
      '{"__proto__":[{}]}',
      '{"ldp":[1],"jwt":[1]}',
    ])
      refused(await send(asked, { vp_token }), /vp_token/);
    for (const odd of [null, 1, 'text', [], {}]) expectStatus(await send(asked, token(odd)), 400);
    const json = await employer.request(asked.request.responseUri, {
      method: 'POST',
      type: 'application/json',
      body: '{}',
      accept: 'application/json',
    });
    refused(json, /x-www-form-urlencoded/);
    expect((await employer.get(asked.request.responseUri)).status).to.equal(405);
    expect((await look(asked)).text).to.contain('Waiting for the holder');
    expectStatus(await send(asked, token(good)));
  });

  it('counts one answer of several at once', async () => {
    const asked = await ask();
    const vp_token = JSON.stringify({ ldp: [await present(asked)] });
    const replies = await Promise.all([
      send(asked, { vp_token }),
      send(asked, { error: 'access_denied' }),
      send(asked, { vp_token }),
    ]);
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 400, 400]);
  });

  it('tells a holder from whoever has a copy, and a refusal from an answer', async () => {
    const outcome = async (credential: unknown): Promise<string> => {
      const asked = await ask();
      const ldp = await present(asked, {}, [credential]);
      expectStatus(await send(asked, { vp_token: JSON.stringify({ ldp: [ldp] }) }));
      return (await look(asked)).text;
    };
    const { issuer } = world.modules;
    const thief = await issuer.bindToHolder(identifier, (await createWallet()).did);
    expect(await outcome(thief)).to.contain('This certificate belongs to somebody else');
    const file = JSON.parse(Buffer.from(await issuer.credentialFile(identifier)).toString());
    expect(await outcome(file)).to.contain('This certificate is bound to nobody’s wallet');
    const forged = { ...(bound as object), name: 'Master of Everything' };
    expect(await outcome(forged))
      .to.contain('This is not a genuine certificate')
      .and.not.contain('Everything');
    await issuer.suspend({ identifier, by: 'staff', reason: 'enquiry' });
    expect(await outcome(bound)).to.not.contain('A valid certificate');
    await issuer.liftSuspension({ identifier, by: 'staff' });
    const asked = await ask();
    expectStatus(await send(asked, { error: 'access_denied', error_description: 'no' }));
    expect((await look(asked)).text).to.contain('Nothing was presented');
  });

  it('ends by its time, and keeps of an answer the verdict and the number', async () => {
    const answered = await ask();
    const open = await ask();
    const ldp = await present(answered);
    expectStatus(await send(answered, { vp_token: JSON.stringify({ ldp: [ldp] }) }));
    const { connection } = world.modules.platform.database;
    const kept = async () => connection.collection('presentation_requests').find().toArray();
    const text = JSON.stringify(await kept());
    for (const secret of [
      wallet.did,
      learner.familyName,
      answered.path.split('/').at(-1),
      open.request.responseUri.split('/').at(-1),
    ])
      expect(text).to.not.contain(secret);
    expect((await kept()).map(({ outcome }) => outcome)).to.deep.include({
      kind: 'presented',
      verdict: 'verified',
      identifier,
    });
    world.clock.advance({ minutes: 10 });
    refused(await send(open, { vp_token: '{}' }), /has run out/);
    expect((await look(answered, 410)).text).to.contain('This request has ended');
    const unknown = await employer.get(`/en/verify/presentations/${'x'.repeat(43)}`);
    expect(expectStatus(unknown, 410).page().text).to.equal((await look(open, 410)).text);
    await world.modules.wallets.sweep();
    expect(await kept()).to.deep.equal([]);
  });
});
