import { expect } from 'chai';
import { expectStatus, type Reply } from '../support/client.ts';
import { statusBit } from '../support/status-bit.ts';
import { eraseAccount, revoke, signIn } from '../support/walk.ts';
import { freeCourse, openWorld, paidCourse, type Someone, type World } from '../support/world.ts';

type Entry = { statusPurpose: string; statusListCredential: string; statusListIndex: string };
type Credential = { id: string; validUntil?: string; credentialStatus: readonly Entry[] };
type Report = {
  verdict: string;
  facts?: { holderName?: string };
  revocation?: { reason: string; replacedBy?: string };
  renewedBy?: string;
};

describe('the life of a certificate', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => {
    world = await openWorld();
    // The same course, with an end to its certificates.
    const courses = await world.modules.learning.readCatalogue('content');
    const course = courses.find(({ id }) => id === freeCourse);
    if (!course) throw new Error('no course');
    await world.modules.learning.publishCourse({
      ...course,
      version: course.version + 1,
      validity: { months: 24, renewal: 'test', windowDays: 90 },
      contentHash: 'with validity',
    });
  });
  after(() => world.close());

  const form = async ({ client }: Someone, path: string, action: RegExp) =>
    expectStatus(await client.get(`/en${path}`))
      .page()
      .form(action);
  const json = async (identifier: string): Promise<Report> =>
    (await world.visitor().get(`/v/${identifier}`, { accept: 'application/json' })).json<Report>();
  const page = (identifier: string): Promise<Reply> => world.visitor().get(`/en/v/${identifier}`);
  const fileOf = async ({ client }: Someone, identifier: string): Promise<Credential> =>
    expectStatus(await client.get(`/en/certificates/${identifier}.json`)).json<Credential>();
  const idIn = ({ path }: Reply): string => /\/certificates\/([0-9A-Z]{28})/.exec(path)?.[1] ?? '';

  const typeName = async (learner: Someone, identifier: string, name: string): Promise<Reply> =>
    learner.client.send(
      await form(learner, `/certificates/${identifier}/name`, /\/name$/),
      { name },
      { follow: false },
    );

  const correct = async (learner: Someone, identifier: string, name: string): Promise<string> => {
    const asked = expectStatus(await typeName(learner, identifier, name)).page();
    const sent = await learner.client.send(asked.form(/\/name$/), { step: 'confirm' });
    return idIn(expectStatus(sent));
  };

  /** Signed in again: sessions end while the clock moves on. */
  const returned = async (learner: Someone): Promise<Someone> => {
    const client = world.visitor();
    await signIn(client, learner, 'en');
    return { ...learner, client };
  };

  it('is announced with its term and its renewal, to whoever chooses the course and before the test begins', async () => {
    const visitor = world.visitor();
    const english = expectStatus(await visitor.get(`/en/courses/${freeCourse}`)).page();
    expect(english.text).to.include(
      '2 years, from the day it is earned. You can renew it from 90 days before',
    );
    const french = expectStatus(await visitor.get(`/fr/courses/${freeCourse}`)).page();
    expect(french.text).to.include('2 ans, à compter du jour où il est obtenu. Vous pouvez le renouveler');
    expect(expectStatus(await visitor.get(`/en/courses/${paidCourse}`)).page().text).to.include(
      'It does not expire.',
    );
    const shipped = expectStatus(await visitor.get('/en/courses/responding-to-breaches')).page();
    expect(shipped.text).to.include('3 years, from the day it is earned.');
    const { client, accountId } = await world.learner();
    const { enrolmentId } = await world.modules.learning.enrol({ accountId, courseId: freeCourse });
    const test = expectStatus(await client.get(`/en/learn/${enrolmentId}/final-test`)).page();
    expect(test.text).to.include('2 years, from the day it is earned.');
    const course = await world.modules.learning.course(freeCourse);
    const achievement = await visitor.get(`/en/achievements/${freeCourse}/${course?.version}`);
    expect(achievement.text).to.include('24 months from the award');
  });

  it('ends after its months; who is reminded three times renews it by the test alone, and loses nothing', async () => {
    let learner = await world.learner();
    const { identifier } = await world.completed(learner);
    expect((await fileOf(learner, identifier)).validUntil).to.equal('2028-11-23T22:59:59Z');
    const { issuer } = world.modules;
    const send = (path: string) => learner.client.request(path, { method: 'POST' });
    expect((await send(`/en/certificates/${identifier}/renew`)).status).to.equal(403);
    expect((await learner.client.get(`/en/certificates/${identifier}`)).text).to.include('26 August 2028');

    const reminders = () =>
      world
        .lettersTo(learner)
        .filter(({ subject }) => subject === 'Your certificate ends on 23 November 2028').length;
    const nights = async (days: number): Promise<number> => {
      world.clock.advance({ days });
      await Promise.all([issuer.lifetime.remindOfExpiry(), issuer.lifetime.remindOfExpiry()]);
      await issuer.lifetime.remindOfExpiry();
      await world.settle();
      return reminders();
    };
    expect(await nights(641)).to.equal(0);
    expect(await nights(1)).to.equal(1);
    expect(await nights(40)).to.equal(1);
    // The service was off while the second was due, and the third became due meanwhile.
    expect(await nights(45)).to.equal(2);
    expect(await nights(1)).to.equal(2);

    learner = await returned(learner);
    const begin = await form(learner, `/certificates/${identifier}`, /\/renew$/);
    const [one, other] = await Promise.all([learner.client.send(begin), learner.client.send(begin)]);
    expect(other?.path).to.equal(one?.path);
    const renewed = await world.completed(learner);
    expect(`/en/learn/${renewed.enrolmentId}`).to.equal(one?.path);
    expect(renewed.identifier).not.to.equal(identifier);
    expect((await fileOf(learner, renewed.identifier)).validUntil).to.equal('2030-11-23T22:59:59Z');
    expect(await json(identifier)).to.deep.include({
      verdict: 'verified',
      renewedBy: `${world.baseUrl}/v/${renewed.identifier}`,
    });
    expect((await page(identifier)).text).to.include(`/en/v/${renewed.identifier}`);
    const again = await learner.client.send(begin);
    expect(again.path).to.equal(one?.path);

    expect(await nights(10)).to.equal(2);
    expect((await json(identifier)).verdict).to.equal('verified_not_current');
    expect((await json(renewed.identifier)).verdict).to.equal('verified');
    learner = await returned(learner);
    expect((await learner.client.get('/en/certificates')).text).to.include('Ended on 23 November 2028');
  });

  it('cannot be renewed too early, by others, or once it is withdrawn', async () => {
    const learner = await world.learner();
    const { identifier, enrolmentId } = await world.completed(learner);
    const { learning } = world.modules;
    const code = (accountId: string) =>
      learning.renew({ accountId, enrolmentId }).catch((error: { code: string }) => error.code);
    expect(await code(learner.accountId)).to.equal('renewal-too-early');
    expect(await code('somebody else')).to.equal('not-found');
    const examiner = await world.staff('examiner');
    await revoke(examiner.client, identifier, 'fraud');
    world.clock.advance({ days: 700 });
    expect(await code(learner.accountId)).to.equal('not-renewable');
  });

  it('says another name after a correction: once, at once, and the old address leads to the new one', async () => {
    const learner = await world.learner({ givenName: 'Zoe', familyName: 'Stastna' });
    const { identifier } = await world.completed(learner);
    const old = await fileOf(learner, identifier);
    expectStatus(await typeName(learner, identifier, 'Ada Lovelace'), 422);
    expectStatus(await typeName(learner, identifier, 'Zoe Stastna'), 422);
    expectStatus(await typeName(learner, identifier, '<b>Zoe</b>'), 422);
    const asked = expectStatus(await typeName(learner, identifier, ' Zoé  Šťastná ')).page();
    const confirm = () => learner.client.send(asked.form(/\/name$/), { step: 'confirm' });
    const [one, other] = (await Promise.all([confirm(), confirm()])).map(idIn);
    const replacement = idIn(await confirm());
    expect([one, other]).to.include(replacement);
    await world.settle();

    const before = await json(identifier);
    expect(before.verdict).to.equal('not_valid');
    expect(before.revocation).to.deep.include({
      reason: 'superseded',
      replacedBy: `${world.baseUrl}/v/${replacement}`,
    });
    expect(before.facts).to.equal(undefined);
    const forwarding = await page(identifier);
    expect(forwarding.text).to.include(`/en/v/${replacement}`).and.include('has been replaced');
    expect(forwarding.text).not.to.include('Stastna');
    const [revocation] = old.credentialStatus;
    const list = await world.visitor().get(new URL(String(revocation?.statusListCredential)).pathname);
    expect(statusBit(list.json(), String(revocation?.statusListIndex))).to.equal(true);
    expect(await json(replacement)).to.deep.include({ verdict: 'verified' });
    expect((await json(replacement)).facts?.holderName).to.equal('Zoé Šťastná');

    const letters = world.lettersTo(learner).map(({ subject }) => subject);
    expect(
      letters.filter((subject) => subject === 'Your certificate with the corrected name'),
    ).to.have.length(1);
    expect(letters.filter((subject) => /withdrawn/.test(subject))).to.have.length(0);
    expect(idIn(await learner.client.get(`/en/certificates/${identifier}`))).to.equal(replacement);
    const second = await learner.client.get(`/en/certificates/${replacement}/name`);
    expect(second.text).to.include('name-request').and.not.include('name="step"');
    const direct = learner.client.send(asked.form(/\/name$/), { step: 'confirm', name: 'Zoë Štastna' });
    expect((await direct).status).to.equal(409);
    expect(await world.modules.issuer.certificatesOf(learner.accountId)).to.have.length(2);
  });

  it('asks staff after fourteen days: refused with a reason, agreed to by somebody else, and withdrawn by any number', async () => {
    const first = await world.learner({ givenName: 'Zoé', familyName: 'Martin' });
    const { identifier } = await world.completed(first);
    world.clock.advance({ days: 15 });
    const learner = await returned(first);
    const support = await world.staff('support');
    const ask = async (explanation: string) =>
      learner.client.send(await form(learner, `/certificates/${identifier}/name`, /\/name-request$/), {
        name: 'Zoé Dubois',
        explanation,
      });
    const decide = async (values: Record<string, string>, account = support): Promise<Reply> => {
      const [oldest] = await world.modules.issuer.corrections.pending(10);
      const shown = expectStatus(await account.client.get(`/en/staff/corrections/${oldest?.id}`)).page();
      const [approve, refuse] = shown.forms.filter(({ action }) => /\/corrections\//.test(action));
      const chosen = values.decision === 'approve' ? approve : refuse;
      return account.client.send(chosen ?? shown.form(/never/), values);
    };
    expectStatus(await ask(''), 422);
    expectStatus(await ask('Married on 3 May.'));
    expect((await learner.client.get(`/en/certificates/${identifier}/name`)).text).to.include(
      'being looked at',
    );
    expect((await support.client.get('/en/staff/corrections')).text).to.include('Zoé Dubois');
    expectStatus(await decide({ decision: 'refuse', reason: '' }), 422);
    expectStatus(await decide({ decision: 'refuse', reason: 'no-evidence', message: 'Which town?' }));
    await world.settle();
    expect(world.lettersTo(learner).at(-1)?.text).to.include('Which town?');

    expectStatus(await ask('Married on 3 May in Lyon.'));
    const { corrections } = world.modules.issuer;
    const [waiting] = await corrections.pending(10);
    const own = { id: waiting?.id ?? '', by: learner.accountId };
    expect(await corrections.approve(own).catch((error: { code: string }) => error.code)).to.equal(
      'own-correction',
    );
    expectStatus(await decide({ decision: 'approve' }));
    await world.settle();
    const replacement = idIn(await learner.client.get(`/en/certificates/${identifier}`));
    expect((await json(replacement)).facts?.holderName).to.equal('Zoé Dubois');
    const late = { id: own.id, by: support.accountId };
    expect(await corrections.approve(late).catch((error: { code: string }) => error.code)).to.equal(
      'already-decided',
    );

    // Who means to withdraw the former number means the certificate that took its place.
    await world.modules.issuer.revokeMany({
      identifiers: [identifier],
      by: support.accountId,
      reason: 'fraud',
    });
    await world.settle();
    expect((await json(replacement)).revocation?.reason).to.equal('fraud');
    expect((await page(identifier)).text).not.to.include('Martin');
  });

  it('is seen by whom its holder chooses, from that moment on', async () => {
    const learner = await world.learner();
    const { identifier } = await world.completed(learner);
    const choose = async (visibility: string): Promise<Reply> =>
      learner.client.send(await form(learner, `/certificates/${identifier}`, /\/visibility$/), {
        visibility,
      });
    // Kept in memory from here on.
    expect((await json(identifier)).verdict).to.equal('verified');
    const byLink = (await page(identifier)).text;
    expect(byLink).to.include('name="robots" content="noindex"').and.include('og:title');
    expect(/og:description" content="[^"]*/.exec(byLink)?.[0]).not.to.include('Šťastná');
    expectStatus(await choose('listed'));
    const listed = (await page(identifier)).text;
    expect(listed).not.to.include('noindex');
    expect(/og:description" content="[^"]*/.exec(listed)?.[0]).to.include('Šťastná');
    expectStatus(await choose('private'));
    expect(await json(identifier)).to.deep.include({ verdict: 'kept_private' });
    const hidden = (await page(identifier)).text;
    expect(hidden).to.include('kept private').and.not.include('Šťastná').and.not.include('og:title');
    const body = JSON.stringify(await fileOf(learner, identifier));
    const verify = { method: 'POST', accept: 'application/json', type: 'application/json', body };
    const brought = async () => (await world.visitor().request('/verify', verify)).json<Report>();
    expect((await brought()).verdict).to.equal('verified');
    const examiner = await world.staff('examiner');
    await revoke(examiner.client, identifier, 'issued-in-error');
    expect((await brought()).verdict).to.equal('not_valid');
    expect((await json(identifier)).verdict).to.equal('kept_private');
    expectStatus(await choose('everybody'), 422);
    const other = await world.learner();
    const stolen = await form(learner, `/certificates/${identifier}`, /\/visibility$/);
    const token = await form(other, '/account/profile', /\/profile$/);
    const csrf = Object.fromEntries(token.values)._csrf ?? '';
    const tried = await other.client.send(stolen, { visibility: 'listed', _csrf: csrf });
    expect(tried.status).to.equal(404);
  });

  it('outlives its course and its account', async () => {
    const learner = await world.learner();
    const { identifier } = await world.completed(learner);
    const replacement = await correct(learner, identifier, 'Zoe Šťastná');
    await world.settle();
    const file = await fileOf(learner, replacement);
    const courses = await world.modules.learning.readCatalogue('content');
    const course = courses.find(({ id }) => id === freeCourse);
    if (!course) throw new Error('no course');
    await world.modules.learning.publishCourse({ ...course, version: 90, contentHash: 'another course' });
    expect((await json(replacement)).verdict).to.equal('verified');
    expectStatus(await eraseAccount(learner.client, learner.password));
    await world.settle();
    for (const one of [identifier, replacement]) {
      const shown = await page(one);
      expectStatus(shown);
      expect(shown.text).not.to.include('astná');
    }
    const verify = {
      method: 'POST',
      accept: 'application/json',
      type: 'application/json',
      body: JSON.stringify(file),
    };
    expect((await world.visitor().request('/verify', verify)).json<Report>().verdict).to.equal('verified');
    expect((await json(replacement)).verdict).to.equal('holder_erased');
  });
});
