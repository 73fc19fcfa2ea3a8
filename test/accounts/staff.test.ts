import { expect } from 'chai';
import { type AccountsWorld, accountsWorld, useAccountsDatabase, zoe } from './accounts-world.ts';

const ada = { email: 'ada@mail.example', givenName: 'Ada', roles: ['learner', 'administrator'] as const };

const signedIn = async (world: AccountsWorld, email: string) => {
  const visitor = world.visitor();
  await visitor.signIn(email);
  return visitor;
};

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('Roles', () => {
  useAccountsDatabase();

  it('open their pages and no others, from the next click on', async () => {
    const world = await accountsWorld();
    const accountId = await world.open();
    const by = await world.open(ada);
    const visitor = await signedIn(world, zoe.email);
    expect((await visitor.get('/for-billing')).status).to.equal(404);
    await world.accounts.grantRole({ by, accountId, role: 'billing', reason: 'new-duties' });
    expect((await visitor.get('/for-billing')).status).to.equal(200);
    await world.accounts.revokeRole({ by, accountId, role: 'billing', reason: 'duties-ended' });
    expect((await visitor.get('/for-billing')).status).to.equal(404);
  });

  it('send a person to sign in and tell a program 401', async () => {
    const world = await accountsWorld();
    const person = await world.visitor().get('/fr/for-billing?x=1');
    expect([person.status, person.headers.location]).to.deep.equal([
      303,
      '/fr/sign-in?next=%2Ffor-billing%3Fx%3D1',
    ]);
    const program = await world.visitor().agent.get('/for-billing').set('Accept', 'application/json');
    expect(program.status).to.equal(401);
    expect(program.type).to.equal('application/problem+json');
  });

  it('are given by administrators only, and by nobody to themselves', async () => {
    const world = await accountsWorld();
    const accountId = await world.open();
    const by = await world.open(ada);
    const role = 'administrator' as const;
    const reason = 'new-duties';
    expect(await codeOf(world.accounts.grantRole({ by: accountId, accountId, role, reason }))).to.equal(
      'forbidden',
    );
    expect(await codeOf(world.accounts.grantRole({ by: accountId, accountId: by, role, reason }))).to.equal(
      'forbidden',
    );
    expect(await codeOf(world.accounts.revokeRole({ by, accountId: by, role, reason }))).to.equal(
      'own-account',
    );
    expect(await codeOf(world.accounts.grantRole({ by, accountId: 'nobody', role, reason }))).to.equal(
      'not-found',
    );
  });

  it('are given to nobody whose address is not confirmed', async () => {
    const world = await accountsWorld();
    const by = await world.open(ada);
    await world.accounts.register(zoe);
    const { id: accountId } = (await world.accounts.accountByEmail(zoe.email))!;
    const grant = world.accounts.grantRole({ by, accountId, role: 'billing', reason: 'new-duties' });
    expect(await codeOf(grant)).to.equal('conflict');
  });

  for (const act of ['revoke', 'lock'] as const) {
    it(`leave an administrator when two of them ${act} each other at once`, async () => {
      const world = await accountsWorld();
      const first = await world.open(ada);
      const second = await world.open({ ...ada, email: 'bob@mail.example' });
      const remove = (by: string, accountId: string) =>
        act === 'revoke'
          ? world.accounts.revokeRole({ by, accountId, role: 'administrator', reason: 'duties-ended' })
          : world.accounts.lock({ by, accountId, reason: 'misuse' });
      await Promise.allSettled([remove(first, second), remove(second, first)]);
      const both = await Promise.all([first, second].map((id) => world.accounts.accountById(id)));
      const remaining = both.filter((one) => one?.state === 'active' && one.roles.includes('administrator'));
      expect(remaining).to.not.be.empty;
    });
  }

  it('keep the last administrator from leaving, and nobody else', async () => {
    const world = await accountsWorld();
    const first = await world.open(ada);
    const learner = await world.open();
    expect(await codeOf(world.accounts.assertMayClose(first))).to.equal('last-administrator');
    expect(await codeOf(world.accounts.assertMayClose(learner))).to.equal('done');
    await world.open({ ...ada, email: 'bob@mail.example' });
    expect(await codeOf(world.accounts.assertMayClose(first))).to.equal('done');
  });

  it('leave a line for the audit trail, with who and why', async () => {
    const world = await accountsWorld();
    const accountId = await world.open();
    const by = await world.open(ada);
    await world.accounts.grantRole({ by, accountId, role: 'support', reason: 'new-duties' });
    await world.accounts.grantRole({ by, accountId, role: 'support', reason: 'new-duties' });
    const granted = (await world.eventRecords()).filter(({ name }) => name === 'RoleGranted');
    expect(granted.map(({ payload }) => payload)).to.have.deep.members([
      { by: 'system', accountId: by, role: 'administrator', reason: 'account-opened' },
      { by, accountId, role: 'support', reason: 'new-duties' },
    ]);
  });
});

describe('The pages about other people’s accounts', () => {
  useAccountsDatabase();

  it('do not exist for anybody but administrators', async () => {
    const world = await accountsWorld();
    const accountId = await world.open({ roles: ['learner', 'support', 'billing'] });
    const visitor = await signedIn(world, zoe.email);
    expect((await visitor.get('/en/staff/accounts')).status).to.equal(404);
    expect((await visitor.get(`/en/staff/accounts/${accountId}`)).status).to.equal(404);
    const forged = await visitor.post(
      `/en/staff/accounts/${accountId}/roles`,
      { change: 'grant', role: 'administrator', reason: 'new-duties' },
      { from: '/en/account/profile' },
    );
    expect(forged.status).to.equal(404);
    expect((await world.accounts.accountById(accountId))?.roles).not.to.include('administrator');
  });

  it('find an account by its exact address or number, and nothing by a part of one', async () => {
    const world = await accountsWorld();
    const accountId = await world.open();
    await world.open(ada);
    const visitor = await signedIn(world, ada.email);
    const search = (query: string) => visitor.post('/en/staff/accounts', { query });
    for (const query of [' Zoe@MAIL.example', accountId]) {
      expect((await search(query)).headers.location).to.equal(`/en/staff/accounts/${accountId}`);
    }
    for (const query of ['zoe', '@mail.example', '.*@.*', accountId.slice(0, 8)]) {
      expect((await search(query)).status, query).to.equal(422);
    }
  });

  it('change roles by a reason, and never those of the administrator who is looking', async () => {
    const world = await accountsWorld();
    const accountId = await world.open();
    const own = await world.open(ada);
    const staff = await signedIn(world, ada.email);
    const page = `/en/staff/accounts/${accountId}`;
    const change = { change: 'grant', role: 'billing', reason: 'new-duties' };
    for (const wrong of [
      { role: 'learner' },
      { role: 'king' },
      { reason: '' },
      { change: 'make' },
      { by: 'x' },
    ]) {
      const answer = await staff.post(`${page}/roles`, { ...change, ...wrong });
      expect(answer.status, JSON.stringify(wrong)).to.equal(422);
    }
    expect((await staff.post(`${page}/roles`, change)).headers.location).to.equal(page);
    expect((await world.accounts.accountById(accountId))?.roles).to.deep.equal(['learner', 'billing']);
    const refused = await staff.post(`/en/staff/accounts/${own}/roles`, { ...change, change: 'revoke' });
    expect(refused.status).to.equal(409);
  });

  it('lock and unlock: the person is out at once and told after the right password', async () => {
    const world = await accountsWorld();
    const accountId = await world.open();
    await world.open(ada);
    const person = await signedIn(world, zoe.email);
    const staff = await signedIn(world, ada.email);
    const page = `/en/staff/accounts/${accountId}`;
    expect((await staff.post(`${page}/lock`, { reason: 'gossip' })).status).to.equal(422);
    expect((await staff.post(`${page}/lock`, { reason: 'suspected-takeover' })).headers.location).to.equal(
      page,
    );
    expect(world.sessionsEnded()).to.deep.equal([accountId]);
    expect(await person.whoAmI()).to.equal(undefined);
    expect((await person.signIn()).text).to.include('This account is locked');
    expect((await person.signIn(zoe.email, 'wrong')).text).not.to.include('This account is locked');
    await staff.post(`${page}/unlock`, { reason: 'owner-identified' });
    expect((await person.signIn()).status).to.equal(303);
  });
});
