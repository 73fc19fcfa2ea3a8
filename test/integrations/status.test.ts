import { expect } from 'chai';
import { openWorld, type World } from '../support/world.ts';
import { composed, type Program, program } from './api-world.ts';

type Json = Record<string, unknown>;

const both = {
  credentialStatus: ['revocation', 'suspension'].map((statusPurpose) => ({
    ...{ type: 'BitstringStatusListEntry', statusPurpose },
  })),
};

describe('POST /credentials/status', () => {
  let world: World;
  let campus: Program;
  let count = 0;

  before(async () => {
    world = await openWorld();
    campus = await program(world);
  });
  after(() => world.close());

  const issued = async (options: unknown = both): Promise<{ id: string; credential: Json }> => {
    count += 1;
    const id = `https://campus.example/credentials/${count}`;
    const answer = await campus.issue(composed(world.modules.issuer.description(), { id }), options);
    return { id, credential: (answer.body as never as { verifiableCredential: Json }).verifiableCredential };
  };

  const verdict = async (verifiableCredential: unknown): Promise<string> =>
    (await world.agent().post('/credentials/verify').send({ verifiableCredential })).body.verdict;

  it('withdraws for good, at once, and again without effect', async () => {
    const { id, credential } = await issued();
    for (const _time of [1, 2]) {
      const { status, body } = await campus.setStatus(id, 'revocation', true);
      expect([status, body]).to.deep.equal([200, {}]);
      expect(await verdict(credential)).to.equal('not_valid');
    }
    const back = await campus.setStatus(id, 'revocation', false);
    expect([back.status, (back.body as never as Json).type]).to.deep.equal([
      409,
      '/problems/revocation-final',
    ]);
    expect(await verdict(credential)).to.equal('not_valid');
  });

  it('suspends and lifts the suspension, as often as it is told', async () => {
    const { id, credential } = await issued();
    for (const to of [true, false, false, true, true, false]) {
      expect((await campus.setStatus(id, 'suspension', to)).status).to.equal(200);
      expect(await verdict(credential)).to.equal(to ? 'verified_not_current' : 'verified');
    }
    expect((await campus.setStatus(id, 'revocation', false)).status).to.equal(200);
    expect(await verdict(credential)).to.equal('verified');
  });

  it('ends where the last of many words at once left it', async () => {
    const { id, credential } = await issued();
    await Promise.all([true, false, true, false, true].map((to) => campus.setStatus(id, 'suspension', to)));
    const record = await world.modules.platform.database.connection
      .collection('issued_credentials')
      .findOne({ credentialId: id });
    expect(await verdict(credential)).to.equal(record?.suspended ? 'verified_not_current' : 'verified');
  });

  it('publishes in the background what was cut off before it was published', async () => {
    const { id, credential } = await issued();
    const { connection } = world.modules.platform.database;
    const payload = { recordId: '', by: `client:${campus.clientId}`, reason: 'revocation' };
    const record = await connection.collection('issued_credentials').findOne({ credentialId: id });
    const event = {
      ...{ id: 'cut', name: 'CredentialStatusChanged', at: world.clock.now() },
      payload: { ...payload, recordId: String(record?._id) },
    };
    await connection.collection('issued_credentials').updateOne({ credentialId: id }, {
      ...{ $set: { revokedAt: world.clock.now() }, $inc: { changes: 1 }, $push: { outbox: event } },
    } as never);
    expect(await verdict(credential)).to.equal('verified');
    await world.settle();
    expect(await verdict(credential)).to.equal('not_valid');
  });

  it('knows only the credentials of the client that asks', async () => {
    const { id, credential } = await issued();
    const other = await program(world);
    for (const unknown of [id, 'https://campus.example/nowhere']) {
      expect((await other.setStatus(unknown, 'revocation', true)).status).to.equal(404);
    }
    expect(await verdict(credential)).to.equal('verified');
  });

  it('knows only the entries that the credential has', async () => {
    const { id } = await issued({ credentialStatus: [both.credentialStatus[0]] });
    const { status, body } = await campus.setStatus(id, 'suspension', true);
    expect(status).to.equal(422);
    const { errors } = body as never as { errors: Json[] };
    expect(errors[0]).to.include({ pointer: '/credentialStatus/statusPurpose', code: 'not-in-credential' });
  });

  it('takes the whole entry when it is the right one, and a list of one', async () => {
    const { id, credential } = await issued({ credentialStatus: [both.credentialStatus[0]] });
    const entry = credential.credentialStatus as Json;
    const ask = (credentialStatus: unknown) =>
      campus.post('/credentials/status', { credentialId: id, credentialStatus, status: true });
    for (const wrong of [
      { statusListIndex: '131072' },
      { statusListCredential: `${world.baseUrl}/status/x` },
      { id: 'x' },
    ]) {
      expect((await ask({ ...entry, ...wrong })).status).to.equal(422);
    }
    expect(await verdict(credential)).to.equal('verified');
    expect((await ask([entry])).status).to.equal(200);
    expect(await verdict(credential)).to.equal('not_valid');
  });

  it('refuses each member that is missing or of the wrong kind', async () => {
    const { id } = await issued();
    const good = { credentialId: id, credentialStatus: both.credentialStatus[0], status: true };
    const wrong: unknown[] = [
      {},
      [],
      { ...good, credentialId: undefined },
      { ...good, credentialId: { $ne: '' } },
      { ...good, credentialStatus: undefined },
      { ...good, credentialStatus: [] },
      { ...good, credentialStatus: [...both.credentialStatus] },
      { ...good, credentialStatus: { type: 'StatusList2021Entry', statusPurpose: 'revocation' } },
      { ...good, credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'message' } },
      { ...good, credentialStatus: [{ type: 'RevocationList2020Status', status: '1' }] },
      { ...good, status: undefined },
      { ...good, status: '1' },
      { ...good, status: 1 },
      { ...good, indexAllocator: 'x' },
    ];
    for (const body of wrong) {
      const { status } = await campus.post('/credentials/status', body);
      expect(status, JSON.stringify(body)).to.be.oneOf([400, 422]);
    }
  });

  it('leaves a record of each change, by which client', async () => {
    const { id } = await issued();
    await campus.setStatus(id, 'suspension', true);
    await campus.setStatus(id, 'suspension', true);
    await campus.setStatus(id, 'suspension', false);
    await campus.setStatus(id, 'revocation', true);
    await world.settle();
    const record = await world.modules.platform.database.connection
      .collection('issued_credentials')
      .findOne({ credentialId: id });
    const trail = await world.modules.audit.list({ limit: 9, target: `credential:${record?._id}` });
    expect(trail.map(({ reason }) => reason)).to.have.members(['revocation', 'reinstatement', 'suspension']);
    expect(new Set(trail.map(({ actor }) => actor))).to.deep.equal(new Set([`client:${campus.clientId}`]));
  });
});

describe('A client in test mode', () => {
  let world: World;
  let trial: Program;
  let did: string;

  before(async () => {
    world = await openWorld();
    trial = await program(world, 'test');
    did = world.modules.issuer.issuing.test.did();
  });
  after(() => world.close());

  const verify = async (verifiableCredential: unknown) =>
    (await world.agent().post('/credentials/verify').send({ verifiableCredential })).body;

  it('issues under an issuer of its own, which our verifier calls a test and never verified', async () => {
    const { status, body } = await trial.issue(composed(did));
    expect(status).to.equal(201);
    const { verifiableCredential } = body as never as { verifiableCredential: Json };
    expect(await verify(verifiableCredential)).to.include({ verified: false, verdict: 'test' });
    expect(did)
      .to.match(/^did:key:/)
      .and.not.to.equal(world.modules.issuer.description());
    expect(await world.modules.issuer.ownDids()).not.to.include(did);
    const entry = verifiableCredential.credentialStatus as Json;
    expect(entry.statusListCredential).to.match(/\/status\/test-revocation-1$/);
  });

  it('cannot sign in the genuine name, nor a live client in the name for tests', async () => {
    const genuine = world.modules.issuer.description();
    const live = await program(world, 'live');
    for (const answer of [await trial.issue(composed(genuine)), await live.issue(composed(did))]) {
      expect([answer.status, (answer.body as never as Json).type]).to.deep.equal([
        422,
        '/problems/issuer-not-ours',
      ]);
    }
  });

  it('withdraws and suspends on lists of its own, signed by its own issuer and fresh after each night', async () => {
    const id = 'https://campus.example/1';
    const { body } = await trial.issue(composed(did, { id }), both);
    const { verifiableCredential } = body as never as { verifiableCredential: Json };
    await trial.setStatus(id, 'suspension', true);
    expect((await verify(verifiableCredential)).verdict).to.equal('verified_not_current');
    await trial.setStatus(id, 'suspension', false);
    world.clock.advance({ days: 6 });
    await world.modules.issuer.refreshStatusLists();
    world.clock.advance({ days: 6 });
    expect((await verify(verifiableCredential)).verdict).to.equal('test');
    await trial.setStatus(id, 'revocation', true);
    expect((await verify(verifiableCredential)).verdict).to.equal('not_valid');
    const list = await world.agent().get('/status/test-revocation-1').set('Accept', 'application/json');
    expect([list.status, list.body.issuer]).to.deep.equal([200, did]);
  });

  it('is called a test on the page too, in both languages', async () => {
    const { body } = await trial.issue(composed(did));
    const { verifiableCredential } = body as never as { verifiableCredential: Json };
    for (const [language, words] of [
      ['en', 'This is only a test'],
      ['fr', 'Ce n’est qu’un essai'],
    ] as const) {
      const form = new FormData();
      form.set('credential', JSON.stringify(verifiableCredential));
      const { text } = await world.visitor().request(`/${language}/verify`, { method: 'POST', body: form });
      expect(text).to.include(words);
    }
  });

  it('is forgotten after 90 days, and a genuine credential is not', async () => {
    const live = await program(world, 'live');
    await live.issue(composed(world.modules.issuer.description(), { id: 'https://campus.example/live' }));
    world.clock.advance({ days: 91 });
    await world.modules.privacy.applyRetention();
    const { connection } = world.modules.platform.database;
    const left = await connection.collection('issued_credentials').find().toArray();
    expect(left.map(({ mode }) => mode)).to.deep.equal(['live']);
  });
});
