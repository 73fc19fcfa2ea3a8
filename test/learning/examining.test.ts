import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { openWorld, type Someone, type World } from '../support/world.ts';
import { answersTo, begin, courseContent, readyForTest, refusalOf, saveAll } from './support.ts';

const both = (text: string) => ({ en: text, fr: `${text} (fr)` });
const essay = {
  id: 'essay',
  kind: 'extended-text' as const,
  tags: ['essay'],
  prompt: both('Explain in your own words.'),
  points: 5,
  explanation: both('There are many ways.'),
  guide: both('Names both sides.'),
};
const configKey = 'a'.repeat(64);

/** What happens to tests after they were handed in, by the pages of examiners and candidates. */
describe('examining', function () {
  this.timeout(120_000);
  let world: World;
  let examiners: Someone[];
  before(async () => {
    world = await openWorld();
    examiners = [await world.staff('examiner'), await world.staff('examiner'), await world.staff('examiner')];
    const { learning } = world.modules;
    await learning.publishCourse(courseContent({ waitingMinutes: [0, 0] }));
    const essays = (id: string, markers: 1 | 2) => {
      const course = courseContent({
        id,
        rules: { draw: [{ tag: 'essay', count: 1 }], passMark: 0.5, marking: { markers } },
      });
      return { ...course, questions: [...course.questions, essay as never] };
    };
    await learning.publishCourse(essays('essay-course', 2));
    await learning.publishCourse(
      courseContent({ id: 'locked-course', rules: { examBrowserKeys: [configKey] } }),
    );
    await learning.publishCourse(courseContent({ id: 'held-course', rules: { requiresReview: 'always' } }));
  });
  after(() => world.close());

  const examiner = (index: number): Someone => examiners[index] ?? expect.fail('no such examiner');

  const sit = async (
    learner: Someone,
    courseId: string,
    wanted: 'right' | 'wrong',
    text = 'Both sides matter.',
  ) => {
    const { learning } = world.modules;
    const { accountId } = learner;
    const place = await readyForTest({ learning, accountId, courseId });
    const held = await begin(learning, place);
    const { questions } = await learning.attempt(accountId, held.attemptId);
    const answers = answersTo(questions, wanted).map((answer, index) =>
      questions[index]?.kind === 'extended-text' ? { ...answer, value: text } : answer,
    );
    await saveAll(learning, held, answers);
    const { state } = await learning.submitAttempt(accountId, held.attemptId, held.sitting);
    await world.settle();
    return { ...place, ...held, state };
  };

  const certificateOf = (enrolmentId: string) => world.modules.issuer.certificateOfEnrolment(enrolmentId);

  const paperOf = async (by: Someone, attemptId: string, points: string) => {
    const page = (await by.client.get(`/en/staff/examining/marking/${attemptId}`)).page();
    const form = page.form(new RegExp(`/marking/${attemptId}$`));
    const [field] = form.values.map(([name]) => name).filter((name) => name.startsWith('points'));
    return by.client.send(form, { [field ?? '']: points });
  };

  it('has texts marked by two who differ, and asks a third, who decides with the nearer one', async () => {
    const learner = await world.learner();
    const { attemptId, enrolmentId, state } = await sit(learner, 'essay-course', 'right');
    expect(state).to.equal('needs_grading');
    const queue = await examiner(0).client.get('/en/staff/examining/marking');
    expect(queue.text).to.not.include(learner.familyName);
    const taken = await examiner(0).client.send(queue.page().form(/\/next$/));
    expect(taken.path).to.include(attemptId);
    expect(taken.page().text).to.include('Names both sides.').and.to.include('Both sides matter.');
    const inVain = await examiner(1).client.get(`/en/staff/examining/marking/${attemptId}`);
    expect(inVain.status, 'held by another').to.equal(409);
    expect((await paperOf(examiner(0), attemptId, '6')).status, 'more than there is').to.equal(422);
    expect((await paperOf(examiner(0), attemptId, '')).status, 'nothing given').to.equal(422);
    expect((await paperOf(examiner(0), attemptId, '5')).status).to.equal(200);
    expect((await examiner(0).client.get(`/en/staff/examining/marking/${attemptId}`)).status).to.equal(409);
    await paperOf(examiner(1), attemptId, '1');
    await world.settle();
    expect(await certificateOf(enrolmentId), 'two differ').to.equal(undefined);
    await paperOf(examiner(2), attemptId, '4,5');
    await world.settle();
    const view = await world.modules.learning.attempt(learner.accountId, attemptId);
    expect('score' in view ? view.score : undefined).to.equal(0.95);
    expect(await certificateOf(enrolmentId)).to.not.equal(undefined);
    await world.modules.learning.examining.papers.apply(attemptId);
    await world.settle();
    const told = world.lettersTo(learner).filter(({ subject }) => subject.startsWith('You have passed'));
    expect(told.map(({ text }) => text).join()).to.include('95% of the points; 50% were needed.');
    expect(told, 'told once').to.have.length(1);
  });

  it('writes to whoever did not pass what can be done next, in their language', async () => {
    const learner = await world.learner({ language: 'fr' });
    const { attemptId } = await sit(learner, 'essay-course', 'wrong', 'Rien.');
    for (const index of [0, 1]) await paperOf(examiner(index), attemptId, '0');
    await world.settle();
    const [letter, ...more] = world.lettersTo(learner);
    expect(more).to.deep.equal([]);
    expect(letter?.subject).to.match(/^Le résultat de votre test/);
    expect(letter?.text).to.include('vous n’avez pas réussi cette fois').and.to.match(/ 0\s%/);
    expect(letter?.text)
      .to.include('Il vous reste 2 tentatives')
      .and.to.include(`/attempts/${attemptId}/result`);
  });

  it('lets nobody mark their own paper, and gives a paper back after an hour', async () => {
    const judge = await world.staff('examiner');
    const { attemptId } = await sit(judge, 'essay-course', 'right');
    expect((await judge.client.get(`/en/staff/examining/marking/${attemptId}`)).status).to.equal(403);
    const { papers } = world.modules.learning.examining;
    expect(await papers.takeNext(judge.accountId)).to.equal(undefined);
    const takers = [examiner(0), examiner(1)];
    const taken = await Promise.all(takers.map(({ accountId }) => papers.takeNext(accountId)));
    expect(taken.filter(Boolean), 'one paper, two hands').to.have.length(1);
    const holder = taken[0] ? 0 : 1;
    const other = takers[1 - holder] ?? expect.fail('nobody');
    world.clock.advance({ minutes: 61 });
    await papers.open(attemptId, other.accountId);
    const mark = { attemptId, by: takers[holder]?.accountId ?? '', points: { 1: 3 }, comments: {} };
    expect(await refusalOf(papers.mark(mark))).to.equal('paper-taken');
    await papers.recuse(attemptId, other.accountId);
    expect(await refusalOf(papers.open(attemptId, other.accountId))).to.equal('conflict-of-interest');
  });

  it('holds a result that is always reviewed, without a certificate, until somebody has looked', async () => {
    const learner = await world.learner();
    const { attemptId, enrolmentId, state } = await sit(learner, 'held-course', 'right');
    expect(state).to.equal('under_review');
    expect(await certificateOf(enrolmentId)).to.equal(undefined);
    const one = await world.modules.learning.examining.cases.ofAttempt(attemptId);
    const { cases } = world.modules.learning.examining;
    await cases.clear({
      caseId: one?.id ?? '',
      by: examiner(0).accountId,
      text: 'Nothing speaks against it.',
    });
    await world.settle();
    expect(await certificateOf(enrolmentId)).to.not.equal(undefined);
    const told = world.lettersTo(learner).filter(({ subject }) => subject.startsWith('You have passed'));
    expect(told).to.have.length(1);
  });

  it('takes a report from inside the test, and tells what came of it', async () => {
    const learner = await world.learner();
    const { learning } = world.modules;
    const place = await readyForTest({ learning, accountId: learner.accountId });
    const { attemptId } = await begin(learning, place);
    const path = `/en/learn/attempts/${attemptId}/questions/1/report`;
    const page = (await learner.client.get(path)).page();
    expect((await learner.client.send(page.form(/\/report$/), { text: 'No.' })).status).to.equal(422);
    const text = 'Two options mean the same.';
    await learner.client.send(page.form(/\/report$/), { kind: 'no-right-answer', text: 'First words.' });
    const thanks = await learner.client.send(page.form(/\/report$/), { kind: 'no-right-answer', text });
    expect(thanks.text).to.include('we have your report');
    const stranger = await world.learner();
    expect((await stranger.client.get(path)).status).to.equal(404);
    expect((await learner.client.get(path.replace('/1/', '/99/'))).status).to.equal(404);
    const list = (await examiner(0).client.get('/fr/staff/examining/reports')).page();
    const report = await examiner(0).client.get(list.link(/\/reports\/.+/));
    expect(report.text).to.include(text).and.to.not.include('First words.');
    const form = report.page().form(/\/reports\//);
    const settled = { outcome: 'as-intended', note: 'The two options differ in the last word.' };
    expect((await examiner(0).client.send(form, settled)).status).to.equal(200);
    expect((await examiner(0).client.send(form, settled)).status, 'settled already').to.equal(409);
    await world.settle();
    expect(world.lettersTo(learner).at(-1)?.subject).to.equal('The question you reported');
    expect((await learner.client.get('/en/learn/reports')).text).to.include('The two options differ');
  });

  it('grades everybody anew when a key was wrong: new passes get their certificate, no pass is lost', async () => {
    const winner = await world.learner();
    const loser = await world.learner();
    const first = await sit(winner, 'small-course', 'right');
    const second = await sit(loser, 'small-course', 'wrong');
    expect(await certificateOf(first.enrolmentId)).to.not.equal(undefined);
    const { regrades } = world.modules.learning.examining;
    const change = async (questionId: string, given: Record<string, string | string[]>) => {
      const path = `/en/staff/examining/questions/small-course/${questionId}`;
      const reason = 'The key of this question was wrong.';
      const page = (await examiner(0).client.get(path)).page();
      const preview = await examiner(0).client.send(page.form(/\/questions\//), { ...given, reason });
      expect(preview.status).to.equal(200);
      const { action, values, ...form } = preview.page().form(/\/questions\//);
      const confirmed = { ...form, action, values };
      const done = await examiner(0).client.send(confirmed);
      await examiner(0).client.send(confirmed);
      await world.settle();
      return { preview: preview.page().text, done: done.path };
    };
    const wrong = await change('several', { change: 'key', correct: ['three', 'four'] });
    expect(wrong.preview).to.match(/Would now fail, and stay passed\s*1/);
    const bad = (await examiner(0).client.get('/en/staff/examining/questions/small-course/several')).page();
    expect(bad.text, 'the words of the question').to.not.include('[object');
    const none = await examiner(0).client.send(bad.form(/\/questions\//), {
      change: 'key',
      reason: 'No key at all.',
    });
    expect(none.status, 'no option is right').to.equal(422);
    for (const questionId of ['capital', 'sequence', 'pairing', 'amount']) {
      await change(questionId, { change: 'void' });
    }
    const views = await Promise.all(
      [first, second].map(({ accountId, attemptId }) => world.modules.learning.attempt(accountId, attemptId)),
    );
    expect(views.map((view) => 'passed' in view && view.passed)).to.deep.equal([true, true]);
    expect(await certificateOf(second.enrolmentId), 'a new pass').to.not.equal(undefined);
    expect(
      world
        .lettersTo(loser)
        .map(({ subject }) => subject)
        .join(),
    ).to.include('passed after all');
    expect(await regrades.newest(), 'a form sent twice decides once').to.have.length(5);
    // Chance draws the questions, so one of them may have met nobody: each decision looks at all whom it concerns.
    const carriedOut = await regrades.newest();
    for (const { state, looked, total } of carriedOut)
      expect({ state, looked }).to.deep.equal({ state: 'done', looked: total });
    expect(carriedOut.some(({ total }) => total > 0)).to.equal(true);
    const later = await sit(await world.learner(), 'small-course', 'wrong');
    expect(later.state).to.equal('confirmed');
    expect(await certificateOf(later.enrolmentId), 'graded by what was decided').to.not.equal(undefined);
  });

  it('reckons the figures of each question in the database, as page and as file', async () => {
    const path = '/en/staff/examining/statistics/small-course/test';
    const page = await examiner(0).client.get(path);
    expect(page.status).to.equal(200);
    expect(page.text).to.include('<svg').and.to.include('role="img"');
    expect((await examiner(0).client.get(path.replace('/en/', '/fr/'))).text).to.include('Discrimination');
    const csv = await examiner(0).client.get(`${path}/csv`);
    expect(csv.headers.get('content-type')).to.include('text/csv');
    expect(csv.text.split('\r\n')[0]).to.include('question,version,language,responses');
    const learner = await world.learner();
    expect((await learner.client.get(path)).status).to.equal(404);
  });

  it('is taken in Safe Exam Browser alone where the test asks for it', async () => {
    const learner = await world.learner();
    const { learning } = world.modules;
    const { accountId } = learner;
    const { enrolmentId } = await readyForTest({ learning, accountId, courseId: 'locked-course' });
    const start = (await learner.client.get(`/en/learn/${enrolmentId}/test`)).page().form(/\/attempts$/);
    const refused = await learner.client.send(start, { accepted: 'yes', nameConfirmed: 'yes' });
    expect(refused.status).to.equal(403);
    expect(refused.text).to.include('Safe Exam Browser');
    const proofOf = (path: string, key = configKey): Record<string, string> => {
      const proof = createHash('sha256').update(`${world.baseUrl}${path}${key}`).digest('hex');
      return { 'X-SafeExamBrowser-ConfigKeyHash': proof };
    };
    const values = [...start.values, ['accepted', 'yes'], ['nameConfirmed', 'yes']] as [string, string][];
    const startWith = (headers: Record<string, string>) =>
      learner.client.request(start.action, {
        method: 'POST',
        body: new URLSearchParams(values),
        headers,
        follow: false,
      });
    expect((await startWith(proofOf(start.action, 'b'.repeat(64)))).status, 'another key').to.equal(403);
    expect((await startWith(proofOf(`${start.action}?x=1`))).status, 'another address').to.equal(403);
    const begun = await startWith(proofOf(start.action));
    expect(begun.status).to.equal(303);
    const path = new URL(begun.headers.get('location') ?? '', world.baseUrl).pathname;
    const statusWith = async (headers: Record<string, string>): Promise<number> =>
      (await learner.client.get(path, { headers })).status;
    expect(await statusWith(proofOf(path)), 'the right key').to.equal(200);
    const upper = Object.values(proofOf(path))[0]?.toUpperCase() ?? '';
    expect(await statusWith({ 'X-SafeExamBrowser-ConfigKeyHash': upper }), 'hex in capitals').to.equal(200);
    expect(await statusWith({}), 'no proof').to.equal(403);
    expect(await statusWith(proofOf(start.action)), 'the proof of another page').to.equal(403);
    expect(await statusWith(proofOf(path, 'b'.repeat(64))), 'another key').to.equal(403);
    expect(await statusWith({ 'X-SafeExamBrowser-ConfigKeyHash': 'no hash' }), 'no hash').to.equal(403);
    expect(await statusWith({ 'X-SafeExamBrowser-ConfigKeyHash': configKey }), 'the key itself').to.equal(
      403,
    );
    // The Browser Exam Key says which program it is, not what it was told to lock.
    const [proof = ''] = Object.values(proofOf(path));
    expect(await statusWith({ 'X-SafeExamBrowser-RequestHash': proof }), 'the other header').to.equal(403);
    const form = (await learner.client.get(path, { headers: proofOf(path) })).page().form(/\/attempts\//);
    expect((await learner.client.send(form)).status, 'an answer from elsewhere').to.equal(403);
  });

  it('is no place for candidates', async () => {
    const learner = await world.learner();
    for (const desk of ['', '/marking', '/signals', '/cases', '/reports', '/regrades', '/statistics']) {
      expect((await learner.client.get(`/en/staff/examining${desk}`)).status, desk).to.equal(404);
      expect((await examiner(0).client.get(`/fr/staff/examining${desk}`)).status, desk).to.equal(200);
    }
  });
});
