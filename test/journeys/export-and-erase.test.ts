import { expect } from 'chai';
import { strFromU8, unzipSync } from 'fflate';
import { expectStatus } from '../support/client.ts';
import { buy, eraseAccount, exportData, signIn } from '../support/walk.ts';
import { openWorld, paidCourse, type Someone, type World } from '../support/world.ts';

describe('a learner who takes everything along and leaves', function () {
  this.timeout(60_000);
  let world: World;
  let learner: Someone;
  let other: Someone;
  let identifier: string;
  let credential: string;
  before(async () => {
    world = await openWorld();
    // A name that no course speaks of.
    learner = await world.learner({
      givenName: 'Ludmila',
      familyName: 'Řezníčková',
      email: 'ludmila.reznickova@example.org',
    });
    other = await world.learner({ givenName: 'Ángel', familyName: 'Ibarra', email: 'angel@example.org' });
    ({ identifier } = await world.completed(learner));
    await buy(learner.client, paidCourse);
    await world.settle();
    credential = expectStatus(await learner.client.get(`/en/certificates/${identifier}.json`)).text;
  });
  after(() => world.close());

  const namesHer = (text: string): boolean => /Ludmila|Řezníčková|ludmila\.reznickova/.test(text);

  it('gets a ZIP with data, certificate, credential and receipt, and nothing of others', async () => {
    const { bytes, headers } = expectStatus(await exportData(learner.client));
    expect(headers.get('content-type')).to.contain('application/zip');
    const files = unzipSync(bytes);
    const names = Object.keys(files).join(' ');
    for (const wanted of ['manifest.json', 'index.html', 'data/accounts.json', identifier, 'R-2026-000001']) {
      expect(names).to.contain(wanted);
    }
    const texts = Object.values(files)
      .map((file) => strFromU8(file, true))
      .join('\n');
    expect(texts).to.not.contain('angel@example.org');
    expect(strFromU8(files['data/accounts.json'] ?? new Uint8Array())).to.not.match(/argon2|passwordHash/);
  });

  it('is not erased by somebody who does not know the password', async () => {
    const refused = await eraseAccount(learner.client, 'not the password').catch(String);
    expect(refused).to.match(/422/);
    expect((await learner.client.get('/en/account')).path).to.equal('/en/account');
  });

  it('is signed out everywhere by the erasure, and cannot come back', async () => {
    const elsewhere = world.visitor();
    await signIn(elsewhere, learner);
    await eraseAccount(learner.client, learner.password);
    for (const client of [learner.client, elsewhere]) {
      expect((await client.get('/en/account')).page().title).to.equal('Sign in');
    }
    await world.settle();
    expect(await signIn(world.visitor(), learner).catch(String)).to.match(/422/);
  });

  it('is named nowhere in public, while the file that was kept still verifies', async () => {
    const stranger = world.visitor();
    const page = expectStatus(await stranger.get(`/en/v/${identifier}`));
    expect(namesHer(page.text)).to.equal(false);
    const known = await stranger.get(`/v/${identifier}`, { accept: 'application/json' });
    expect(known.json().verdict).to.equal('holder_erased');
    expect(namesHer(known.text)).to.equal(false);
    const body = new FormData();
    body.set('credential', credential);
    const kept = await stranger.request('/verify', { method: 'POST', accept: 'application/json', body });
    expect(kept.json().verdict).to.equal('verified');
  });

  it('is named in no collection but the receipts that the law wants kept', async () => {
    const { connection } = world.modules.platform.database;
    const naming: string[] = [];
    for (const { collectionName } of await (connection.db?.collections() ?? [])) {
      const documents = await connection.collection(collectionName).find({}).toArray();
      if (namesHer(JSON.stringify(documents))) naming.push(collectionName);
    }
    expect(naming).to.deep.equal(['receipts']);
  });

  it('leaves everybody else as they were', async () => {
    expectStatus(await other.client.get('/en/account'));
    expect((await world.modules.accounts.accountById(other.accountId))?.familyName).to.equal('Ibarra');
  });
});
