import { expect } from 'chai';
import { createEnrolmentStore } from '../../../src/learning/enrolments/enrolment-store.ts';
import { createOrderWithdrawalStore } from '../../../src/learning/enrolments/order-withdrawal-store.ts';
import { createOrderWithdrawals } from '../../../src/learning/enrolments/withdraw.ts';
import { createLearning } from '../../../src/learning/index.ts';
import {
  barrier,
  begin,
  courseContent,
  finishReading,
  learningWorld,
  readyForTest,
  refusalOf,
  seededRandom,
  takeTest,
  type World,
} from '../support.ts';

describe('enrolments', function () {
  this.timeout(60_000);
  const house = learningWorld();
  let world: World;
  before(() => house.start());
  after(() => house.close());
  beforeEach(async () => {
    world = await house.open();
    await world.learning.publishCourse(courseContent());
    await world.learning.publishCourse(courseContent({ id: 'paid-course', access: 'paid' }));
  });
  const order = { orderId: 'order-1', accountId: 'ana', courseIds: ['paid-course'] };
  const stateOf = async (accountId = 'ana') =>
    (await world.learning.myLearning(accountId)).map(({ state }) => state);

  it('of a free course are made once, however often and fast they are asked for', async () => {
    const { learning, events } = world;
    const asked = Array.from({ length: 6 }, () =>
      learning.enrol({ accountId: 'ana', courseId: 'small-course' }),
    );
    expect(new Set((await Promise.all(asked)).map(({ enrolmentId }) => enrolmentId)).size).to.equal(1);
    expect(await events('Enrolled')).to.have.length(1);
  });

  it('of a paid course are not to be had without an order', async () => {
    const { learning } = world;
    const asked = learning.enrol({ accountId: 'ana', courseId: 'paid-course' });
    expect(await refusalOf(asked)).to.equal('course-needs-payment');
    expect(await refusalOf(learning.enrol({ accountId: 'ana', courseId: 'no-course' }))).to.equal(
      'not-found',
    );
    expect(await stateOf()).to.deep.equal([]);
  });

  it('are opened by an order once, however often its payment is delivered', async () => {
    const { learning, events } = world;
    const all = await Promise.all(Array.from({ length: 5 }, () => learning.openEnrolments(order)));
    const outcomes = all.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === 'opened')).to.have.length(1);
    expect(outcomes.filter((one) => one === 'repeated')).to.have.length(4);
    expect(await events('Enrolled')).to.have.length(1);
    expect(await events('CourseOrderedAgain')).to.deep.equal([]);
  });

  it('note and report a second order for the same course, once', async () => {
    const { learning, events } = world;
    const [first] = await learning.openEnrolments(order);
    const again = { ...order, orderId: 'order-2' };
    await learning.openEnrolments(again);
    const [second] = await learning.openEnrolments(again);
    expect(second).to.deep.equal({ ...first, outcome: 'already-open' });
    const reports = await events('CourseOrderedAgain');
    expect(reports.map(({ payload }) => payload)).to.deep.equal([
      { enrolmentId: first?.enrolmentId, accountId: 'ana', courseId: 'paid-course', orderId: 'order-2' },
    ]);
  });

  it('end with the refund of their order, and are not opened by a repeated payment', async () => {
    const { learning, events } = world;
    const [opened] = await learning.openEnrolments(order);
    await learning.withdraw({ orderId: 'order-1' });
    await learning.withdraw({ orderId: 'order-1' });
    await learning.openEnrolments(order);
    expect(await stateOf()).to.deep.equal(['withdrawn']);
    expect(await events('EnrolmentWithdrawn')).to.have.length(1);
    const place = { accountId: 'ana', enrolmentId: opened?.enrolmentId ?? '', activityId: 'reading' };
    expect(await refusalOf(learning.visitActivity(place))).to.equal('enrolment-closed');
    expect(await refusalOf(learning.completeActivity(place))).to.equal('enrolment-closed');
    expect(await refusalOf(begin(learning, { ...place, activityId: 'test' }))).to.equal('enrolment-closed');
  });

  it('give no access when the refund overtook the payment', async () => {
    const { learning } = world;
    await learning.withdraw({ orderId: 'order-1' });
    expect((await learning.openEnrolments(order)).map(({ outcome }) => outcome)).to.deep.equal(['refunded']);
    expect(await stateOf()).to.deep.equal(['withdrawn']);
  });

  it('can be bought again after a refund', async () => {
    const { learning } = world;
    await learning.openEnrolments(order);
    await learning.withdraw({ orderId: 'order-1' });
    await learning.openEnrolments({ ...order, orderId: 'order-2' });
    expect((await stateOf()).sort()).to.deep.equal(['active', 'withdrawn']);
  });

  it('stay open when one of two orders is refunded, whichever it is', async () => {
    const { learning } = world;
    await learning.openEnrolments(order);
    await learning.openEnrolments({ ...order, orderId: 'order-2' });
    await learning.withdraw({ orderId: 'order-1' });
    await learning.withdraw({ orderId: 'order-1' });
    expect(await stateOf()).to.deep.equal(['active']);
    await learning.withdraw({ orderId: 'order-2' });
    expect(await stateOf()).to.deep.equal(['withdrawn']);
  });

  describe('of which two orders are settled at once', () => {
    /** The use case on the same data, with a place to let something else happen between its look and its write. */
    const withdrawalsWith = (between: () => Promise<void>) => {
      const { connection, outbox, clock } = world;
      connection.deleteModel(/^(Enrolment|OrderWithdrawal)$/);
      const enrolments = createEnrolmentStore(connection, outbox);
      const marks = createOrderWithdrawalStore(connection);
      let looks = 0;
      const paidBy = async (orderId: string) => {
        const found = await enrolments.paidBy(orderId);
        looks += 1;
        if (looks === 1) await between();
        return found;
      };
      const answers = { recall: async () => undefined };
      return createOrderWithdrawals({ enrolments: { ...enrolments, paidBy }, answers, marks, clock, outbox });
    };

    it('give no access when both are refunded', async () => {
      const { learning } = world;
      await learning.openEnrolments(order);
      await learning.openEnrolments({ ...order, orderId: 'order-2' });
      const first = withdrawalsWith(() => learning.withdraw({ orderId: 'order-2' }));
      await first.withdraw({ orderId: 'order-1' });
      expect(await stateOf()).to.deep.equal(['withdrawn']);
    });

    it('stay open for an order that comes while the other is refunded', async () => {
      const { learning } = world;
      await learning.openEnrolments(order);
      const first = withdrawalsWith(async () => {
        await learning.openEnrolments({ ...order, orderId: 'order-2' });
      });
      await first.withdraw({ orderId: 'order-1' });
      expect(await stateOf()).to.deep.equal(['active']);
    });
  });

  it('of a buyer who was erased before the payment was told leave nothing behind', async () => {
    const { connection, outbox, clock } = world;
    connection.deleteModel(/.*/);
    const random = seededRandom('erased');
    const learning = createLearning({
      connection,
      clock,
      random,
      outbox,
      languageOf: async () => undefined,
      renewableFrom: async () => undefined,
      earnedBy: async () => undefined,
      baseUrl: 'https://certificates.example',
    });
    expect(await learning.openEnrolments(order)).to.deep.equal([]);
    expect(await connection.collection('enrolments').countDocuments()).to.equal(0);
  });

  it('stay completed after a refund', async () => {
    const { learning } = world;
    const [opened] = await learning.openEnrolments(order);
    const place = { accountId: 'ana', enrolmentId: opened?.enrolmentId ?? '', activityId: 'test' };
    await finishReading({ learning, ...place });
    await takeTest(learning, place);
    await learning.withdraw({ orderId: 'order-1' });
    expect(await stateOf()).to.deep.equal(['completed']);
    expect((await learning.awardOf(place.enrolmentId))?.achievement.courseId).to.equal('paid-course');
  });

  it('earn an award from the pinned version, in the learner’s language, and nothing before completion', async () => {
    const { learning, clock } = world;
    const place = await readyForTest({ learning });
    expect(await learning.awardOf(place.enrolmentId)).to.equal(undefined);
    await learning.publishCourse(courseContent({ version: 2, title: 'Renamed' }));
    clock.pass(5);
    await takeTest(learning, place);
    const award = await learning.awardOf(place.enrolmentId);
    expect(award).to.deep.include({
      accountId: 'ana',
      language: 'fr',
      completedAt: new Date('2026-11-23T14:05:00Z'),
      result: { score: 1, passMark: 0.8 },
    });
    expect(award?.achievement).to.deep.include({ courseId: 'small-course', courseVersion: 1 });
    expect(award?.achievement.name.en).to.equal('A small course');
  });

  it('show one’s own only', async () => {
    const { learning } = world;
    const { enrolmentId } = await learning.enrol({ accountId: 'ana', courseId: 'small-course' });
    expect(await refusalOf(learning.outline('ben', enrolmentId))).to.equal('not-found');
    expect(await learning.myLearning('ben')).to.deep.equal([]);
  });
});

describe('progress', function () {
  this.timeout(60_000);
  const house = learningWorld();
  let world: World;
  let place: { accountId: string; enrolmentId: string };
  before(() => house.start());
  after(() => house.close());
  beforeEach(async () => {
    world = await house.open();
    await world.learning.publishCourse(courseContent());
    const { enrolmentId } = await world.learning.enrol({ accountId: 'ana', courseId: 'small-course' });
    place = { accountId: 'ana', enrolmentId };
  });
  const card = async () => (await world.learning.myLearning('ana'))[0];

  it('counts required steps, and goes on where one stopped', async () => {
    const { learning } = world;
    expect((await card())?.progress).to.deep.equal({ done: 0, total: 4 });
    expect((await card())?.next?.activityId).to.equal('reading');
    await learning.visitActivity({ ...place, activityId: 'more-reading' });
    expect((await card())?.next?.activityId).to.equal('more-reading');
    const { following } = await learning.completeActivity({ ...place, activityId: 'more-reading' });
    expect(following).to.equal('test');
    expect((await card())?.progress).to.deep.equal({ done: 1, total: 4 });
    expect((await card())?.next?.activityId).to.equal('reading');
  });

  it('is not made by claiming: neither a quiz nor a test nor an unknown step can be marked as read', async () => {
    const { learning } = world;
    for (const activityId of ['quiz', 'test']) {
      expect(await refusalOf(learning.completeActivity({ ...place, activityId }))).to.equal(
        'completed-by-result',
      );
    }
    for (const activityId of ['nothing', '__proto__', 'progress.reading', '$set']) {
      expect(await refusalOf(learning.completeActivity({ ...place, activityId }))).to.equal('not-found');
      expect(await refusalOf(learning.visitActivity({ ...place, activityId }))).to.equal('not-found');
    }
    expect((await card())?.progress.done).to.equal(0);
  });

  it('keeps the best of a quiz, which may be repeated and is explained', async () => {
    const { learning } = world;
    const activityId = 'quiz';
    const view = await learning.visitActivity({ ...place, activityId });
    if (view.kind !== 'quiz') return expect.fail('no quiz');
    const [question] = view.questions;
    const code = (text: string) => question?.options.find((one) => one.text.en === text)?.code;
    const answer = (text: string) =>
      learning.answerQuiz({ ...place, activityId, answers: [{ slot: 1, value: code(text) }] });
    const wrong = await answer('No');
    expect(wrong.outcome).to.deep.include({ score: 0, passed: false });
    expect(wrong.outcome.items[0]?.solution[0]?.en).to.equal('Yes');
    expect(wrong.view.step.status).to.equal('failed');
    expect((await answer('Yes')).view.step).to.deep.include({ status: 'passed', score: 1, done: true });
    expect((await answer('No')).view.step).to.deep.include({ status: 'passed', score: 1, done: true });
    const forged = learning.answerQuiz({ ...place, activityId, answers: [{ slot: 2, value: 'a' }] });
    expect(await refusalOf(forged)).to.equal('invalid-input');
  });

  it('completes once when several requests see it complete at the same moment', async () => {
    const { learning, connection, events, onLanguage } = world;
    await finishReading({ learning, ...place });
    const passed = { status: 'passed', score: 1, firstAt: new Date(), lastAt: new Date() };
    await connection.collection('enrolments').updateOne({}, { $set: { 'progress.test': passed } });
    // Each has read the same active enrolment before any of them writes.
    onLanguage(barrier(3));
    await Promise.all([card(), card(), learning.completeActivity({ ...place, activityId: 'reading' })]);
    expect(await events('EnrolmentCompleted')).to.have.length(1);
    expect((await card())?.state).to.equal('completed');
  });

  it('that was cut off before completing is completed by the next look', async () => {
    const { learning, connection, events } = world;
    await finishReading({ learning, ...place });
    const passed = { status: 'passed', score: 1, firstAt: new Date(), lastAt: new Date() };
    await connection.collection('enrolments').updateOne({}, { $set: { 'progress.test': passed } });
    expect((await card())?.state).to.equal('completed');
    expect(await events('EnrolmentCompleted')).to.have.length(1);
  });
});
