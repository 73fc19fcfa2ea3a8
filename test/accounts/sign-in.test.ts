import { hashSync } from '@node-rs/argon2';
import { expect } from 'chai';
import { ownPath } from '../../src/accounts/index.ts';
import {
  accountsWorld,
  collection,
  comparable,
  otherPassword,
  useAccountsDatabase,
  zoe,
} from './accounts-world.ts';

const hour = 3600;
const day = 24 * hour;

describe('Signing in', () => {
  useAccountsDatabase();

  it('opens the account, whatever the case of the address', async () => {
    const world = await accountsWorld();
    await world.open();
    const visitor = world.visitor();
    expect(await visitor.whoAmI()).to.equal(undefined);
    expect((await visitor.signIn('ZOE@Mail.Example')).status).to.equal(303);
    expect(await visitor.whoAmI()).to.equal(zoe.email);
  });

  it('goes on in the language of the account, or in that of the page that was wanted', async () => {
    const world = await accountsWorld();
    await world.open();
    expect((await world.visitor().signIn()).headers.location).to.equal('/fr/learn');
    const wanted = await world.visitor().signIn(zoe.email, zoe.password, { next: '/courses' });
    expect(wanted.headers.location).to.equal('/en/courses');
  });

  it('answers a wrong password and an unknown address alike, and does the same work', async () => {
    const world = await accountsWorld();
    await world.open();
    const wrong = await world.visitor().signIn(zoe.email, otherPassword);
    const unknown = await world.visitor().signIn('zoo@mail.example', otherPassword);
    expect(wrong.status).to.equal(unknown.status).and.equal(422);
    expect(comparable(wrong.text).replaceAll('zoe@', '')).to.equal(
      comparable(unknown.text).replaceAll('zoo@', ''),
    );
    const noted = await collection('login_events').find().toArray();
    expect(noted.map(({ outcome }) => outcome)).to.deep.equal(['bad_password', 'bad_password']);
    expect(JSON.stringify(noted)).not.to.include('zoo@');
  });

  it('compares the password exactly', async () => {
    const world = await accountsWorld();
    await world.open({ password: ' Élan vital: 𝄞 und so fort ' });
    const tries = [
      'Élan vital: 𝄞 und so fort',
      ' élan vital: 𝄞 und so fort ',
      ' E\u0301lan vital: 𝄞 und so fort ',
    ];
    for (const password of tries) {
      expect((await world.visitor().signIn(zoe.email, password)).status, password).to.equal(422);
    }
    expect((await world.visitor().signIn(zoe.email, ' Élan vital: 𝄞 und so fort ')).status).to.equal(303);
  });

  it('tells apart passwords that differ only in their last of 128 characters', async () => {
    const world = await accountsWorld();
    const long = 'Lange Wörter, kurze Sätze; '.repeat(5).slice(0, 127);
    await world.open({ password: `${long}a` });
    expect((await world.visitor().signIn(zoe.email, `${long}b`)).status).to.equal(422);
    expect((await world.visitor().signIn(zoe.email, `${long}a`)).status).to.equal(303);
  });

  it('takes no operator for a password or an address', async () => {
    const world = await accountsWorld();
    await world.open();
    const visitor = world.visitor();
    for (const fields of [
      { 'email[$ne]': 'x', 'password[$ne]': 'x' },
      { email: zoe.email, 'password[$gt]': '' },
      { email: zoe.email, password: zoe.password, extra: '1' },
    ]) {
      expect((await visitor.post('/en/sign-in', fields as never)).status).to.equal(422);
    }
    expect(await visitor.whoAmI()).to.equal(undefined);
  });

  it('starts a new session, so that one planted before is worth nothing', async () => {
    const world = await accountsWorld();
    await world.open();
    const visitor = world.visitor();
    const planted = (await visitor.get('/en/sign-in')).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const answer = await visitor.signIn();
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0];
    expect(cookie).to.be.a('string').and.not.equal(planted);
    const intruder = await world.visitor().get('/learn').set('Cookie', planted);
    expect(intruder.status).to.equal(303);
    expect(intruder.headers.location).to.match(/^\/en\/sign-in/);
  });

  it('is refused to forms of other sites', async () => {
    const world = await accountsWorld();
    await world.open();
    const visitor = world.visitor();
    const { agent } = visitor;
    const fields = { email: zoe.email, password: zoe.password };
    expect((await agent.post('/en/sign-in').type('form').send(fields)).status).to.equal(403);
    await visitor.signIn();
    expect((await agent.post('/en/sign-out').type('form').send({})).status).to.equal(403);
    expect(await visitor.whoAmI()).to.equal(zoe.email);
  });

  it('brings people back to the page of ours that they wanted', async () => {
    const world = await accountsWorld();
    await world.open();
    const visitor = world.visitor();
    const sent = await visitor.get('/fr/for-billing?a=1&b=é');
    expect(sent.status).to.equal(303);
    const form = await visitor.get(sent.headers.location ?? '');
    const next = /name="next" value="([^"]+)"/
      .exec(form.text)?.[1]
      ?.replaceAll('&amp;', '&')
      .replaceAll('&#x3D;', '=');
    const answer = await visitor.signIn(zoe.email, zoe.password, { next: next ?? '' });
    expect(answer.headers.location).to.equal('/en/for-billing?a=1&b=%C3%A9');
  });

  for (const next of [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    '\\\\evil.example',
    '/..//evil.example/x',
    'javascript:alert(1)',
    'http:evil.example',
    '/en//evil.example',
    '/fr/\\evil.example',
    '/%0d%0aLocation:https://evil.example',
  ]) {
    it(`sends nobody away to ${JSON.stringify(next)}`, async () => {
      const world = await accountsWorld();
      await world.open();
      const answer = await world.visitor().signIn(zoe.email, zoe.password, { next });
      const location = new URL(answer.headers.location ?? '', 'http://own.example/en/sign-in');
      expect(answer.status).to.equal(303);
      expect(location.origin).to.equal('http://own.example');
      expect(location.pathname).not.to.match(/^\/\/|^\/(en|fr)\/\//);
    });
  }

  it('knows its own paths', () => {
    expect(ownPath('/learn/x?y=1', '/')).to.equal('/learn/x?y=1');
    expect(ownPath(['/learn'], '/')).to.equal('/');
    expect(ownPath(undefined, '/')).to.equal('/');
  });

  it('pauses after ten failures on one account from one network, and only there', async () => {
    const world = await accountsWorld({ rateLimits: 'standard' });
    await world.open();
    const visitor = world.visitor();
    const attempt = (password: string, ip: string) =>
      visitor.post('/en/sign-in', { email: zoe.email, password }, { ip });
    for (let i = 0; i < 10; i += 1) expect((await attempt(otherPassword, '192.0.2.7')).status).to.equal(422);
    const refused = await attempt(zoe.password, '192.0.2.7');
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers['retry-after'])).to.be.within(1, 900);
    expect((await attempt(zoe.password, '198.51.100.9')).status).to.equal(303);
  });

  it('pauses an unknown address in the same way', async () => {
    const world = await accountsWorld({ rateLimits: 'standard' });
    const visitor = world.visitor();
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) statuses.push((await visitor.signIn('nobody@mail.example', 'x')).status);
    expect(statuses).to.deep.equal([...Array(10).fill(422), 429]);
  });

  it('renews a hash of older parameters', async () => {
    const world = await accountsWorld();
    const id = await world.open();
    const old = hashSync(zoe.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await collection('accounts').updateOne({ _id: id as never }, { $set: { passwordHash: old } });
    expect((await world.visitor().signIn()).status).to.equal(303);
    const { passwordHash } = (await collection('accounts').findOne({ _id: id as never })) as never;
    expect(passwordHash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await world.visitor().signIn()).status).to.equal(303);
  });
});

describe('A session', () => {
  useAccountsDatabase();

  it('ends with signing out, in this browser and in the store', async () => {
    const world = await accountsWorld();
    await world.open();
    const visitor = world.visitor();
    const cookie = (await visitor.signIn()).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const answer = await visitor.post('/en/sign-out', {}, { from: '/en/account/password' });
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/en/']);
    expect(await visitor.whoAmI()).to.equal(undefined);
    expect((await world.visitor().get('/learn').set('Cookie', cookie)).status).to.equal(303);
  });

  it('lasts 30 days for a learner, however busy', async () => {
    const world = await accountsWorld();
    await world.open();
    const visitor = world.visitor();
    await visitor.signIn();
    world.clock.advance(30 * day);
    expect(await visitor.whoAmI()).to.equal(zoe.email);
    world.clock.advance(1);
    expect(await visitor.whoAmI()).to.equal(undefined);
  });

  it('lasts 12 hours for staff', async () => {
    const world = await accountsWorld();
    await world.open({ roles: ['learner', 'billing'] });
    const visitor = world.visitor();
    await visitor.signIn();
    world.clock.advance(12 * hour + 1);
    expect(await visitor.whoAmI()).to.equal(undefined);
  });

  it('takes along what rests on it, when somebody signs out, signs in anew, or has the account closed', async () => {
    const world = await accountsWorld();
    const id = await world.open();
    const visitor = world.visitor();
    await visitor.signIn();
    expect(world.sessionsEnded()).to.deep.equal([]);
    const again = { email: zoe.email, password: zoe.password };
    await visitor.post('/en/sign-in', again, { from: '/en/account/password' });
    expect(world.sessionsEnded()).to.deep.equal([id]);
    await visitor.post('/en/sign-out', {}, { from: '/en/account/password' });
    expect(world.sessionsEnded()).to.deep.equal([id]);
    await world.accounts.close(id);
    expect(world.sessionsEnded()).to.deep.equal([id]);
  });

  it('ends everywhere when the account is closed', async () => {
    const world = await accountsWorld();
    const id = await world.open();
    const visitor = world.visitor();
    await visitor.signIn();
    await world.accounts.close(id);
    await world.accounts.close(id);
    expect(await visitor.whoAmI()).to.equal(undefined);
    expect((await visitor.signIn()).status).to.equal(422);
    expect((await world.events()).filter((name) => name === 'AccountClosed')).to.have.length(1);
    expect(
      await collection('sessions').countDocuments({ 'session.passport.user': { $exists: true } }),
    ).to.equal(0);
  });
});

describe('The history of sign-ins', () => {
  useAccountsDatabase();

  it('keeps time, outcome, browser family and a shortened network, newest first', async () => {
    const world = await accountsWorld();
    const id = await world.open();
    const visitor = world.visitor();
    visitor.agent.set('User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0');
    await visitor.post('/en/sign-in', { email: zoe.email, password: 'wrong' }, { ip: '203.0.113.77' });
    world.clock.advance(60);
    await visitor.post(
      '/en/sign-in',
      { email: zoe.email, password: zoe.password },
      { ip: '2001:db8:1:2::77' },
    );
    const history = await world.accounts.loginHistory(id);
    expect(history.map(({ outcome, network, browser }) => ({ outcome, network, browser }))).to.deep.equal([
      { outcome: 'success', network: '2001:db8:1::/48', browser: 'Firefox' },
      { outcome: 'bad_password', network: '203.0.113.0/24', browser: 'Firefox' },
    ]);
    const page = await visitor.get('/en/account');
    expect(page.text).to.include('203.0.113.0/24').and.include('Firefox');
  });

  it('is forgotten after twelve months', async () => {
    const world = await accountsWorld();
    const id = await world.open();
    await world.visitor().signIn();
    world.clock.advance(364 * day);
    await world.accounts.personalData.expire(world.clock.now());
    expect(await world.accounts.loginHistory(id)).to.have.length(1);
    world.clock.advance(2 * day);
    await world.accounts.personalData.expire(world.clock.now());
    expect(await world.accounts.loginHistory(id)).to.have.length(0);
  });
});
