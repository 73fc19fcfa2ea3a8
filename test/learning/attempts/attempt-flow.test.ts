import { expect } from 'chai';
import {
  answersTo,
  begin,
  courseContent,
  finishReading,
  type Held,
  learningWorld,
  readyForTest,
  refusalOf,
  saveAll,
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
    expect(await refusalOf(begin(learning, place))).to.equal('test-locked');
    await finishReading({ learning, accountId: 'ana', enrolmentId });
    expect((await begin(learning, place)).attemptId).to.be.a('string');
  });

  it('needs the honour statement', async () => {
    const place = await readyForTest(world);
    expect(
      await refusalOf(world.learning.startAttempt({ ...place, accepted: false, nameConfirmed: true })),
    ).to.equal('invalid-input');
    expect(await world.connection.collection('attempts').countDocuments()).to.equal(0);
  });

  it('gives one attempt to many starts at once', async () => {
    const place = await readyForTest(world);
    const starts = Array.from({ length: 8 }, () => begin(world.learning, place));
    const ids = new Set((await Promise.all(starts)).map(({ attemptId }) => attemptId));
    expect(ids.size).to.equal(1);
    expect(await world.connection.collection('attempts').countDocuments()).to.equal(1);
  });

  it('passes, completes the enrolment and says so once, however often it is handed in', async () => {
    const { learning, events } = world;
    const place = await readyForTest(world);
    const held = await begin(learning, place);
    const { attemptId, sitting } = held;
    const { questions } = await learning.attempt('ana', attemptId);
    await saveAll(learning, held, answersTo(questions));
    const results = await Promise.all(
      Array.from({ length: 6 }, () => learning.submitAttempt('ana', attemptId, sitting)),
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
    expect(view.state === 'confirmed' && view.nextAllowedAt).to.deep.equal(new Date('2026-11-23T14:10:00Z'));
    clock.passSeconds(599);
    expect(await refusalOf(begin(learning, place))).to.equal('attempt-too-early');
    clock.passSeconds(1);
    await takeTest(learning, place, 'wrong');
    clock.pass(59);
    expect(await refusalOf(begin(learning, place))).to.equal('attempt-too-early');
    clock.pass(1);
    await takeTest(learning, place, 'wrong');
    clock.pass(100_000);
    expect(await refusalOf(begin(learning, place))).to.equal('no-attempts-left');
    expect(await learning.awardOf(place.enrolmentId)).to.equal(undefined);
  });

  it('is over once passed', async () => {
    const place = await readyForTest(world);
    await takeTest(world.learning, place);
    expect(await refusalOf(begin(world.learning, place))).to.equal('test-already-passed');
  });

  it('is nobody else’s', async () => {
    const { learning } = world;
    const place = await readyForTest(world);
    const held = await begin(learning, place);
    const { attemptId, sitting } = held;
    expect(await refusalOf(learning.attempt('ben', attemptId))).to.equal('not-found');
    expect(await refusalOf(learning.submitAttempt('ben', attemptId, sitting))).to.equal('not-found');
    const save = learning.saveForm({
      accountId: 'ben',
      attemptId,
      sitting,
      base: 0,
      answers: [{ slot: 1, value: 'a' }],
    });
    expect(await refusalOf(save)).to.equal('not-found');
    expect(await refusalOf(begin(learning, { ...place, accountId: 'ben' }))).to.equal('not-found');
    expect(await refusalOf(learning.visitActivity({ ...place, accountId: 'ben' }))).to.equal('not-found');
  });

  it('shows neither ids nor keys', async () => {
    const place = await readyForTest(world);
    const { attemptId, sitting } = await begin(world.learning, place);
    const open = JSON.stringify(await world.learning.attempt('ana', attemptId));
    await world.learning.submitAttempt('ana', attemptId, sitting);
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
  let held: Held;
  const accountId = 'ana';
  const stored = async () => (await world.connection.collection('attempts').findOne({}))?.answers;
  before(() => house.start());
  after(() => house.close());
  beforeEach(async () => {
    world = await house.open();
    await world.learning.publishCourse(courseContent());
    const place = await readyForTest(world);
    held = await begin(world.learning, place);
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
      expect(await refusalOf(saveAll(world.learning, held, answers))).to.equal('invalid-input');
      expect(await stored()).to.deep.equal(before);
    });
  }

  const shown = async () => (await world.learning.attempt(accountId, held.attemptId)).questions;
  const slotOf = async (kind: string): Promise<number> =>
    (await shown()).find((question) => question.kind === kind)?.slot ?? 0;
  const save = (slot: number, value: unknown, seq: number, from: Held = held) =>
    world.learning.saveAnswer({ ...from, slot, value, seq });

  it('keep the highest number of a slot; a repetition is acknowledged again, an older one refused', async () => {
    const slot = await slotOf('choice');
    await save(slot, 'a', 2);
    expect((await save(slot, 'a', 2)).answer?.value).to.equal('a');
    expect(await refusalOf(save(slot, 'b', 1))).to.equal('answer-superseded');
    expect(await refusalOf(save(slot, 'b', 2))).to.equal('answer-superseded');
    expect((await save(slot, 'c', 3)).answer).to.deep.include({ value: 'c', seq: 3 });
    expect((await save(slot, 'c', 3)).seq).to.equal(3);
  });

  it('share one series: an answer to another question, sent late, is still taken', async () => {
    const [choice, numeric] = [await slotOf('choice'), (await shown()).find(({ kind }) => kind !== 'choice')];
    await save(choice, 'a', 5);
    const late = await save(numeric?.slot ?? 0, answersTo([numeric!])[0]?.value, 4);
    expect(late.seq).to.equal(5);
    expect((await stored())?.[String(numeric?.slot)]).to.deep.include({ seq: 4 });
  });

  it('of a page that is not the latest do not undo newer ones', async () => {
    const { learning } = world;
    const slot = await slotOf('choice');
    await save(slot, 'a', 1);
    const { superseded } = await learning.saveForm({ ...held, base: 0, answers: [{ slot, value: 'b' }] });
    expect(superseded).to.deep.equal([slot]);
    expect((await stored())?.[String(slot)].value).to.equal('a');
    expect(
      (await learning.saveForm({ ...held, base: 1, answers: [{ slot, value: 'b' }] })).superseded,
    ).to.deep.equal([]);
    expect((await stored())?.[String(slot)].value).to.equal('b');
  });

  it('are taken from one window: a second takes over, the first is told and may take back', async () => {
    const { learning } = world;
    const slot = await slotOf('choice');
    await save(slot, 'a', 1);
    const second = { ...held, ...(await learning.takeOverAttempt(accountId, held.attemptId)) };
    expect(await refusalOf(save(slot, 'b', 2))).to.equal('attempt-taken-over');
    expect(await refusalOf(saveAll(learning, held, [{ slot, value: 'b' }]))).to.equal('attempt-taken-over');
    expect(await refusalOf(learning.submitAttempt(accountId, held.attemptId, held.sitting))).to.equal(
      'attempt-taken-over',
    );
    expect((await learning.attemptPulse(accountId, held.attemptId)).sitting).to.equal(second.sitting);
    expect((await save(slot, 'c', 2, second)).answer?.value).to.equal('c');
    const back = { ...held, ...(await learning.takeOverAttempt(accountId, held.attemptId)) };
    expect(await refusalOf(save(slot, 'a', 3, second))).to.equal('attempt-taken-over');
    expect((await save(slot, 'b', 3, back)).answer?.value).to.equal('b');
    const types = (await learning.timeline(held.attemptId)).map(({ type }) => type);
    expect(types).to.include.members(['started', 'saved', 'took-over']);
  });

  it('count until thirty seconds after the deadline, and not later', async () => {
    const { learning, clock } = world;
    const { attemptId } = held;
    const [first, ...rest] = answersTo(await shown());
    await saveAll(learning, held, rest);
    clock.pass(20);
    clock.passSeconds(30);
    await save(first?.slot ?? 0, first?.value, 9);
    clock.passSeconds(1);
    const late = { slot: first?.slot ?? 0, value: null };
    expect(await refusalOf(save(late.slot, null, 10))).to.equal('attempt-expired');
    expect(await refusalOf(learning.saveForm({ ...held, base: 9, answers: [late] }))).to.equal(
      'attempt-expired',
    );
    const result = await learning.attempt(accountId, attemptId);
    if (result.state !== 'confirmed') return expect.fail('still open');
    expect(result.submittedBy).to.equal('timer');
    expect(result.submittedAt).to.deep.equal(new Date('2026-11-23T14:20:00Z'));
    expect(result.score).to.equal(1);
    expect(result.questions.every(({ answered }) => answered)).to.equal(true);
    const types = (await learning.timeline(attemptId)).map(({ type }) => type);
    expect(types.slice(-3)).to.deep.equal(['timed-out', 'saved', 'late-save']);
  });

  it('are handed in by the sweep when nobody comes back, once however many sweep', async () => {
    const { learning, clock, events } = world;
    await saveAll(learning, held, answersTo(await shown()));
    clock.pass(20);
    expect(await learning.submitOverdue(clock.now())).to.equal(0);
    clock.pass(600);
    await Promise.all([1, 2, 3].map(() => learning.submitOverdue(clock.now())));
    expect(await learning.submitOverdue(clock.now())).to.equal(0);
    expect(await events('AttemptSubmitted')).to.have.length(1);
    expect(await events('EnrolmentCompleted')).to.have.length(1);
  });

  it('are graded by the reaction when the process died after closing', async () => {
    const { learning, connection, clock } = world;
    await saveAll(learning, held, answersTo(await shown()));
    const fields = { state: 'submitted', submittedAt: clock.now(), submittedBy: 'candidate' };
    await connection.collection('attempts').updateOne({}, { $set: fields });
    await learning.recordResult(held.attemptId);
    const view = await learning.attempt(accountId, held.attemptId);
    expect(view.state === 'confirmed' && view.score).to.equal(1);
  });

  it('saved while somebody hands in are either in the grade or refused', async () => {
    const { learning } = world;
    const saves = answersTo(await shown()).map(({ slot, value }, index) => save(slot, value, index + 1));
    const submit = learning.submitAttempt(accountId, held.attemptId, held.sitting);
    const settled = await Promise.allSettled([submit, ...saves]);
    const document = await world.connection.collection('attempts').findOne({});
    const kept = Object.keys(document?.answers ?? {}).map(Number);
    const items = document?.result.items as { slot: number; points: number }[];
    expect(items.filter(({ points }) => points > 0).map(({ slot }) => slot)).to.have.members(kept);
    const saved = settled.slice(1).filter(({ status }) => status === 'fulfilled').length;
    expect(kept).to.have.length(saved);
  });

  it('can be taken back', async () => {
    const { learning } = world;
    const questions = await shown();
    await saveAll(learning, held, answersTo(questions));
    await saveAll(
      learning,
      held,
      questions.map(({ slot }) => ({ slot, value: null })),
    );
    expect((await shown()).some(({ answered }) => answered)).to.equal(false);
  });
});
