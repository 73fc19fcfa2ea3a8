import { expect } from 'chai';
import { accountsWorld, collection, otherPassword, useAccountsDatabase, zoe } from './accounts-world.ts';

const hour = 3600;

describe('A forgotten password', () => {
  useAccountsDatabase();

  const withLink = async () => {
    const world = await accountsWorld();
    const id = await world.open();
    return { world, id, link: `/en${await world.accounts.mintLink(id, 'reset-password')}` };
  };

  it('is asked for alike by known and unknown addresses', async () => {
    const world = await accountsWorld();
    await world.open();
    const known = await world.visitor().post('/fr/forgot-password', { email: 'ZOE@mail.example' });
    const unknown = await world.visitor().post('/fr/forgot-password', { email: 'nobody@mail.example' });
    expect([known.status, known.headers.location, known.text]).to.deep.equal([
      unknown.status,
      unknown.headers.location,
      unknown.text,
    ]);
    expect(await world.events()).to.deep.equal(['PasswordResetRequested']);
  });

  it('sends no more than a few letters an hour to one mailbox, and answers as ever', async () => {
    const world = await accountsWorld({ rateLimits: 'standard' });
    await world.open();
    for (let i = 0; i < 6; i += 1) {
      const answer = await world.visitor().post('/en/forgot-password', { email: zoe.email });
      expect(answer.headers.location).to.equal('/en/forgot-password/sent');
    }
    expect(await world.events()).to.have.length(3);
  });

  it('is replaced by the link, once, and ends every session', async () => {
    const { world, link } = await withLink();
    const signedIn = world.visitor();
    await signedIn.signIn();
    const visitor = world.visitor();
    const answer = await visitor.post(link, { password: otherPassword });
    expect(answer.headers.location).to.equal('/en/sign-in?notice=password');
    expect(await signedIn.whoAmI()).to.equal(undefined);
    expect((await visitor.signIn()).status).to.equal(422);
    expect((await visitor.signIn(zoe.email, otherPassword)).status).to.equal(303);
    expect((await world.visitor().get(link)).status).to.equal(410);
    expect(await world.events()).to.include('PasswordChanged');
  });

  it('is set by one of two that use the link at once', async () => {
    const { world, link } = await withLink();
    const secret = link.split('/').at(-1) ?? '';
    const outcomes = await Promise.allSettled(
      [otherPassword, 'cinq girafes jaunes 8'].map((password) =>
        world.accounts.resetPassword(secret, password),
      ),
    );
    expect(outcomes.map(({ status }) => status)).to.have.members(['fulfilled', 'rejected']);
  });

  it('keeps the link usable after a password that was refused', async () => {
    const { world, link } = await withLink();
    const refused = await world.visitor().post(link, { password: 'motdepasse123' });
    expect(refused.status).to.equal(422);
    expect(refused.text).to.include('id="error-password"');
    expect((await world.visitor().post(link, { password: otherPassword })).status).to.equal(303);
  });

  it('takes a link for one hour', async () => {
    const { world, link } = await withLink();
    world.clock.advance(hour - 1);
    const visitor = world.visitor();
    expect((await visitor.get(link)).status).to.equal(200);
    world.clock.advance(1);
    const late = await visitor.post(link, { password: otherPassword }, { from: '/en/sign-in' });
    expect(late.status).to.equal(410);
    expect((await visitor.signIn()).status).to.equal(303);
  });

  it('makes every other link for a new password worthless', async () => {
    const { world, id, link } = await withLink();
    const second = `/en${await world.accounts.mintLink(id, 'reset-password')}`;
    await world.visitor().post(link, { password: otherPassword });
    expect((await world.visitor().get(second)).status).to.equal(410);
  });

  it('takes no link that was made for something else', async () => {
    const { world, id } = await withLink();
    const confirming = await world.accounts.mintLink(id, 'confirm-address');
    const crossed = confirming.replace('/confirm/', '/en/reset-password/');
    expect((await world.visitor().get(crossed)).status).to.equal(410);
    expect((await world.visitor().get('/en/reset-password/guessed')).status).to.equal(410);
  });

  it('opens no locked account', async () => {
    const { world, id, link } = await withLink();
    const by = await world.open({ email: 'ada@mail.example', roles: ['administrator'] });
    await world.accounts.lock({ by, accountId: id, reason: 'misuse' });
    await world.accounts.requestPasswordReset(zoe.email);
    expect(await world.events()).not.to.include('PasswordResetRequested');
    await world.visitor().post(link, { password: otherPassword }, { from: '/en/sign-in' });
    expect((await world.visitor().signIn(zoe.email, otherPassword)).status).to.equal(422);
  });
});

describe('Changing the password', () => {
  useAccountsDatabase();

  it('asks for the current one, ends the other sessions and keeps this one', async () => {
    const world = await accountsWorld();
    const id = await world.open();
    const [here, there] = [world.visitor(), world.visitor()];
    await here.signIn();
    await there.signIn();
    const wrong = await here.post('/en/account/password', {
      currentPassword: 'x',
      newPassword: otherPassword,
    });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.include('id="error-currentPassword"');
    const right = await here.post('/en/account/password', {
      currentPassword: zoe.password,
      newPassword: otherPassword,
    });
    expect(right.headers.location).to.equal('/en/account?notice=password');
    expect(world.sessionsEnded()).to.include(id);
    expect(await here.whoAmI()).to.equal(zoe.email);
    expect(await there.whoAmI()).to.equal(undefined);
    expect((await there.signIn()).status).to.equal(422);
  });

  it('ends a session even when a request still under way writes it back', async () => {
    const world = await accountsWorld();
    const id = await world.open();
    const visitor = world.visitor();
    await visitor.signIn();
    const sessions = await collection('sessions').find({ 'session.passport.user.id': id }).toArray();
    expect(sessions).to.have.length(1);
    await world.accounts.changePassword(id, zoe.password, otherPassword);
    await collection('sessions').insertMany(sessions);
    expect(await visitor.whoAmI()).to.equal(undefined);
  });

  it('lets nobody guess the current one at an open session', async () => {
    const world = await accountsWorld({ rateLimits: 'standard' });
    await world.open();
    const visitor = world.visitor();
    await visitor.signIn();
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) {
      const fields = { currentPassword: `guess ${i}`, newPassword: otherPassword };
      statuses.push((await visitor.post('/en/account/password', fields)).status);
    }
    expect(statuses).to.deep.equal([...Array(10).fill(422), 429]);
  });

  it('stores a hash and nothing else', async () => {
    const world = await accountsWorld();
    await world.open();
    const [stored] = await collection('accounts').find().toArray();
    expect(stored?.passwordHash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(stored)).not.to.include(zoe.password);
  });
});
