import { expect } from 'chai';
import { type AnswerKey, readAnswerKey } from '../support/answer-key.ts';
import { type Client, expectStatus } from '../support/client.ts';
import { answerTest, beginTest, doActivities, enrol, register, signIn, takeTest } from '../support/walk.ts';
import { freeCourse, openWorld, type World } from '../support/world.ts';

const zoe = {
  givenName: 'Zoé',
  familyName: 'Šťastná',
  email: 'zoe@example.org',
  password: 'velvet harbour tulip 91 okapi',
  country: 'CZ',
  language: 'en' as const,
};

describe('a learner who passes and receives', function () {
  this.timeout(60_000);
  let world: World;
  let browser: Client;
  let key: AnswerKey;
  let enrolmentId: string;
  let testPath: string;
  before(async () => {
    world = await openWorld();
    browser = world.visitor();
    key = await readAnswerKey(freeCourse);
  });
  after(() => world.close());

  const identifier = async (): Promise<string> =>
    (await world.modules.issuer.certificateOfEnrolment(enrolmentId))?.identifier ?? '';

  it('cannot sign in before the address is confirmed by the link of the letter', async () => {
    await register(browser, zoe);
    await world.settle();
    const refused = await signIn(browser, zoe).catch(String);
    expect(refused).to.match(/422/);
    const [letter] = world.lettersTo(zoe);
    const link = /https?:\/\/\S+?(\/[\w/]*confirm\/\S+)/.exec(letter?.text ?? '')?.[1] ?? 'no link';
    const page = expectStatus(await browser.get(link)).page();
    await browser.send(page.form(/\/confirm\//));
    await signIn(browser, zoe);
  });

  it('reaches the test only after every page and quiz', async () => {
    enrolmentId = await enrol(browser, freeCourse);
    const early = (await browser.get(`/en/learn/${enrolmentId}/final-test`)).page();
    expect(early.forms.map(({ action }) => action).join()).to.not.contain('/attempts');
    const { testPath: found, done } = await doActivities(browser, enrolmentId, key);
    expect(done).to.equal(16);
    testPath = found;
  });

  it('waits after a failed test and has no certificate', async () => {
    const failed = await takeTest(browser, testPath, key, 'wrong');
    expect(failed.page().title).to.equal('Final test: not passed');
    await world.settle();
    expect(await identifier()).to.equal('');
    world.clock.advance({ minutes: 9 });
    const waiting = (await browser.get(testPath)).page();
    expect(waiting.forms.map(({ action }) => action).join()).to.not.contain('/attempts');
    world.clock.advance({ minutes: 1 });
  });

  it('gets more time while the test runs, from an examiner and from nobody else', async () => {
    const examiner = await world.staff('examiner');
    await beginTest(browser, testPath);
    const desk = expectStatus(await examiner.client.get('/en/staff/attempts')).page();
    expect(desk.text).to.contain('Zoé Šťastná');
    const found = await examiner.client.send(desk.form(/\/search$/), { email: zoe.email });
    const candidate = expectStatus(found).page();
    const grant = { percent: '150', extraMinutes: '0', extraAttempts: '0', reason: 'documented-need' };
    const nothing = await examiner.client.send(candidate.form(/\/accommodations$/), {
      ...grant,
      percent: '100',
    });
    expect(expectStatus(nothing, 422).page().text).to.contain('This would change nothing');
    expectStatus(await examiner.client.send(candidate.form(/\/accommodations$/), grant));
    const test = `${freeCourse}/final-test`;
    const credit = { test, minutes: '5', reason: 'service-slow' };
    // Pressed twice, given once.
    await examiner.client.send(desk.form(/\/attempts\/credit$/), credit);
    const credited = await examiner.client.send(desk.form(/\/attempts\/credit$/), credit);
    expect(expectStatus(credited).page().text).to.contain('Attempts that have the minutes: 1');
    const [link = ''] = credited
      .page()
      .links.map(({ href }) => href)
      .filter((href) => /attempts\/[\w-]{22}$/.test(href));
    const seen = expectStatus(await examiner.client.get(link)).page();
    expect(seen.text).to.contain('45 minutes (the test gives 30), and 5 given back');
    for (const path of ['/en/staff/attempts', link, candidate.form(/\/accommodations$/).action]) {
      expect((await browser.get(path)).status, path).to.equal(404);
    }
    await world.settle();
    const trail = await world.modules.audit.list({ limit: 10 });
    expect(trail.map(({ action }) => action)).to.include.members(['TimeCredited', 'AccommodationChanged']);
  });

  it('passes and gets one certificate by letter, with the PDF', async () => {
    const page = expectStatus(await browser.get(testPath)).page();
    const again = expectStatus(await browser.send(page.form(/\/take-over$/)));
    const review = await answerTest(browser, again, key, 'right');
    const passed = expectStatus(await browser.send(review.page().form(/\/submit$/)));
    expect(passed.page().title).to.equal('Final test: passed');
    await world.settle();
    const letters = world.lettersTo(zoe).filter(({ attachments }) => attachments?.length === 1);
    expect(letters).to.have.length(1);
    expect(letters[0]?.attachments?.[0]?.filename).to.equal(`certificate-${await identifier()}.pdf`);
    await world.modules.issuer.issueCertificate(enrolmentId);
    await world.settle();
    expect(
      (await browser.get('/en/certificates')).text.match(/href="[^"]*\/certificates\/[A-Z0-9]+"/g),
    ).to.have.length(1);
  });

  it('downloads the same bytes each time, and nobody else can', async () => {
    for (const ending of ['.pdf', '.png', '.json', '/badge.png', '/badge.svg']) {
      const path = `/en/certificates/${await identifier()}${ending}`;
      const first = expectStatus(await browser.get(path)).bytes;
      expect(expectStatus(await browser.get(path)).bytes.equals(first), ending).to.equal(true);
      const other = await world.learner();
      expect((await other.client.get(path)).status, ending).to.equal(404);
    }
  });

  it('has badges that are verified as they are, and refused when damaged', async () => {
    const stranger = world.visitor();
    const bring = (bytes: Buffer) => {
      const body = new FormData();
      body.set('file', new Blob([Uint8Array.from(bytes)]), 'badge');
      return stranger.request('/en/verify', { method: 'POST', body, accept: 'text/html' });
    };
    for (const kind of ['png', 'svg']) {
      const badge = expectStatus(await browser.get(`/en/certificates/${await identifier()}/badge.${kind}`));
      expect(badge.headers.get('content-disposition')).to.contain(`badge-${await identifier()}.${kind}`);
      const page = expectStatus(await bring(badge.bytes)).page();
      expect(page.text).to.contain('Zoé Šťastná').and.contain('This certificate is valid');
      const changed = Buffer.from(badge.bytes);
      changed[badge.bytes.indexOf('credentialSubject')] = 0;
      const refused = expectStatus(await bring(changed), 422).page();
      expect(refused.text).to.contain('it is damaged');
    }
  });

  it('is believed by a stranger, without a cookie', async () => {
    const stranger = world.visitor();
    const page = expectStatus(await stranger.get(`/en/v/${await identifier()}`)).page();
    expect(page.text).to.contain('Zoé Šťastná');
    const report = await stranger.get(`/v/${await identifier()}`, { accept: 'application/json' });
    expect(report.json().verdict).to.equal('verified');
    expect(stranger.hasCookies()).to.equal(false);
  });
});
