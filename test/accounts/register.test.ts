import { expect } from 'chai';
import { addressLimits } from '../../src/web/pages/account-deps.ts';
import {
  accountsWorld,
  collection,
  comparable,
  otherPassword,
  useAccountsDatabase,
  zoe,
} from './accounts-world.ts';

const day = 86_400;

describe('Registering', () => {
  useAccountsDatabase();

  it('opens an account that waits for its address, and tells the letters', async () => {
    const world = await accountsWorld();
    const answer = await world.visitor().post('/en/register', zoe);
    expect(answer.status).to.equal(303);
    expect(answer.headers.location).to.equal('/en/register/sent');
    expect(await world.events()).to.deep.equal(['AccountRegistered']);
    expect(await world.accounts.accountByEmail('ZOE@Mail.example')).to.include({
      state: 'pending_verification',
    });
  });

  it('takes a newcomer on to the page they were going to, unless it is not ours', async () => {
    const world = await accountsWorld();
    const newcomer = world.visitor();
    const next = '/paths/data-protection-at-work/start';
    const form = await newcomer.get(`/en/register?next=${encodeURIComponent(`/en${next}`)}`);
    expect(form.text).to.include(`name="next" value="${next}"`);
    await newcomer.post('/en/register', { ...zoe, next });
    const { id } = (await world.accounts.accountByEmail(zoe.email))!;
    const link = await world.accounts.mintLink(id, 'confirm-address');
    const confirmed = await newcomer.post(`/en${link}`, {});
    expect(confirmed.headers.location).to.equal(
      `/en/sign-in?next=${encodeURIComponent(next)}&notice=confirmed`,
    );
    const elsewhere = await world.visitor().get('/en/register?next=https://elsewhere.example/');
    expect(elsewhere.text).not.to.include('name="next"');
  });

  it('answers a known address exactly as a new one', async () => {
    const world = await accountsWorld();
    await world.open();
    const known = await world.visitor().post('/en/register', { ...zoe, email: 'ZOE@mail.example' });
    const fresh = await world.visitor().post('/en/register', { ...zoe, email: 'new@mail.example' });
    expect([known.status, known.headers.location, known.text]).to.deep.equal([
      fresh.status,
      fresh.headers.location,
      fresh.text,
    ]);
    expect(await world.events()).to.have.members(['RegistrationRepeated', 'AccountRegistered']);
    expect(await world.visitor().signIn()).to.have.property('status', 303);
  });

  it('judges the password alike for a known address', async () => {
    const world = await accountsWorld();
    await world.open();
    const weak = { ...zoe, password: 'motdepasse123' };
    const known = await world.visitor().post('/en/register', weak);
    const fresh = await world.visitor().post('/en/register', { ...weak, email: 'zoo@mail.example' });
    expect(known.status).to.equal(422);
    expect(comparable(known.text).replaceAll('zoe@', '')).to.equal(
      comparable(fresh.text).replaceAll('zoo@', ''),
    );
  });

  it('gives one of two at once the account, and the same answer to both', async () => {
    const world = await accountsWorld();
    const outcomes = await Promise.all([
      world.accounts.register(zoe),
      world.accounts.register({ ...zoe, email: 'Zoe@MAIL.example', givenName: 'Zoë' }),
    ]);
    expect(outcomes).to.deep.equal([undefined, undefined]);
    expect(await collection('accounts').countDocuments()).to.equal(1);
  });

  it('lets the newest registration count until the address is confirmed, and kills older links', async () => {
    const world = await accountsWorld();
    await world.accounts.register({ ...zoe, password: 'what the intruder knows 1' });
    const { id } = (await world.accounts.accountByEmail(zoe.email))!;
    const older = await world.accounts.mintLink(id, 'confirm-address');
    await world.accounts.register(zoe);
    expect((await world.visitor().get(`/en${older}`)).status).to.equal(410);
    const newer = await world.accounts.mintLink(id, 'confirm-address');
    await world.visitor().post(`/en${newer}`, {});
    expect((await world.visitor().signIn(zoe.email, 'what the intruder knows 1')).status).to.equal(422);
    expect((await world.visitor().signIn()).status).to.equal(303);
  });

  it('shows every fault at once, keeps what was typed but never the password', async () => {
    const world = await accountsWorld();
    const answer = await world.visitor().post('/fr/register', {
      ...zoe,
      familyName: '<script>alert(1)</script>',
      email: 'zoe',
      password: 'azertyuiop12',
    });
    expect(answer.status).to.equal(422);
    for (const field of ['familyName', 'email', 'password']) {
      expect(answer.text.match(new RegExp(`href="#field-${field}"`, 'g')), field).to.have.length(1);
    }
    expect(answer.text).to.include('value="Zoé"');
    expect(answer.text).not.to.include('azertyuiop12');
    expect(answer.text).not.to.include('<script>alert');
  });

  it('asks for the given name unless the person has a single one', async () => {
    const world = await accountsWorld();
    const without = { ...zoe, givenName: '' };
    const refused = await world.visitor().post('/en/register', without);
    expect(refused.text).to.include('href="#field-givenName"');
    const taken = await world.visitor().post('/en/register', { ...without, singleName: 'yes' });
    expect(taken.status).to.equal(303);
  });

  it('refuses fields that the form does not have', async () => {
    const world = await accountsWorld();
    for (const extra of [{ roles: 'administrator' }, { state: 'active' }, { 'email[$ne]': 'x' }]) {
      const answer = await world.visitor().post('/en/register', { ...zoe, ...extra });
      expect(answer.status, JSON.stringify(extra)).to.equal(422);
    }
    expect(await collection('accounts').countDocuments()).to.equal(0);
  });

  it('stops a program that tries address after address, and says how long to wait', async () => {
    const world = await accountsWorld({ rateLimits: 'standard' });
    const visitor = world.visitor();
    const allowed = addressLimits.register.points;
    const statuses: number[] = [];
    for (let i = 0; i < allowed; i += 1) {
      const weak = { ...zoe, email: `zoe${i}@mail.example`, password: 'short' };
      statuses.push((await visitor.post('/en/register', weak)).status);
    }
    expect(statuses).to.deep.equal(Array(allowed).fill(422));
    const refused = await visitor.post('/en/register', zoe);
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers['retry-after'])).to.be.above(0);
    const elsewhere = await visitor.post('/en/register', zoe, { ip: '198.51.100.9' });
    expect(elsewhere.status).to.equal(303);
  });

  it('sends three letters an hour to one mailbox, answers as ever, and still lets the newest count', async () => {
    const world = await accountsWorld({ rateLimits: 'standard' });
    await world.accounts.register({ ...zoe, password: 'what the intruder knows 1' });
    const { id } = (await world.accounts.accountByEmail(zoe.email))!;
    for (let i = 0; i < 3; i += 1) await world.accounts.resendConfirmation(zoe.email);
    const theirs = await world.accounts.mintLink(id, 'confirm-address');
    const answer = await world.visitor().post('/en/register', zoe);
    expect(answer.headers.location).to.equal('/en/register/sent');
    expect(await world.events()).to.have.length(3);
    expect((await world.visitor().get(`/en${theirs}`)).status).to.equal(410);
    await world.accounts.requestPasswordReset(zoe.email);
    expect(await world.events()).to.include('PasswordResetRequested');
  });

  it('writes to a person who has an account three times an hour, whoever asks', async () => {
    const world = await accountsWorld({ rateLimits: 'standard' });
    await world.open();
    for (let i = 0; i < 5; i += 1) await world.accounts.register(zoe);
    expect(await world.events()).to.deep.equal(Array(3).fill('RegistrationRepeated'));
  });

  it('offers the countries in the order of the reader’s language', async () => {
    const world = await accountsWorld();
    const namesIn = async (language: string) =>
      [
        ...(await world.visitor().get(`/${language}/register`)).text.matchAll(
          /<option value="[A-Z]{2}">([^<]+)/g,
        ),
      ].map(([, name]) => name ?? '');
    for (const [language, first, last] of [
      ['en', 'Afghanistan', 'Zimbabwe'],
      ['fr', 'Afghanistan', 'Zimbabwe'],
    ] as const) {
      const names = await namesIn(language);
      expect(names).to.have.length(249);
      expect([names[0], names.at(-1)]).to.deep.equal([first, last]);
    }
    const french = await namesIn('fr');
    expect(french.indexOf('Égypte')).to.be.below(french.indexOf('Espagne'));
  });

  it('is not offered to who is signed in', async () => {
    const world = await accountsWorld();
    await world.open();
    const visitor = world.visitor();
    await visitor.signIn();
    expect((await visitor.get('/en/register')).headers.location).to.equal('/en/learn');
    expect((await visitor.get('/en/sign-in')).headers.location).to.equal('/en/learn');
    expect((await visitor.get('/en/sign-in?next=/account')).headers.location).to.equal('/en/account');
  });

  it('is forgotten after seven days without confirmation', async () => {
    const world = await accountsWorld();
    await world.accounts.register(zoe);
    world.clock.advance(7 * day - 1);
    await world.accounts.personalData.expire(world.clock.now());
    expect(await collection('accounts').countDocuments()).to.equal(1);
    world.clock.advance(2);
    await world.accounts.personalData.expire(world.clock.now());
    expect(await collection('accounts').countDocuments()).to.equal(0);
  });
});

describe('Confirming an address', () => {
  useAccountsDatabase();

  const registered = async () => {
    const world = await accountsWorld();
    await world.accounts.register(zoe);
    const { id } = (await world.accounts.accountByEmail(zoe.email))!;
    return { world, id, link: `/en${await world.accounts.mintLink(id, 'confirm-address')}` };
  };

  it('takes a click: a scanner that only looks changes nothing', async () => {
    const { world, id, link } = await registered();
    for (let looks = 0; looks < 3; looks += 1) expect((await world.visitor().get(link)).status).to.equal(200);
    expect(await world.accounts.accountById(id)).to.include({ state: 'pending_verification' });
    const answer = await world.visitor().post(link, {});
    expect(answer.headers.location).to.equal('/en/sign-in?notice=confirmed');
    expect(await world.accounts.accountById(id)).to.include({ state: 'active' });
  });

  it('works once and for 24 hours', async () => {
    const { world, id, link } = await registered();
    const late = `/en${await world.accounts.mintLink(id, 'confirm-address')}`;
    await world.visitor().post(link, {});
    expect((await world.visitor().get(link)).status).to.equal(410);
    world.clock.advance(day);
    expect((await world.visitor().get(late)).status).to.equal(410);
  });

  it('lets nobody in before, and says so only after the right password', async () => {
    const { world } = await registered();
    const right = await world.visitor().signIn();
    const wrong = await world.visitor().signIn(zoe.email, otherPassword);
    const unknown = await world.visitor().signIn('nobody@mail.example', otherPassword);
    expect(right.text).to.include('not confirmed yet');
    expect(wrong.text).not.to.include('not confirmed');
    expect(comparable(wrong.text).replace(zoe.email, '')).to.equal(
      comparable(unknown.text).replace('nobody@mail.example', ''),
    );
  });

  it('sends another letter to those who wait, and answers everybody alike', async () => {
    const { world } = await registered();
    const waiting = await world.visitor().post('/en/confirm', { email: zoe.email });
    const unknown = await world.visitor().post('/en/confirm', { email: 'nobody@mail.example' });
    expect([waiting.status, waiting.headers.location]).to.deep.equal([
      unknown.status,
      unknown.headers.location,
    ]);
    expect(await world.events()).to.deep.equal(['AccountRegistered', 'AccountRegistered']);
  });

  it('keeps no link that could be read out of the database', async () => {
    const { link } = await registered();
    const secret = link.split('/').at(-1) ?? '';
    const stored = JSON.stringify(await collection('account_tokens').find().toArray());
    expect(secret).to.have.length.above(40);
    expect(stored).not.to.include(secret);
  });
});
