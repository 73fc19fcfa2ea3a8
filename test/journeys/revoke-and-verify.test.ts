import { expect } from 'chai';
import { expectStatus } from '../support/client.ts';
import { statusBit } from '../support/status-bit.ts';
import { revoke } from '../support/walk.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';

type Entry = { statusPurpose: string; statusListCredential: string; statusListIndex: string };
type Credential = { credentialStatus: readonly [Entry, Entry] };
type Report = { verdict: string; revocation?: { at: string; reason: string } };

describe('a certificate that is withdrawn', function () {
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

  const bit = async (): Promise<boolean> => {
    const [{ statusListCredential, statusListIndex }] = credential.credentialStatus;
    const path = new URL(statusListCredential).pathname;
    const list = await world.visitor().get(path, { accept: 'application/vc' });
    return statusBit(expectStatus(list).json(), statusListIndex);
  };
  const report = async (): Promise<Report> =>
    (await world.visitor().get(`/v/${identifier}`, { accept: 'application/json' })).json<Report>();

  it('cannot be withdrawn by its holder, nor by staff of another office', async () => {
    const billing = await world.staff('billing');
    for (const { client } of [learner, billing]) {
      const reply = await client.get(`/en/staff/certificates/${identifier}/revoke`);
      expect(reply.status).to.equal(404);
    }
    expect(await bit()).to.equal(false);
  });

  it('needs a reason and a clear yes', async () => {
    const path = `/en/staff/certificates/${identifier}/revoke`;
    const form = expectStatus(await examiner.client.get(path))
      .page()
      .form(/\/revoke$/);
    for (const values of [{ reason: 'fraud' }, { sure: 'yes' }, { reason: 'dislike', sure: 'yes' }]) {
      expect((await examiner.client.send(form, { note: '', ...values })).status).to.equal(422);
    }
    expect((await report()).verdict).to.equal('verified');
  });

  it('is withdrawn at once: the bit is served and the verdict is not valid, before any job has run', async () => {
    await revoke(examiner.client, identifier, 'fraud');
    expect(await bit()).to.equal(true);
    const { verdict, revocation } = await report();
    expect(verdict).to.equal('not_valid');
    expect(revocation).to.deep.equal({ at: world.clock.now().toISOString(), reason: 'fraud' });
    const page = (await world.visitor().get(`/fr/v/${identifier}`)).page();
    expect(page.text).to.contain('Ce certificat a été retiré');
  });

  it('stays withdrawn in the file that its holder kept, and no other certificate is touched', async () => {
    const kept = await world.visitor().request('/credentials/verify', {
      method: 'POST',
      accept: 'application/json',
      type: 'application/json',
      body: JSON.stringify({ verifiableCredential: credential }),
    });
    expect(kept.json()).to.include({ verified: false, verdict: 'not_valid' });
    const other = await world.completed(await world.learner());
    const theirs = await world.visitor().get(`/v/${other.identifier}`, { accept: 'application/json' });
    expect(theirs.json().verdict).to.equal('verified');
  });

  it('is told to its holder once, and written down with who did it and why', async () => {
    await world.settle();
    await revoke(examiner.client, identifier, 'issued-in-error').catch(() => undefined);
    await world.settle();
    const told = world.lettersTo(learner).filter(({ text }) => text.includes(identifier));
    const [letter, ...more] = told.filter(({ attachments }) => !attachments?.length);
    expect(more).to.have.length(0);
    expect(letter?.text).to.match(/Reason: [A-Z][^.]+\.\n/);
    const target = `certificate:${identifier}`;
    const events = await world.modules.audit.list({ target, limit: 10 });
    expect(events.map(({ actor, reason }) => [actor, reason])).to.deep.equal([[examiner.accountId, 'fraud']]);
  });
});
