import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import {
  createDocumentLoader,
  didKeyOf,
  generateKeyPair,
  importKey,
  type JsonObject,
  type SigningKey,
  secure,
  verificationMethodOf,
} from '../../src/vc/index.ts';
import { type Client, expectStatus } from '../support/client.ts';
import { statusBit } from '../support/status-bit.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';

type Entry = { statusPurpose: string; statusListCredential: string; statusListIndex: string };
type Credential = JsonObject & { credentialStatus: readonly [Entry, Entry] };
type Report = {
  verified?: boolean;
  verdict: string;
  suspension?: { at: string; reason: string };
  checks: { name: string; outcome: string; reason: string }[];
};

describe('a certificate that is suspended', function () {
  this.timeout(60_000);
  let world: World;
  let learner: Someone;
  let examiner: Someone;
  let identifier: string;
  let credential: Credential;
  before(async () => {
    world = await openWorld();
    learner = await world.learner();
    examiner = await world.staff('examiner');
    ({ identifier } = await world.completed(learner));
    const file = await learner.client.get(`/en/certificates/${identifier}.json`);
    credential = expectStatus(file).json<Credential>();
  });
  after(() => world.close());

  const bitFor = async (wanted: string): Promise<boolean> => {
    const entry = credential.credentialStatus.find(({ statusPurpose }) => statusPurpose === wanted);
    const path = new URL(String(entry?.statusListCredential)).pathname;
    const list = expectStatus(await world.visitor().get(path, { accept: 'application/vc' }));
    return statusBit(list.json(), String(entry?.statusListIndex));
  };
  const verify = async (verifiableCredential: unknown): Promise<Report> => {
    const body = JSON.stringify({ verifiableCredential });
    const options = { method: 'POST', accept: 'application/json', type: 'application/json', body };
    return (await world.visitor().request('/credentials/verify', options)).json<Report>();
  };
  const statusOf = (report: Report) => report.checks.find(({ name }) => name === 'status');
  const register = (path = ''): string => `/en/staff/certificates/${identifier}${path}`;
  const suspend = async (client: Client, reason: string) => {
    const form = expectStatus(await client.get(register('/suspend')))
      .page()
      .form(/\/suspend$/);
    return client.send(form, { reason, note: 'seen twice' });
  };
  const lift = async (client: Client) => {
    const form = expectStatus(await client.get(register()))
      .page()
      .form(/\/lift$/);
    return client.send(form);
  };

  it('cannot be suspended by its holder, nor without a reason', async () => {
    expect((await learner.client.get(register('/suspend'))).status).to.equal(404);
    expect((await suspend(examiner.client, '')).status).to.equal(422);
    expect((await suspend(examiner.client, 'fraud')).status).to.equal(422);
    expect((await verify(credential)).verdict).to.equal('verified');
  });

  it('is told at once to whoever verifies it: since when and why, in both languages, and never as verified', async () => {
    const done = expectStatus(await suspend(examiner.client, 'enquiry')).page();
    expect(done.text).to.contain('This certificate is suspended');
    expect([await bitFor('suspension'), await bitFor('revocation')]).to.deep.equal([true, false]);
    const report = await verify(credential);
    expect(report).to.include({ verified: false, verdict: 'verified_not_current' });
    expect(report.suspension).to.deep.equal({ at: world.clock.now().toISOString(), reason: 'enquiry' });
    expect(statusOf(report)).to.include({ outcome: 'failed', reason: 'suspended' });
    const english = (await world.visitor().get(`/en/v/${identifier}`)).page().text;
    expect(english).to.contain('Suspended since 23 November 2026').and.to.contain('how it was obtained');
    const french = (await world.visitor().get(`/fr/v/${identifier}`)).page().text;
    expect(french)
      .to.contain('Suspendu depuis le 23 novembre 2026')
      .and.to.contain('suspendu pour le moment');
    expect(english + french).not.to.contain('seen twice');
    expect((await learner.client.get(`/en/certificates/${identifier}`)).text).to.contain('We suspended');
  });

  it('counts as before when the suspension is lifted, and can be suspended again', async () => {
    world.clock.advance({ minutes: 1 });
    expectStatus(await lift(examiner.client));
    expect(await bitFor('suspension')).to.equal(false);
    expect(await verify(credential)).to.include({ verified: true, verdict: 'verified' });
    await suspend(examiner.client, 'payment-disputed');
    expect((await verify(credential)).verdict).to.equal('verified_not_current');
    // What follows from the three changes comes late and in any order: the last one stands.
    await world.settle();
    expect(await bitFor('suspension')).to.equal(true);
    await lift(examiner.client);
    await world.settle();
    expect((await verify(credential)).verdict).to.equal('verified');
  });

  it('is told to its holder each time, and written down', async () => {
    const subjects = world.lettersTo(learner).map(({ subject }) => subject);
    expect(subjects.filter((one) => one === 'Your certificate is suspended')).to.have.length(2);
    expect(subjects.filter((one) => one === 'Your certificate counts again')).to.have.length(2);
    const target = `certificate:${identifier}`;
    const trail = await world.modules.audit.list({ target, limit: 10 });
    expect(trail.map(({ action, reason }) => [action, reason]).reverse()).to.deep.equal([
      ['CertificateSuspended', 'enquiry'],
      ['CertificateSuspensionLifted', undefined],
      ['CertificateSuspended', 'payment-disputed'],
      ['CertificateSuspensionLifted', undefined],
    ]);
  });

  it('can be withdrawn for good, and then no lifting brings it back', async () => {
    const other = await world.completed(await world.learner());
    await world.modules.issuer.suspend({ identifier: other.identifier, by: 'staff', reason: 'enquiry' });
    const both = (await world.modules.issuer.certificate(other.identifier)) as { credential?: JsonObject };
    await world.modules.issuer.revoke({ identifier: other.identifier, by: 'staff', reason: 'fraud' });
    await world.modules.issuer.liftSuspension({ identifier: other.identifier, by: 'staff' });
    await world.settle();
    expect(await verify(both.credential)).to.include({ verified: false, verdict: 'not_valid' });
  });

  describe('and the published lists', () => {
    let key: SigningKey;
    before(async () => {
      const file = `${world.modules.platform.config.issuerKeysDir}/issuer-key.json`;
      key = importKey(JSON.parse(await readFile(file, 'utf8')));
    });

    const signAs = async (signing: SigningKey, changes: JsonObject): Promise<JsonObject> => {
      const { proof: _proof, id: _id, ...content } = credential;
      const did = didKeyOf(signing.publicKeyMultibase);
      const document = { ...content, issuer: did, ...changes };
      return secure(document, {
        key: signing,
        issuer: did,
        verificationMethod: verificationMethodOf(did, signing.publicKeyMultibase),
        created: world.clock.now(),
        proofs: ['eddsa-rdfc-2022'],
        documentLoader: createDocumentLoader(),
      });
    };
    const withEntry = (changes: object, signing = key): Promise<JsonObject> => {
      const [{ ...entry }] = credential.credentialStatus;
      const { id: _id, ...rest } = entry as Entry & { id?: string };
      return signAs(signing, { credentialStatus: { ...rest, ...changes } });
    };
    const expectDoubt = async (given: unknown, reason: string) => {
      const report = await verify(given);
      expect(statusOf(report), reason).to.include({ outcome: 'could-not-tell', reason });
      expect(report, reason).to.include({ verified: false, verdict: 'could_not_check' });
    };

    it('each have their own verdict for what is wrong with the entry', async () => {
      await expectDoubt(await withEntry({ statusListIndex: '131072' }), 'index-out-of-range');
      await expectDoubt(await withEntry({ statusPurpose: 'suspension' }), 'list-for-another-purpose');
      const nowhere = `${world.baseUrl}/status/revocation-99`;
      await expectDoubt(await withEntry({ statusListCredential: nowhere }), 'list-unreachable');
      await expectDoubt(await withEntry({ statusSize: 2 }), 'status-size-not-known');
      const { platform } = world.modules;
      const pair = generateKeyPair({ random: platform.random, created: world.clock.now() });
      await expectDoubt(await withEntry({}, importKey(pair)), 'list-of-another-issuer');
    });

    /** What is published is kept in memory; a write of this process makes it be read again. */
    let nudges = 0;
    const forgetCopies = async (): Promise<void> => {
      nudges += 1;
      await world.modules.issuer.statusLists.allocate(`nudge-${nudges}`, ['suspension']);
    };

    it('and for what is wrong with the list', async () => {
      const lists = world.modules.platform.database.connection.collection<{
        _id: string;
        credential: string;
      }>('status_lists');
      const kept = await lists.findOne({ _id: 'revocation-1' });
      const other = await lists.findOne({ _id: 'suspension-1' });
      const tampered = { ...JSON.parse(String(kept?.credential)), validUntil: '2036-01-01T00:00:00Z' };
      const { validFrom: _from, ...undated } = JSON.parse(String(kept?.credential));
      const faults: [string, unknown][] = [
        ['list-not-authentic', tampered],
        ['list-of-another-address', JSON.parse(String(other?.credential))],
        ['list-malformed', { hello: 'world' }],
        ['list-not-authentic', undated],
      ];
      for (const [reason, served] of faults) {
        await lists.updateOne({ _id: 'revocation-1' }, { $set: { credential: JSON.stringify(served) } });
        await forgetCopies();
        await expectDoubt(credential, reason);
      }
      await lists.updateOne({ _id: 'revocation-1' }, { $set: { credential: String(kept?.credential) } });
      await forgetCopies();
      expect((await verify(credential)).verdict).to.equal('verified');
      world.clock.advance({ days: 8 });
      await expectDoubt(credential, 'list-stale');
      await world.modules.issuer.refreshStatusLists();
      expect((await verify(credential)).verdict).to.equal('verified');
    });
  });

  it('and many at once are withdrawn after a look, with a page to watch it', async () => {
    const numbers: string[] = [];
    for (let n = 0; n < 2; n += 1) numbers.push((await world.completed(await world.learner())).identifier);
    const path = '/en/staff/certificates/revoke-many';
    const form = expectStatus(await examiner.client.get(path))
      .page()
      .form(/\/revoke-many$/);
    const empty = await examiner.client.send(form, { numbers: 'name,course\n', reason: 'fraud', note: '' });
    expect(empty.status).to.equal(422);
    const pasted = `number;holder\n"${numbers[0]}";"Zoé"\n${world.baseUrl}/v/${numbers[1]}\n\n${numbers[1]}\n${'0'.repeat(28)}`;
    const preview = expectStatus(
      await examiner.client.send(form, { numbers: pasted, reason: 'issued-in-error', note: '' }),
    ).page();
    expect(preview.text).to.contain('Withdraw 2 certificates for good').and.to.contain('number;holder');
    for (const number of numbers) {
      const before = await world.visitor().get(`/v/${number}`, { accept: 'application/json' });
      expect(before.json().verdict).to.equal('verified');
    }
    const begun = expectStatus(await examiner.client.send(preview.form(/\/revoke-many$/))).page();
    expect(begun.text).to.contain('The work is going on');
    await world.settle();
    for (const number of numbers) {
      const after = await world.visitor().get(`/v/${number}`, { accept: 'application/json' });
      expect(after.json().verdict).to.equal('not_valid');
    }
    expect(
      world.letters.filter(({ text }) => text.includes('Reason: It was issued in error.')),
    ).to.have.length(2);
  });
});
