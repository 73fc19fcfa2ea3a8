import { expect } from 'chai';
import {
  answersTo,
  courseContent,
  finishReading,
  learningWorld,
  readyForTest,
  refusalOf,
  takeTest,
  type World,
} from '../support.ts';

describe('taking a test', function () {
  this.timeout(60_000);
  const house = learningWorld();
  let world: World;
  before(() => house.start());
  after(() => house.close());
  beforeEach(async () => {
    world = await house.open();
    await world.learning.publishCourse(courseContent());
  });

  it('cannot be begun before everything required before it is done, and says what is missing', async () => {
    const { learning } = world;
    const { enrolmentId } = await learning.enrol({ accountId: 'ana', courseId: 'small-course' });
    const place = { accountId: 'ana', enrolmentId, activityId: 'test' };
    const view = await learning.visitActivity(place);
    expect(view.step.missing.map(({ id }) => id)).to.deep.equal(['reading', 'quiz', 'more-reading']);
    expect(await refusalOf(learning.startAttempt({ ...place, accepted: true }))).to.equal('test-locked');
    await finishReading({ learning, accountId: 'ana', enrolmentId });
    expect((await learning.startAttempt({ ...place, accepted: true })).attemptId).to.be.a('string');
  });

  it('needs the honour statement', async () => {
    const place = await readyForTest(world);
    expect(await refusalOf(world.learning.startAttempt({ ...place, accepted: false }))).to.equal(
      'invalid-input',
    );
    expect(await world.connection.collection('attempts').countDocuments()).to.equal(0);
  });

  it('gives one attempt to many starts at once', async () => {
    const place = await readyForTest(world);
    const starts = Array.from({ length: 8 }, () => world.learning.startAttempt({ ...place, accepted: true }));
    const ids = new Set((await Promise.all(starts)).map(({ attemptId }) => attemptId));
    expect(ids.size).to.equal(1);
    expect(await world.connection.collection('attempts').countDocuments()).to.equal(1);
  });

  it('passes, completes the enrolment and says so once, however often it is handed in', async () => {
    const { learning, events } = world;
    const place = await readyForTest(world);
    const { attemptId } = await learning.startAttempt({ ...place, accepted: true });
    const { questions } = await learning.attempt('ana', attemptId);
    await learning.saveAnswers({ accountId: 'ana', attemptId, answers: answersTo(questions) });
    const results = await Promise.all(
      Array.from({ length: 6 }, () => learning.submitAttempt('ana', attemptId)),
    );
    expect(results.every(({ passed, score }) => passed && score === 1)).to.equal(true);
    await learning.recordResult(attemptId);
    expect(await events('AttemptSubmitted')).to.have.length(1);
    const [completed, ...more] = await events('EnrolmentCompleted');
    expect(more).to.deep.equal([]);
    expect(completed?.payload).to.deep.equal({
      enrolmentId: place.enrolmentId,
      accountId: 'ana',
      courseId: 'small-course',
    });
  });

  it('finishes what a crash after grading left undone', async () => {
    const { learning, connection } = world;
    const place = await readyForTest(world);
    const before = await connection.collection('enrolments').findOne({});
    const { attemptId } = await takeTest(learning, place);
    // As if the process had died between the two documents.
    const { _id, ...fields } = before ?? expect.fail('no enrolment');
    await connection.collection('enrolments').replaceOne({ _id }, fields);
    expect(await learning.awardOf(place.enrolmentId)).to.equal(undefined);
    await learning.recordResult(attemptId);
    expect((await learning.awardOf(place.enrolmentId))?.achievement.courseId).to.equal('small-course');
  });

  it('makes a failed candidate wait, announces it, and counts the attempts', async () => {
    const { learning, clock } = world;
    const place = await readyForTest(world);
    const first = await learning.visitActivity(place);
    expect(first.kind === 'test' && first.standing).to.deep.equal({
      test: { state: 'ready' },
      attemptsLeft: 3,
      waitAfterNext: 10,
    });
    const failed = await takeTest(learning, place, 'wrong');
    expect(failed.passed).to.equal(false);
    const view = await learning.attempt('ana', failed.attemptId);
    expect(view.state === 'submitted' && view.nextAllowedAt).to.deep.equal(new Date('2026-11-23T14:10:00Z'));
    clock.passSeconds(599);
    expect(await refusalOf(learning.startAttempt({ ...place, accepted: true }))).to.equal(
      'attempt-too-early',
    );
    clock.passSeconds(1);
    await takeTest(learning, place, 'wrong');
    clock.pass(59);
    expect(await refusalOf(learning.startAttempt({ ...place, accepted: true }))).to.equal(
      'attempt-too-early',
    );
    clock.pass(1);
    await takeTest(learning, place, 'wrong');
    clock.pass(100_000);
    expect(await refusalOf(learning.startAttempt({ ...place, accepted: true }))).to.equal('no-attempts-left');
    expect(await learning.awardOf(place.enrolmentId)).to.equal(undefined);
  });

  it('is over once passed', async () => {
    const place = await readyForTest(world);
    await takeTest(world.learning, place);
    expect(await refusalOf(world.learning.startAttempt({ ...place, accepted: true }))).to.equal(
      'test-already-passed',
    );
  });

  it('is nobody else’s', async () => {
    const { learning } = world;
    const place = await readyForTest(world);
    const { attemptId } = await learning.startAttempt({ ...place, accepted: true });
    expect(await refusalOf(learning.attempt('ben', attemptId))).to.equal('not-found');
    expect(await refusalOf(learning.submitAttempt('ben', attemptId))).to.equal('not-found');
    const save = learning.saveAnswers({ accountId: 'ben', attemptId, answers: [{ slot: 1, value: 'a' }] });
    expect(await refusalOf(save)).to.equal('not-found');
    expect(await refusalOf(learning.startAttempt({ ...place, accountId: 'ben', accepted: true }))).to.equal(
      'not-found',
    );
    expect(await refusalOf(learning.visitActivity({ ...place, accountId: 'ben' }))).to.equal('not-found');
  });

  it('shows neither ids nor keys', async () => {
    const place = await readyForTest(world);
    const { attemptId } = await world.learning.startAttempt({ ...place, accepted: true });
    const open = JSON.stringify(await world.learning.attempt('ana', attemptId));
    await world.learning.submitAttempt('ana', attemptId);
    const closed = JSON.stringify(await world.learning.attempt('ana', attemptId));
    for (const text of [open, closed]) {
      expect(text).to.not.match(/"(correct|explanation|questionId|tolerance|answerKey)"/);
      expect(text).to.not.match(/"(right|wrong|first|second|day|night|capital|several)"/);
    }
  });
});

describe('answers of a test', function () {
  this.timeout(60_000);
  const house = learningWorld();
  let world: World;
  let attemptId: string;
  const accountId = 'ana';
  const stored = async () => (await world.connection.collection('attempts').findOne({}))?.answers;
  before(() => house.start());
  after(() => house.close());
  beforeEach(async () => {
    world = await house.open();
    await world.learning.publishCourse(courseContent());
    const place = await readyForTest(world);
    attemptId = (await world.learning.startAttempt({ ...place, accepted: true })).attemptId;
  });

  for (const [what, answers] of [
    ['a slot that the form does not have', [{ slot: 9, value: 'a' }]],
    ['a slot named like a property of objects', [{ slot: '__proto__' as never, value: 'a' }]],
    ['an option that the question does not have', [{ slot: 1, value: 'z' }]],
    ['an operator of the database', [{ slot: 1, value: { $gt: '' } }]],
    [
      'a good answer together with a bad one',
      [
        { slot: 1, value: null },
        { slot: 77, value: 'a' },
      ],
    ],
  ] as const) {
    it(`refuse ${what}, and change nothing`, async () => {
      const before = await stored();
      expect(await refusalOf(world.learning.saveAnswers({ accountId, attemptId, answers }))).to.equal(
        'invalid-input',
      );
      expect(await stored()).to.deep.equal(before);
    });
  }

  it('keep the highest number of a slot, and answer what is kept', async () => {
    const { learning } = world;
    const { questions } = await learning.attempt(accountId, attemptId);
    const choice = questions.find(({ kind }) => kind === 'choice');
    const slot = choice?.slot ?? 0;
    const save = (value: string, seq: number) =>
      learning.saveAnswers({ accountId, attemptId, answers: [{ slot, value, seq }] });
    await save('a', 2);
    const late = await save('b', 1);
    expect(late.answers.map(({ value, seq }) => ({ value, seq }))).to.deep.equal([{ value: 'a', seq: 2 }]);
    await save('c', 3);
    const [kept] = (await save('b', 3)).answers;
    expect(kept?.value).to.equal('c');
  });

  it('count until thirty seconds after the deadline, and not later', async () => {
    const { learning, clock } = world;
    const { questions } = await learning.attempt(accountId, attemptId);
    const [first, ...rest] = answersTo(questions);
    await learning.saveAnswers({ accountId, attemptId, answers: rest });
    clock.pass(20);
    clock.passSeconds(30);
    await learning.saveAnswers({ accountId, attemptId, answers: [first ?? { slot: 0, value: '' }] });
    clock.passSeconds(1);
    const late = learning.saveAnswers({ accountId, attemptId, answers: answersTo(questions, 'wrong') });
    expect(await refusalOf(late)).to.equal('attempt-expired');
    const result = await learning.attempt(accountId, attemptId);
    if (result.state !== 'submitted') return expect.fail('still open');
    expect(result.submittedBy).to.equal('timer');
    expect(result.submittedAt).to.deep.equal(new Date('2026-11-23T14:20:00Z'));
    expect(result.score).to.equal(1);
    expect(result.questions.every(({ answered }) => answered)).to.equal(true);
  });

  it('are handed in by the sweep when nobody comes back', async () => {
    const { learning, clock, events } = world;
    const { questions } = await learning.attempt(accountId, attemptId);
    await learning.saveAnswers({ accountId, attemptId, answers: answersTo(questions) });
    clock.pass(20);
    expect(await learning.submitOverdue(clock.now())).to.equal(0);
    clock.pass(600);
    expect(await learning.submitOverdue(clock.now())).to.equal(1);
    expect(await learning.submitOverdue(clock.now())).to.equal(0);
    expect(await events('EnrolmentCompleted')).to.have.length(1);
  });

  it('are graded with what was saved while they were being graded', async () => {
    const { learning, connection } = world;
    const { questions } = await learning.attempt(accountId, attemptId);
    const [last, ...others] = answersTo(questions);
    await learning.saveAnswers({ accountId, attemptId, answers: others });
    // The last answer arrives after the grade was made and before it is written.
    const model = connection.model('Attempt');
    const write = model.updateOne.bind(model);
    let isLate = false;
    model.updateOne = (async (filter: never, change: { $set?: { state?: string } }) => {
      if (change.$set?.state === 'submitted' && !isLate) {
        isLate = true;
        await learning.saveAnswers({ accountId, attemptId, answers: [{ ...last!, seq: 1 }] });
      }
      return write(filter, change as never);
    }) as never;
    const { score } = await learning.submitAttempt(accountId, attemptId);
    expect(isLate).to.equal(true);
    expect(score).to.equal(1);
  });

  it('saved while somebody hands in are either in the grade or refused', async () => {
    const { learning } = world;
    const { questions } = await learning.attempt(accountId, attemptId);
    const saves = answersTo(questions).map((answer) =>
      learning.saveAnswers({ accountId, attemptId, answers: [{ ...answer, seq: 1 }] }),
    );
    const settled = await Promise.allSettled([learning.submitAttempt(accountId, attemptId), ...saves]);
    const document = await world.connection.collection('attempts').findOne({});
    const kept = Object.keys(document?.answers ?? {}).map(Number);
    const items = document?.result.items as { slot: number; points: number }[];
    expect(items.filter(({ points }) => points > 0).map(({ slot }) => slot)).to.have.members(kept);
    const saved = settled.slice(1).filter(({ status }) => status === 'fulfilled').length;
    expect(kept.length).to.be.at.least(saved);
  });

  it('can be taken back', async () => {
    const { learning } = world;
    const { questions } = await learning.attempt(accountId, attemptId);
    await learning.saveAnswers({ accountId, attemptId, answers: answersTo(questions) });
    const answers = questions.map(({ slot }) => ({ slot, value: null }));
    await learning.saveAnswers({ accountId, attemptId, answers });
    const view = await learning.attempt(accountId, attemptId);
    expect(view.questions.some(({ answered }) => answered)).to.equal(false);
  });
});
