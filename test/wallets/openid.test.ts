import { expect } from 'chai';
import { type Client, expectStatus, type Reply } from '../support/client.ts';
import { createOpenidWallet, jwtVcJson, ldpVc, type OpenidWallet } from '../support/openid-wallet.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';

type Opened = { link: string; byValue: string; byReference: string; transactionCode: string | undefined };
type Credential = { id: string; credentialSubject: { id?: string }; credentialStatus: unknown };
type Refusal = { error: string; error_description: string };

const grantType = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

describe('OpenID4VCI: a claim link as credential offer', function () {
  this.timeout(60_000);
  let world: World;
  let learner: Someone;
  let identifier: string;
  let wallet: OpenidWallet;
  let phone: Client;

  before(async () => {
    world = await openWorld();
    learner = await world.learner();
    ({ identifier } = await world.completed(learner));
    phone = world.visitor();
    wallet = await newWallet();
  });
  after(() => world.close());

  const newWallet = () =>
    createOpenidWallet({
      now: () => world.clock.now(),
      fetch: (input, init) =>
        fetch(
          String(input instanceof Request ? input.url : input).replace(world.baseUrl, phone.baseUrl),
          init,
        ),
    });

  const openLink = async ({ protect = false } = {}): Promise<Opened> => {
    const path = `/en/certificates/${identifier}/wallet`;
    const page = expectStatus(await learner.client.get(path)).page();
    const values = protect ? { protect: 'yes' } : {};
    const opened = expectStatus(await learner.client.send(page.form(/\/wallet$/), values)).page();
    const link = opened.root.querySelector('#claim-link')?.getAttribute('value') ?? '';
    const { protocols } = expectStatus(await phone.get(link, { accept: 'application/json' })).json<{
      protocols: Record<string, string>;
    }>();
    return {
      link,
      byValue: opened.links.find(({ href }) => href.startsWith('openid-credential-offer://'))?.href ?? '',
      byReference: protocols['oid4vci-1.0'] ?? '',
      transactionCode: opened.root.querySelector('.transaction-code')?.text,
    };
  };

  const codeIn = (byValue: string): string => {
    const offer = JSON.parse(new URL(byValue).searchParams.get('credential_offer') ?? '');
    return offer.grants[grantType]['pre-authorized_code'];
  };

  const askToken = (values: Record<string, string>): Promise<Reply> =>
    phone.request('/openid/token', {
      method: 'POST',
      accept: 'application/json',
      body: new URLSearchParams({ grant_type: grantType, ...values }),
    });

  const askCredential = async (accessToken: string | undefined, body: unknown): Promise<Reply> => {
    const response = await fetch(`${phone.baseUrl}/openid/credential`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text),
    } as Reply;
  };

  const newNonce = async (): Promise<string> =>
    expectStatus(await phone.request('/openid/nonce', { method: 'POST', accept: 'application/json' })).json<{
      c_nonce: string;
    }>().c_nonce;

  const seconds = (after = 0): number => Math.floor(world.clock.now().getTime() / 1000) + after;

  const proof = async (
    payload: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    by = wallet,
  ): Promise<string> =>
    by.sign(
      { aud: world.baseUrl, iat: seconds(), nonce: await newNonce(), ...payload },
      { typ: 'openid4vci-proof+jwt', ...header },
    );

  const requestWith = (jwt: string, more: object = {}) => ({
    credential_configuration_id: ldpVc,
    proofs: { jwt: [jwt] },
    ...more,
  });

  const refused = (reply: Reply, error: string, status = 400): Refusal => {
    expectStatus(reply, status);
    expect(reply.headers.get('cache-control')).to.equal('no-store');
    expect(reply.headers.get('content-type')).to.contain('application/json');
    const refusal = reply.json<Refusal>();
    expect(refusal.error, refusal.error_description).to.equal(error);
    // RFC 6749, 5.2 and OpenID4VCI 1.0, 8.3.1.2.
    expect(refusal.error_description).to.match(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
    return refusal;
  };

  const isVerified = async (credential: unknown): Promise<void> => {
    const report = await phone.request('/credentials/verify', {
      method: 'POST',
      accept: 'application/json',
      type: 'application/json',
      body: JSON.stringify({ verifiableCredential: credential }),
    });
    expect(report.json()).to.include({ verified: true, verdict: 'verified' });
  };

  const ways = [
    { by: 'value', protect: false, binding: 'did' },
    { by: 'reference', protect: true, binding: 'did' },
    { by: 'reference', protect: false, binding: 'jwk' },
  ] as const;
  for (const { by, protect, binding } of ways) {
    const title = `gives a copy to a wallet by ${by}${protect ? ' and with a transaction code' : ''}, bound to its ${binding}`;
    it(title, async () => {
      const { byValue, byReference, transactionCode, link } = await openLink({ protect });
      expect(transactionCode).to.match(protect ? /^\d{6}$/ : /^undefined$/);
      const offer = by === 'value' ? byValue : byReference;
      const credential = (await wallet.claim(offer, { transactionCode, binding })) as Credential;
      const original = (await learner.client.get(`/en/certificates/${identifier}.json`)).json<Credential>();
      expect(credential.credentialSubject).to.deep.equal({
        ...original.credentialSubject,
        id: wallet.did,
      });
      expect(credential).to.deep.include({ id: original.id, credentialStatus: original.credentialStatus });
      await isVerified(credential);
      expect((await phone.get(link, { accept: 'application/json' })).status).to.equal(410);
      refused(await askToken({ 'pre-authorized_code': codeIn(byValue) }), 'invalid_grant');
    });
  }

  it('gives the same wallet both forms, one after the other', async () => {
    const begun = await wallet.begin((await openLink()).byValue);
    const jwt = await wallet.finish(begun, { configuration: jwtVcJson });
    const [head, body] = String(jwt)
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(head ?? '')).to.include({ alg: 'EdDSA', typ: 'vc+jwt' });
    const embedded = (await wallet.finish(begun, { configuration: ldpVc })) as Credential & {
      proof: unknown;
    };
    const { proof: _, ...unsecured } = embedded;
    expect(JSON.parse(body ?? '')).to.deep.include(unsecured);
    await isVerified(jwt);
    await isVerified(embedded);
  });

  it('is read as version 1.0 by the library, from metadata that anybody may fetch', async () => {
    const metadata = await wallet.client.resolveIssuerMetadata(world.baseUrl);
    expect(metadata.originalDraftVersion).to.equal('V1');
    expect(Object.keys(metadata.knownCredentialConfigurations)).to.deep.equal([ldpVc, jwtVcJson]);
    const [server] = metadata.authorizationServers;
    expect(server).to.deep.include({ issuer: `${world.baseUrl}/openid` });
    const own = await phone.get('/.well-known/openid-credential-issuer', { accept: 'application/json' });
    expect(own.headers.get('access-control-allow-origin')).to.equal('*');
    const { credential_configurations_supported: all } = own.json<{
      credential_configurations_supported: Record<string, { credential_metadata: { display: unknown } }>;
    }>();
    expect(all[ldpVc]?.credential_metadata.display).to.deep.equal([
      { name: 'Certificate', locale: 'en' },
      { name: 'Certificat', locale: 'fr' },
    ]);
    // The server of API clients keeps its own place.
    const other = await phone.get('/.well-known/oauth-authorization-server', { accept: 'application/json' });
    expect(other.json()).to.include({ issuer: world.baseUrl });
  });

  it('has no way around the transaction code, and describes it in the language of the wallet', async () => {
    const { link, byReference, byValue } = await openLink({ protect: true });
    const { protocols } = (await phone.get(link, { accept: 'application/json' })).json<{
      protocols: object;
    }>();
    expect(Object.keys(protocols)).to.deep.equal(['oid4vci-1.0']);
    const page = (await phone.get(link.replace('/claim/', '/en/claim/'))).page();
    expect(page.text).to.contain('The wallet will ask for six digits');
    expect(page.links.some(({ href }) => href.startsWith('https://lcw.app'))).to.equal(false);
    const uri = new URL(byReference).searchParams.get('credential_offer_uri') ?? '';
    const offer = expectStatus(await phone.get(uri.replace('/openid/', '/fr/openid/'))).json<{
      grants: Record<string, { tx_code: object }>;
    }>();
    expect(offer.grants[grantType]?.tx_code).to.deep.equal({
      input_mode: 'numeric',
      length: 6,
      description: 'Les six chiffres affichés lors de la création de ce lien.',
    });
    refused(await askToken({ 'pre-authorized_code': codeIn(byValue) }), 'invalid_request');
  });

  it('ends with the fifth wrong transaction code, however many are tried at once', async () => {
    const { byValue, transactionCode, link } = await openLink({ protect: true });
    const code = codeIn(byValue);
    const wrong = String((Number(transactionCode) + 1) % 1_000_000).padStart(6, '0');
    const first = refused(await askToken({ 'pre-authorized_code': code, tx_code: wrong }), 'invalid_grant');
    expect(first.error_description).to.equal('tx_code is wrong');
    const tries = await Promise.all(
      Array.from({ length: 7 }, () => askToken({ 'pre-authorized_code': code, tx_code: wrong })),
    );
    for (const reply of tries) refused(reply, 'invalid_grant');
    refused(await askToken({ 'pre-authorized_code': code, tx_code: transactionCode ?? '' }), 'invalid_grant');
    expect((await phone.get(link, { accept: 'application/json' })).status).to.equal(410);
  });

  it('lets the right transaction code in after four wrong ones', async () => {
    const { byValue, transactionCode } = await openLink({ protect: true });
    const code = codeIn(byValue);
    for (const tx_code of ['', '1', 'abcdef', '0000000', '-1'].filter((one) => one !== ''))
      refused(await askToken({ 'pre-authorized_code': code, tx_code }), 'invalid_grant');
    expectStatus(await askToken({ 'pre-authorized_code': code, tx_code: transactionCode ?? '' }));
  });

  it('gives one token for a code; a code that comes twice ends the link for both', async () => {
    const { byValue, link } = await openLink();
    const code = codeIn(byValue);
    const answers = await Promise.all([1, 2, 3].map(() => askToken({ 'pre-authorized_code': code })));
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    const { access_token, expires_in, token_type } =
      answers
        .find(({ status }) => status === 200)
        ?.json<{ access_token: string; expires_in: number; token_type: string }>() ?? {};
    expect({ expires_in, token_type }).to.deep.equal({ expires_in: 900, token_type: 'Bearer' });
    refused(await askCredential(access_token, requestWith(await proof())), 'invalid_token', 401);
    expect((await phone.get(link, { accept: 'application/json' })).status).to.equal(410);
  });

  it('answers bad token requests in the words of OAuth', async () => {
    refused(await askToken({}), 'invalid_request');
    refused(await askToken({ grant_type: 'authorization_code', code: 'x' }), 'unsupported_grant_type');
    refused(await askToken({ 'pre-authorized_code': 'unknown' }), 'invalid_grant');
    const { byValue } = await openLink();
    refused(await askToken({ 'pre-authorized_code': codeIn(byValue), tx_code: '123456' }), 'invalid_request');
    const json = await phone.request('/openid/token', {
      method: 'POST',
      type: 'application/json',
      body: '{}',
      accept: 'application/json',
    });
    refused(json, 'invalid_request');
    expect((await phone.get('/openid/token')).status).to.equal(405);
    expectStatus(await askToken({ 'pre-authorized_code': codeIn(byValue), unknown: 'is ignored' }));
  });

  it('refuses each key proof that is not good, by its error, and takes a good one after all', async () => {
    const { metadata, accessToken } = await wallet.begin((await openLink()).byReference);
    const other = await newWallet();
    const publicKey = { kty: 'OKP', crv: 'Ed25519', x: Buffer.alloc(32, 7).toString('base64url') };
    const cases: [string, string, string][] = [
      ['another audience', 'invalid_proof', await proof({ aud: 'https://elsewhere.example' })],
      [
        'several audiences',
        'invalid_proof',
        await proof({ aud: [world.baseUrl, 'https://elsewhere.example'] }),
      ],
      ['no nonce', 'invalid_proof', await proof({ nonce: undefined })],
      ['an unknown nonce', 'invalid_nonce', await proof({ nonce: 'made-up' })],
      ['an old time', 'invalid_proof', await proof({ iat: seconds(-3600) })],
      ['a time to come', 'invalid_proof', await proof({ iat: seconds(3600) })],
      ['no time', 'invalid_proof', await proof({ iat: undefined })],
      ['an expired token', 'invalid_proof', await proof({ exp: seconds(-600) })],
      ['another type', 'invalid_proof', await proof({}, { typ: 'JWT' })],
      ['another key', 'invalid_proof', await proof({}, { kid: `${other.did}#${other.did.slice(8)}` })],
      ['another method', 'invalid_proof', await proof({}, { kid: 'did:web:wallet.example#key-1' })],
      ['two keys', 'invalid_proof', await proof({}, { jwk: publicKey })],
      ['no key', 'invalid_proof', await proof({}, { kid: undefined })],
      ['a stranger’s key', 'invalid_proof', await proof({}, { kid: undefined, jwk: publicKey })],
      ['a private key', 'invalid_proof', await proof({}, { kid: undefined, jwk: { ...publicKey, d: 'x' } })],
      ['no signature', 'invalid_proof', (await proof()).replace(/[^.]+$/, '')],
      ['no algorithm', 'invalid_proof', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
      ['no JWT', 'invalid_proof', 'hello'],
    ];
    for (const [what, error, jwt] of cases) {
      const reply = await askCredential(accessToken, requestWith(jwt));
      expect(reply.json<Refusal>(), what).to.include({ error });
      refused(reply, error);
    }
    const used = await proof();
    const expired = await proof();
    world.clock.advance({ minutes: 5 });
    refused(await askCredential(accessToken, requestWith(expired)), 'invalid_nonce');
    world.clock.advance({ minutes: -5 });
    expectStatus(await askCredential(accessToken, requestWith(used)));
    refused(await askCredential(accessToken, requestWith(used)), 'invalid_nonce');
    expect(await wallet.finish({ metadata, accessToken })).to.have.property('credentialSubject');
  });

  it('refuses what is no credential request, each by its error', async () => {
    const { accessToken } = await wallet.begin((await openLink()).byReference);
    const jwt = await proof();
    const unknown = requestWith(jwt, { credential_configuration_id: '__proto__' });
    refused(await askCredential(accessToken, unknown), 'unknown_credential_configuration');
    const both = requestWith(jwt, { credential_identifier: 'one' });
    refused(await askCredential(accessToken, both), 'unknown_credential_identifier');
    const encrypted = requestWith(jwt, { credential_response_encryption: {} });
    refused(await askCredential(accessToken, encrypted), 'invalid_encryption_parameters');
    for (const body of ['', '[]', '"x"', '{', { proofs: { jwt: [jwt] } }])
      refused(await askCredential(accessToken, body), 'invalid_credential_request');
    for (const proofs of [undefined, null, [], {}, { jwt: [] }, { jwt: [jwt, jwt] }, { di_vp: [{}] }])
      refused(await askCredential(accessToken, requestWith(jwt, { proofs })), 'invalid_proof');
    for (const none of [undefined, 'unknown', '']) {
      const reply = await askCredential(none, requestWith(jwt));
      refused(reply, 'invalid_token', 401);
      expect(reply.headers.get('www-authenticate')).to.match(/^Bearer /);
    }
    expectStatus(await askCredential(accessToken, requestWith(jwt, { unknown: 'is ignored' })));
  });

  it('goes to one wallet of several, and again to that one only while its token holds', async () => {
    const begun = await wallet.begin((await openLink()).byReference);
    const thief = await newWallet();
    const rivals = await Promise.all(
      [wallet, thief, wallet, thief].map(async (by) =>
        askCredential(begun.accessToken, requestWith(await proof({}, {}, by))),
      ),
    );
    const winners = new Set(
      rivals
        .filter(({ status }) => status === 200)
        .map(
          (one) =>
            (one.json() as { credentials: { credential: Credential }[] }).credentials[0]?.credential
              .credentialSubject.id,
        ),
    );
    expect(winners.size).to.equal(1);
    const [winner, loser] = winners.has(wallet.did) ? [wallet, thief] : [thief, wallet];
    refused(
      await askCredential(begun.accessToken, requestWith(await proof({}, {}, loser))),
      'credential_request_denied',
    );
    expectStatus(await askCredential(begun.accessToken, requestWith(await proof({}, {}, winner))));
    world.clock.advance({ minutes: 15 });
    refused(
      await askCredential(begun.accessToken, requestWith(await proof({}, {}, winner))),
      'invalid_token',
      401,
    );
    const page = (await learner.client.get(`/en/certificates/${identifier}/wallet`)).page();
    expect(page.text).to.contain('OpenID4VCI');
  });

  it('keeps none of its secrets, and forgets challenges that ran out', async () => {
    const { byValue, byReference, transactionCode, link } = await openLink({ protect: true });
    const { access_token } = expectStatus(
      await askToken({ 'pre-authorized_code': codeIn(byValue), tx_code: transactionCode ?? '' }),
    ).json<{ access_token: string }>();
    const nonce = await newNonce();
    const { connection } = world.modules.platform.database;
    const read = async (name: string) => JSON.stringify(await connection.collection(name).find().toArray());
    const kept = `${await read('wallet_claims')}${await read('wallet_nonces')}`;
    const offer = new URL(byReference).searchParams.get('credential_offer_uri')?.split('/').at(-1);
    for (const secret of [
      codeIn(byValue),
      offer,
      transactionCode,
      access_token,
      nonce,
      link.split('/').at(-1),
    ])
      expect(kept).to.not.contain(secret);
    world.clock.advance({ minutes: 15 });
    await world.modules.wallets.personalData.expire?.(world.clock.now());
    expect(await read('wallet_nonces')).to.equal('[]');
    expect(await read('wallet_claims')).to.not.contain('tokenHash');
  });

  it('gives nothing of a certificate that is suspended, withdrawn, or of a link that its holder ended', async () => {
    const begun = await wallet.begin((await openLink()).byReference);
    const { issuer, wallets } = world.modules;
    await issuer.suspend({ identifier, by: 'staff', reason: 'enquiry' });
    const request = async () => askCredential(begun.accessToken, requestWith(await proof()));
    refused(await request(), 'credential_request_denied');
    await issuer.liftSuspension({ identifier, by: 'staff' });
    await wallets.endLink(identifier, learner.accountId);
    refused(await request(), 'invalid_token', 401);
    const { byReference } = await openLink();
    const uri = new URL(byReference).searchParams.get('credential_offer_uri') ?? '';
    await issuer.revoke({ identifier, by: 'staff', reason: 'holder-request' });
    const late = await wallet.begin(byReference);
    refused(await askCredential(late.accessToken, requestWith(await proof())), 'credential_request_denied');
    await wallets.personalData.erase(learner.accountId);
    expect((await phone.get(uri, { accept: 'application/json' })).status).to.equal(410);
  });
});
