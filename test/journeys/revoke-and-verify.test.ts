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
  let token: string;
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

  /** What the page for strangers says of a JWT that they upload, paste or send. */
  const bring = async (brought: string, how: 'file' | 'credential' | 'body' = 'file') => {
    const body = new FormData();
    if (how === 'file') body.append('file', new Blob([brought]), 'certificate.jwt');
    else body.append('credential', brought);
    return world
      .visitor()
      .request('/en/verify', how === 'body' ? sentAsIs(brought) : { method: 'POST', body });
  };
  const sentAsIs = (body: string) => ({ method: 'POST', type: 'application/vc+jwt', body });
  const jwt = (holder?: string): Promise<string> =>
    world.modules.issuer.signCertificateAsJwt(identifier, holder === undefined ? {} : { holder });
  const asJson = (value: object): string => JSON.stringify(value);

  it('is verified as a JWT too: a file, a text, in an envelope, in a presentation', async () => {
    const holder = 'did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b';
    token = await jwt(holder);
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    expect(payload.credentialSubject).to.include({ id: holder });
    expect(payload.credentialStatus).to.deep.equal(credential.credentialStatus);
    expect(await jwt()).not.to.equal(token);
    const context = { '@context': ['https://www.w3.org/ns/credentials/v2'] };
    const enveloped = {
      ...context,
      type: 'EnvelopedVerifiableCredential',
      id: `data:application/vc+jwt,${token}`,
    };
    const shown = {
      ...context,
      type: ['VerifiablePresentation'],
      verifiableCredential: [enveloped],
    };
    const pages = [
      bring(token),
      bring(`${token.slice(0, 70)}\n${token.slice(70)}`, 'credential'),
      bring(token, 'body'),
      bring(asJson(enveloped), 'credential'),
      bring(asJson(shown)),
    ];
    for (const [index, page] of (await Promise.all(pages)).entries()) {
      const { text } = expectStatus(page).page();
      expect(text).to.contain('This certificate is valid').and.contain(learner.familyName);
      expect(text.includes('lay in a presentation')).to.equal(index === 4);
    }
    const forged = expectStatus(await bring(`${token.slice(0, -6)}AAAAAA`, 'credential')).page().text;
    expect(forged).to.contain('Nothing from the file').and.not.contain(learner.familyName);
    const several = { ...shown, verifiableCredential: [enveloped, enveloped] };
    expect(expectStatus(await bring(asJson(several)), 422).page().text).to.contain('one at a time');
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
    expect(expectStatus(await bring(token)).page().text).to.contain('Withdrawn on');
    const refused = await jwt().catch((error: { code: string }) => error.code);
    expect(refused).to.equal('certificate-withdrawn');
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
