import { expect } from 'chai';
import type { ClientCredentials } from '../../src/integrations/index.ts';
import { openWorld, type World } from '../support/world.ts';

describe('What only programs with a token may ask', () => {
  let world: World;
  let client: ClientCredentials;

  before(async () => {
    world = await openWorld();
    client = await world.modules.integrations.clients.create({
      ...{ name: 'Campus', mode: 'live', scopes: ['credentials:issue', 'credentials:status'], by: 'zoe' },
    });
  });
  after(() => world.close());

  const tokenFor = async ({ clientId, clientSecret }: ClientCredentials, scope = ''): Promise<string> => {
    const asked = world.agent().post('/oauth/token').type('form').auth(clientId, clientSecret);
    const { body } = await asked.send({ grant_type: 'client_credentials', scope });
    return body.access_token;
  };

  /** Whoever is let in is told what is missing in the body. */
  const letIn = 422;
  const ask = (authorization?: string) => {
    const asked = world.agent().post('/credentials/issue').send({});
    return authorization === undefined ? asked : asked.set('Authorization', authorization);
  };

  it('is open to a token with the scope, and tells it what is left of its limit', async () => {
    const token = await tokenFor(client);
    for (const scheme of ['Bearer', 'bearer']) {
      const { status, headers } = await ask(`${scheme} ${token}`);
      expect(status).to.equal(letIn);
      expect(headers.ratelimit).to.match(/^"credentials-issue";r=\d+;t=\d+$/);
      expect(headers['cache-control']).to.equal('no-store');
    }
  });

  it('asks for a token, without an error code, when there is none', async () => {
    const { status, headers, body } = await ask();
    expect(status).to.equal(401);
    expect(headers['www-authenticate']).to.equal('Bearer realm="credentials"');
    expect(body.type).to.equal('/problems/access-token-missing');
  });

  it('refuses what is no token of ours', async () => {
    const token = await tokenFor(client);
    const basic = `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}`;
    for (const wrong of [
      '',
      'Bearer',
      `Bearer ${token}x`,
      `Bearer ${token} ${token}`,
      `Bearer ${client.clientSecret}`,
      basic,
    ]) {
      const { status, headers, body } = await ask(wrong);
      expect(status, wrong).to.equal(401);
      expect(headers['www-authenticate']).to.match(/^Bearer .*error="invalid_token"/);
      expect(body.type).to.equal('/problems/access-token-invalid');
    }
  });

  it('tells a token without the scope which one it lacks', async () => {
    const { status, headers, body } = await ask(`Bearer ${await tokenFor(client, 'credentials:status')}`);
    expect(status).to.equal(403);
    expect(headers['www-authenticate']).to.match(/error="insufficient_scope", scope="credentials:issue"$/);
    expect(body.type).to.equal('/problems/scope-missing');
  });

  it('is closed once ten minutes have passed, the secret was replaced, or the client was revoked', async () => {
    const { clients } = world.modules.integrations;
    const { clientId } = client;
    const ended = await tokenFor(client);
    world.clock.advance({ minutes: 10 });
    expect((await ask(`Bearer ${ended}`)).status).to.equal(401);

    const ofOldSecret = await tokenFor(client);
    const fresh = await clients.replaceSecret({ clientId, by: 'zoe' });
    expect((await ask(`Bearer ${ofOldSecret}`)).status).to.equal(401);

    const ofRevoked = await tokenFor(fresh);
    expect((await ask(`Bearer ${ofRevoked}`)).status).to.equal(letIn);
    await clients.revoke({ clientId, by: 'zoe' });
    expect((await ask(`Bearer ${ofRevoked}`)).status).to.equal(401);
  });
});
