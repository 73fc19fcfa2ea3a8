import { expect } from 'chai';
import {
  accountsWorld,
  collection,
  everythingStored,
  otherPassword,
  useAccountsDatabase,
} from './accounts-world.ts';

const canary = {
  givenName: 'Kanarienvogel',
  familyName: 'Zwitscherling',
  email: 'canary+tag@aviary.example',
  country: 'LI',
  language: 'fr',
  password: 'graines de tournesol 77',
} as const;
const traces = ['kanarienvogel', 'zwitscherling', 'canary', 'aviary', 'argon2', '203.0.113'];

/** An account that has left traces wherever it can. */
const livedIn = async () => {
  const world = await accountsWorld({ rateLimits: 'standard' });
  await world.accounts.register(canary);
  const { id } = (await world.accounts.accountByEmail(canary.email))!;
  const link = await world.accounts.mintLink(id, 'confirm-address');
  await world.accounts.confirmAddress(link.split('/').at(-1) ?? '');
  const visitor = world.visitor();
  const ip = '203.0.113.77';
  await visitor.post('/en/sign-in', { email: canary.email, password: otherPassword }, { ip });
  await visitor.post('/en/sign-in', { email: canary.email, password: canary.password }, { ip });
  await world.accounts.requestPasswordReset(canary.email);
  await world.accounts.mintLink(id, 'reset-password');
  await world.events();
  return { world, id, visitor };
};

describe('The data of a person', () => {
  useAccountsDatabase();

  it('is exported without secrets', async () => {
    const { world, id } = await livedIn();
    const exported = await world.accounts.personalData.export(id);
    expect(exported.account).to.have.length(1);
    expect(exported.account?.[0]).to.include({ email: canary.email, givenName: canary.givenName });
    expect(exported.signIns).to.have.length(2);
    expect(JSON.stringify(exported)).not.to.match(/argon2|passwordHash|sessionEpoch/);
  });

  it('is gone after the erasure, except for a number and a date', async () => {
    const { world, id, visitor } = await livedIn();
    const before = (await everythingStored()).toLowerCase();
    expect(before).to.include(`"user":{"id":"${id}"`);
    expect(traces.filter((trace) => !before.includes(trace))).to.deep.equal([]);
    await world.accounts.close(id);
    await world.accounts.personalData.erase(id);
    const after = (await everythingStored()).toLowerCase();
    expect(traces.filter((trace) => after.includes(trace))).to.deep.equal([]);
    for (const name of ['account_tokens', 'login_events']) {
      expect(await collection(name).countDocuments({ accountId: id }), name).to.equal(0);
    }
    expect(await world.accounts.accountById(id)).to.include({ state: 'closed', email: '', givenName: '' });
    expect(await world.accounts.contactOf(id)).to.equal(undefined);
    expect(await world.accounts.nameOf(id)).to.equal(undefined);
    expect(await visitor.whoAmI()).to.equal(undefined);
  });

  it('is planned as it is then erased, and a second erasure finds nothing more', async () => {
    const { world, id } = await livedIn();
    const plan = await world.accounts.personalData.planErasure(id);
    expect(plan.map(({ outcome, records }) => [outcome, records])).to.deep.equal([
      ['erased', 1],
      ['erased', 2],
    ]);
    expect(await world.accounts.personalData.erase(id)).to.deep.equal(plan);
    expect(await everythingStored()).not.to.match(new RegExp(`"user":\\{"id":"${id}"`));
    const again = await world.accounts.personalData.erase(id);
    expect(again.map(({ records }) => records)).to.deep.equal([0, 0]);
    expect(await world.accounts.personalData.planErasure(id)).to.deep.equal([]);
  });

  it('leaves the address free to register again, as somebody new', async () => {
    const { world, id } = await livedIn();
    await world.accounts.close(id);
    await world.accounts.personalData.erase(id);
    await world.accounts.register({ ...canary, givenName: 'Neu' });
    const fresh = await world.accounts.accountByEmail(canary.email);
    expect(fresh).to.include({ state: 'pending_verification', givenName: 'Neu' });
    expect(fresh?.id).not.to.equal(id);
  });

  it('is described in both languages', async () => {
    const world = await accountsWorld();
    for (const record of world.accounts.personalData.describe()) {
      for (const text of [record.category, record.purpose, record.keptFor, record.recipients]) {
        expect(text.en).to.be.a('string').and.not.equal(text.fr);
      }
    }
  });
});
