import { expect } from 'chai';
import type { Test } from 'supertest';
import type { ClientCredentials } from '../../src/integrations/index.ts';
import { openWorld, type World } from '../support/world.ts';

const grant = { grant_type: 'client_credentials' };

describe('POST /oauth/token', () => {
  let world: World;
  let client: ClientCredentials;

  before(async () => {
    world = await openWorld();
    client = await create();
  });
  after(() => world.close());

  const create = (
    scopes = ['credentials:issue', 'credentials:status'] as const,
  ): Promise<ClientCredentials> =>
    world.modules.integrations.clients.create({
      name: 'Campus',
      mode: 'live',
      scopes: [...scopes],
      by: 'zoe',
    });

  const ask = (body: Record<string, string> | string, authorization?: string): Test => {
    const asked = world.agent().post('/oauth/token').type('form');
    return (authorization ? asked.set('Authorization', authorization) : asked).send(body);
  };
  const basic = ({ clientId, clientSecret }: ClientCredentials): string =>
    `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const posted = ({ clientId, clientSecret }: ClientCredentials) => ({
    client_id: clientId,
    client_secret: clientSecret,
  });

  it('gives a token for ten minutes, kept by no cache and without cookie, by either way to authenticate', async () => {
    for (const answer of [await ask(grant, basic(client)), await ask({ ...grant, ...posted(client) })]) {
      expect(answer.status).to.equal(200);
      expect(answer.body).to.include({ token_type: 'Bearer', expires_in: 600 });
      expect(answer.body.scope).to.equal('credentials:issue credentials:status');
      expect(answer.body.access_token).to.match(/^[\w-]{43}$/);
      expect(answer.headers).to.include({ 'cache-control': 'no-store', pragma: 'no-cache' });
      expect(answer.headers).not.to.have.property('set-cookie');
      expect(answer.headers['ratelimit-policy']).to.match(/^"oauth-token-address";q=\d+;w=60$/);
      expect(answer.headers.ratelimit).to.match(/^"oauth-token-address";r=\d+;t=\d+$/);
    }
  });

  it('decodes the halves of Basic credentials as forms are encoded', async () => {
    const encoded = client.clientSecret.replace('_', '%5F');
    const answer = await ask(grant, basic({ ...client, clientSecret: encoded }));
    expect(answer.status).to.equal(200);
  });

  it('narrows the token to the scopes that were asked for', async () => {
    const answer = await ask({ ...grant, scope: 'credentials:status' }, basic(client));
    expect(answer.body.scope).to.equal('credentials:status');
  });

  it('ignores parameters that it does not know, and empty ones', async () => {
    const answer = await ask({ ...grant, resource: 'https://elsewhere.example', scope: '' }, basic(client));
    expect(answer.status).to.equal(200);
  });

  it('refuses a wrong secret, an unknown client and unreadable credentials with invalid_client', async () => {
    const wrong: ClientCredentials[] = [
      { ...client, clientSecret: `${client.clientSecret}x` },
      { ...client, clientSecret: '' },
      { clientId: 'live_nobody', clientSecret: client.clientSecret },
    ];
    const headers = [
      'Basic',
      'Basic ???',
      'Basic OjA=',
      `Basic ${Buffer.from('a:%').toString('base64')}`,
      'Bearer x',
    ];
    for (const authorization of [...wrong.map(basic), ...headers]) {
      const answer = await ask(grant, authorization);
      expect(answer.status, authorization).to.equal(401);
      expect(answer.body.error).to.equal('invalid_client');
      expect(answer.headers['www-authenticate']).to.match(/^Basic realm=/);
      expect(answer.headers['cache-control']).to.equal('no-store');
    }
    for (const body of [
      grant,
      { ...grant, client_id: client.clientId },
      { ...grant, ...posted(wrong[0] as never) },
    ]) {
      const answer = await ask(body);
      expect([answer.status, answer.body.error]).to.deep.equal([401, 'invalid_client']);
    }
  });

  it('refuses a request that breaks the protocol with invalid_request', async () => {
    const { clientId, clientSecret } = client;
    const bodies: [Record<string, string> | string, string?][] = [
      [{}, basic(client)],
      [{ grant_type: '' }, basic(client)],
      ['grant_type=client_credentials&grant_type=client_credentials', basic(client)],
      ['grant_type=client_credentials&scope=a&scope=b', basic(client)],
      [{ ...grant, client_secret: clientSecret }, basic(client)],
      [{ ...grant, client_id: `${clientId}x` }, basic(client)],
      [`grant_type=client_credentials&${'x'.repeat(10_000)}`, basic(client)],
    ];
    for (const [body, authorization] of bodies) {
      const answer = await ask(body, authorization);
      expect([answer.status, answer.body.error], JSON.stringify(body)).to.deep.equal([
        400,
        'invalid_request',
      ]);
      expect(answer.body.error_description).to.be.a('string');
    }
  });

  it('reads forms only', async () => {
    const answers = [
      await world.agent().post('/oauth/token').set('Authorization', basic(client)).send(grant),
      await world.agent().post('/oauth/token').set('Authorization', basic(client)).type('json').send('{"a'),
      await world.agent().post('/oauth/token').set('Authorization', basic(client)),
    ];
    for (const { status, body } of answers) {
      expect([status, body.error]).to.deep.equal([400, 'invalid_request']);
    }
    const reading = await world.agent().get('/oauth/token').set('Accept', 'application/json');
    expect([reading.status, reading.headers.allow]).to.deep.equal([405, 'POST']);
  });

  it('grants nothing but client credentials, and no scope beyond those of the client', async () => {
    for (const grant_type of ['password', 'authorization_code', '__proto__']) {
      const answer = await ask({ grant_type }, basic(client));
      expect([answer.status, answer.body.error]).to.deep.equal([400, 'unsupported_grant_type']);
    }
    const narrow = await world.modules.integrations.clients.create({
      ...{ name: 'Reader', mode: 'test', scopes: ['credentials:status'], by: 'zoe' },
    });
    for (const scope of ['credentials:issue', 'credentials:status credentials:issue', 'everything', ' ']) {
      const answer = await ask({ ...grant, scope }, basic(narrow));
      expect([answer.status, answer.body.error], scope).to.deep.equal([400, 'invalid_scope']);
    }
  });

  it('gives nothing to a client whose secret was replaced or that was revoked', async () => {
    const { clients } = world.modules.integrations;
    const old = await create();
    const fresh = await clients.replaceSecret({ clientId: old.clientId, by: 'zoe' });
    expect((await ask(grant, basic(old))).status).to.equal(401);
    expect((await ask(grant, basic(fresh))).status).to.equal(200);
    await clients.revoke({ clientId: old.clientId, by: 'zoe' });
    await clients.revoke({ clientId: old.clientId, by: 'zoe' });
    expect((await ask(grant, basic(fresh))).status).to.equal(401);
    const again = await clients
      .replaceSecret({ clientId: old.clientId, by: 'zoe' })
      .catch((error) => error.code);
    expect(again).to.equal('not-found');
  });

  it('keeps neither secret nor token, only what they are checked by', async () => {
    const { body } = await ask(grant, basic(client));
    const { connection } = world.modules.platform.database;
    for (const name of ['api_clients', 'access_tokens']) {
      const kept = JSON.stringify(await connection.collection(name).find().toArray());
      expect(kept).not.to.include(client.clientSecret);
      expect(kept).not.to.include(body.access_token);
    }
  });

  it('forgets tokens that have ended', async () => {
    await ask(grant, basic(client));
    world.clock.advance({ minutes: 11 });
    await world.modules.privacy.applyRetention();
    const { connection } = world.modules.platform.database;
    expect(await connection.collection('access_tokens').countDocuments()).to.equal(0);
  });

  it('tells others about itself where RFC 8414 says', async () => {
    const { status, body } = await world.agent().get('/.well-known/oauth-authorization-server');
    expect(status).to.equal(200);
    expect(body).to.include({ issuer: world.baseUrl, token_endpoint: `${world.baseUrl}/oauth/token` });
    expect(body.grant_types_supported).to.deep.equal(['client_credentials']);
  });

  it('leaves a record of each change to a client, by whom and never of its secret', async () => {
    const { clientId } = await create();
    await world.modules.integrations.clients.replaceSecret({ clientId, by: 'zoe' });
    await world.modules.integrations.clients.revoke({ clientId, by: 'zoe' });
    await world.settle();
    const records = await world.modules.audit.list({ limit: 10, target: `client:${clientId}` });
    expect(records.map(({ action, actor }) => [action, actor])).to.deep.equal([
      ['ApiClientRevoked', 'zoe'],
      ['ApiClientSecretReplaced', 'zoe'],
      ['ApiClientCreated', 'zoe'],
    ]);
  });

  it('refuses a client without name, scopes or a known mode', async () => {
    const { clients } = world.modules.integrations;
    const wrong = { name: ' ', mode: 'wild' as 'live', scopes: [], by: 'zoe' };
    const fault = await clients.create(wrong).catch((error) => error);
    expect(fault.errors.map(({ pointer }: { pointer: string }) => pointer)).to.have.members([
      '/name',
      '/scopes',
      '/mode',
    ]);
  });
});

describe('POST /oauth/token, asked too often', () => {
  let world: World;
  before(async () => {
    world = await openWorld({ RATE_LIMITS: 'standard' });
  });
  after(() => world.close());

  it('is paused, with the time to wait', async () => {
    const { clientId, clientSecret } = await world.modules.integrations.clients.create({
      ...{ name: 'Campus', mode: 'live', scopes: ['credentials:issue'], by: 'zoe' },
    });
    const ask = () =>
      world.agent().post('/oauth/token').type('form').auth(clientId, clientSecret).send(grant);
    const statuses: number[] = [];
    for (let tries = 0; tries < 31; tries += 1) statuses.push((await ask()).status);
    expect(statuses.filter((status) => status === 200)).to.have.length(30);
    const { status, headers } = await ask();
    expect(status).to.equal(429);
    expect(Number(headers['retry-after'])).to.be.within(1, 60);
    expect(headers['content-type']).to.match(/^application\/problem\+json/);
  });
});

describe('Verifying by program, asked too often', () => {
  let world: World;
  before(async () => {
    world = await openWorld({ RATE_LIMITS: 'standard' });
  });
  after(() => world.close());

  it('is paused too, for credentials and presentations together', async () => {
    const ask = (path: string) => world.agent().post(path).send({});
    const statuses: number[] = [];
    for (let tries = 0; tries < 60; tries += 1) {
      statuses.push((await ask('/credentials/verify')).status, (await ask('/presentations/verify')).status);
    }
    expect(new Set(statuses)).to.deep.equal(new Set([422]));
    const { status, headers } = await ask('/credentials/verify');
    expect(status).to.equal(429);
    expect(Number(headers['retry-after'])).to.be.within(1, 60);
  });
});
