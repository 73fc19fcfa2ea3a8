import { expect } from 'chai';
import { openWorld, type Someone, type World } from '../../support/world.ts';

describe('The desk of API clients', () => {
  let world: World;
  let administrator: Someone;

  before(async () => {
    world = await openWorld();
    administrator = await world.staff('administrator');
  });
  after(() => world.close());

  const formTo = async (path: string, ending: string) => {
    const page = (await administrator.client.get(path)).page();
    const form = page.forms.find(({ action }) => action.endsWith(ending));
    if (!form) throw new Error(`no form to ${ending} on ${path}`);
    return form;
  };

  const create = async (values: Record<string, string | string[]>) =>
    administrator.client.send(await formTo('/en/staff/clients', '/staff/clients'), values);

  it('is for administrators', async () => {
    const examiner = await world.staff('examiner');
    expect((await examiner.client.get('/en/staff/clients')).status).to.equal(404);
    expect((await examiner.client.get('/en/staff')).text).not.to.include('/staff/clients');
    expect((await administrator.client.get('/fr/staff')).text).to.include('/fr/staff/clients');
  });

  it('shows the secret once, and what the client may do from then on', async () => {
    const made = await create({
      name: 'Campus',
      mode: 'test',
      scopes: ['credentials:issue', 'credentials:status'],
    });
    expect(made.status).to.equal(200);
    expect(made.headers.get('cache-control')).to.include('no-store');
    const secret = /jinfo_secret_[\w-]{43}/.exec(made.text)?.[0] ?? '';
    const clientId = /test_[\w-]{20}/.exec(made.text)?.[0] ?? '';
    expect(made.text).to.include(world.modules.issuer.issuing.test.did());
    const asked = world.agent().post('/oauth/token').type('form').auth(clientId, secret);
    expect((await asked.send({ grant_type: 'client_credentials' })).status).to.equal(200);
    for (const path of [
      '/en/staff/clients',
      `/en/staff/clients/${clientId}`,
      `/fr/staff/clients/${clientId}`,
    ]) {
      const { text, status } = await administrator.client.get(path);
      expect(status).to.equal(200);
      expect(text).to.include('Campus').and.not.include(secret);
    }
  });

  it('says what is missing, beside what was typed', async () => {
    const { status, text } = await create({ name: 'Typed name', mode: '', scopes: [] });
    expect(status).to.equal(422);
    expect(text).to.include('Please choose at least one.').and.include('value="Typed name"');
  });

  it('replaces a secret and shuts a client out, after a confirmation', async () => {
    const { clients } = world.modules.integrations;
    const { clientId, clientSecret } = await clients.create({
      ...{ name: 'Library', mode: 'live', scopes: ['credentials:status'], by: 'zoe' },
    });
    const path = `/en/staff/clients/${clientId}`;
    const unsure = await administrator.client.send(await formTo(path, '/secret'));
    expect(unsure.status).to.equal(422);
    const replaced = await administrator.client.send(await formTo(path, '/secret'), { sure: 'yes' });
    expect(replaced.text)
      .to.match(/jinfo_secret_/)
      .and.not.include(clientSecret);
    await administrator.client.send(await formTo(path, '/revoke'), { sure: 'yes' });
    expect((await clients.find(clientId))?.revokedAt).to.be.instanceOf(Date);
    expect((await administrator.client.get(path)).page().forms.map(({ action }) => action)).not.to.include(
      `${path}/revoke`,
    );
    await world.settle();
    const trail = await world.modules.audit.list({ limit: 5, target: `client:${clientId}` });
    expect(trail.filter(({ actor }) => actor === administrator.accountId)).to.have.length(2);
  });

  it('knows no client that does not exist', async () => {
    expect((await administrator.client.get('/en/staff/clients/nobody')).status).to.equal(404);
  });
});

describe('/developers', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('tells developers in both languages how to begin, and sets no cookie', async () => {
    for (const [language, words] of [
      ['en', 'Ask for an access token'],
      ['fr', 'Demander un jeton d’accès'],
    ] as const) {
      const visitor = world.visitor();
      const { status, text } = await visitor.get(`/${language}/developers`);
      expect(status).to.equal(200);
      expect(text).to.include(words).and.include(`${world.baseUrl}/oauth/token`);
      expect(visitor.hasCookies()).to.equal(false);
    }
  });
});
