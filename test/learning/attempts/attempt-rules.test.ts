import { expect } from 'chai';
import request from 'supertest';
import { learnPages } from '../pages-support.ts';
import {
  answersTo,
  begin,
  courseContent,
  type Held,
  learningWorld,
  readyForTest,
  refusalOf,
  questions as samples,
  saveAll,
  takeTest,
  type World,
} from '../support.ts';

type Rules = NonNullable<Parameters<typeof courseContent>[0]>['rules'];

describe('the rules of a test', function () {
  this.timeout(60_000);
  const house = learningWorld();
  let world: World;
  let place: { accountId: string; enrolmentId: string; activityId: string };
  before(() => house.start());
  after(() => house.close());
  const open = async (rules: Rules = {}, attempts = 3): Promise<void> => {
    world = await house.open();
    const waitingMinutes = attempts > 1 ? [10, 60].slice(0, attempts - 1) : [];
    await world.learning.publishCourse(courseContent({ rules, attempts, waitingMinutes }));
    place = await readyForTest(world);
  };
  const view = async ({ attemptId }: { attemptId: string }) => {
    const found = await world.learning.attempt('ana', attemptId);
    return found.state === 'in_progress' ? found : expect.fail('is closed');
  };
  const result = async ({ attemptId }: { attemptId: string }) => {
    const found = await world.learning.attempt('ana', attemptId);
    return found.state === 'in_progress' ? expect.fail('is open') : found;
  };
  const save = (held: Held, slot: number, value: unknown, seq: number) =>
    world.learning.saveAnswer({ ...held, slot, value, seq });

  describe('that is linear', () => {
    it('shows one question at a time, and closes the one that was left', async () => {
      await open({ navigation: 'linear' });
      const { learning } = world;
      const held = await begin(learning, place);
      for (let slot = 1; slot <= 4; slot += 1) {
        const { questions, seq, position } = await view(held);
        expect([position, questions.map((one) => one.slot)]).to.deep.equal([slot, [slot]]);
        const answers = answersTo(questions);
        await learning.saveForm({ ...held, base: seq, answers, leave: slot });
        expect(await refusalOf(save(held, slot, answers[0]?.value, 50))).to.equal('question-left');
        const back = learning.saveForm({ ...held, base: seq, answers: [], leave: slot });
        expect(await refusalOf(back)).to.equal('question-left');
      }
      expect((await view(held)).questions).to.deep.equal([]);
      expect((await learning.submitAttempt('ana', held.attemptId, held.sitting)).score).to.equal(1);
      const bypasses = (await learning.timeline(held.attemptId)).filter(({ rule }) => rule === 'navigation');
      expect(bypasses).to.have.length(1);
    });

    it('answers nothing ahead', async () => {
      await open({ navigation: 'linear' });
      const held = await begin(world.learning, place);
      expect(await refusalOf(save(held, 2, null, 1))).to.equal('question-left');
    });

    it('goes through its pages without a script', async () => {
      await open({ navigation: 'linear' });
      const app = learnPages(world, 'ana');
      const { attemptId, sitting } = await begin(world.learning, place);
      const home = `/en/learn/attempts/${attemptId}`;
      const window = `?sitting=${sitting}`;
      const first = await request(app).get(`${home}${window}`).expect(303);
      expect(first.headers.location).to.equal(`${home}/questions/1${window}`);
      await request(app).get(`${home}/questions/3${window}`).expect(303);
      for (let slot = 1; slot <= 4; slot += 1) {
        const page = await request(app).get(`${home}/questions/${slot}${window}`).expect(200);
        expect(page.text)
          .to.include(`Question ${slot} of 4`)
          .and.not.include(`Question ${slot + 1} of 4`);
        const action = slot < 4 ? 'next' : 'review';
        const sent = { sitting, base: String(slot), action };
        const onward = await request(app)
          .post(`${home}/questions/${slot}`)
          .type('form')
          .send(sent)
          .expect(303);
        const next = slot < 4 ? `/questions/${slot + 1}` : '/review';
        expect(onward.headers.location).to.equal(`${home}${next}${window}`);
      }
      expect((await request(app).get(`${home}/review${window}`).expect(200)).text).to.include('Hand in now');
    });
  });

  it('may lay each question on a page of its own, with flags and an overview', async () => {
    await open({ layout: 'one' });
    const app = learnPages(world, 'ana');
    const { attemptId, sitting } = await begin(world.learning, place);
    const home = `/en/learn/attempts/${attemptId}`;
    const sent = { sitting, base: '0', action: 'go-3', later: '2' };
    const onward = await request(app).post(`${home}/questions/2`).type('form').send(sent).expect(303);
    expect(onward.headers.location).to.equal(`${home}/questions/3?sitting=${sitting}`);
    const page = await request(app).get(`${home}/questions/3?sitting=${sitting}`).expect(200);
    expect(page.text)
      .to.match(/class="open flagged"/)
      .and.include('aria-current="step"');
    const review = await request(app).get(`${home}/review?sitting=${sitting}`).expect(200);
    expect(review.text).to.include('look at 1 question again').and.include('/questions/2?sitting');
    const away = { sitting, base: '0', action: 'save' };
    await request(app).post(`${home}/questions/2`).type('form').send(away).expect(303);
    expect(
      (await world.learning.attempt('ana', attemptId)).questions.some(({ flagged }) => flagged),
    ).to.equal(false);
    await request(app).get(`${home}/questions/9?sitting=${sitting}`).expect(404);
  });

  it('tells of the result what its review policy says, and no more', async () => {
    await open({ review: { shows: 'nothing', when: 'at-once' } });
    const silent = await result(await takeTest(world.learning, place, 'wrong'));
    expect(silent)
      .to.include({ passed: false, shownLater: false })
      .and.not.have.any.keys('score', 'passMark');
    expect(silent.topics).to.deep.equal([]);

    await open({ review: { shows: 'score', when: 'when-over' } }, 2);
    const first = await takeTest(world.learning, place, 'wrong');
    expect(await result(first))
      .to.include({ shownLater: true })
      .and.not.have.property('score');
    world.clock.pass(10);
    await takeTest(world.learning, place, 'wrong');
    expect(await result(first)).to.include({ shownLater: false, score: 0 });
    const app = learnPages(world, 'ana');
    const page = await request(app).get(`/en/learn/attempts/${first.attemptId}/result`).expect(200);
    expect(page.text).to.include('0%').and.not.include('Your points by subject');
  });

  it('may let an attempt without any answer not count; others do', async () => {
    await open({ abandonedCounts: false }, 1);
    const { learning, clock } = world;
    const lost = await begin(learning, place);
    clock.pass(60);
    await learning.submitOverdue(clock.now());
    expect((await result(lost)).state).to.equal('abandoned');
    const again = await begin(learning, place);
    expect(again.attemptId).to.not.equal(lost.attemptId);
    const { questions, seq } = await view(again);
    await learning.saveForm({ ...again, base: seq, answers: answersTo(questions, 'wrong').slice(0, 1) });
    clock.pass(60);
    expect(await refusalOf(begin(learning, place))).to.equal('no-attempts-left');
  });

  it('lets staff adapt the time: before the test and while it runs, without ever shortening it', async () => {
    await open();
    const { learning, clock } = world;
    const grant = { accountId: 'ana', percent: 150, extraMinutes: 0, extraAttempts: 0, by: 'eva' };
    const reason = 'documented-need' as const;
    expect(await refusalOf(learning.adaptTime.grant({ ...grant, reason, by: 'ana' }))).to.equal(
      'own-accommodation',
    );
    const given = await learning.adaptTime.grant({ ...grant, reason });
    const before = await learning.visitActivity(place);
    expect(before.kind === 'test' && before.minutes).to.deep.equal({ allowed: 30, plain: 20 });
    const held = await begin(learning, place);
    expect((await view(held)).deadlineAt).to.deep.equal(new Date('2026-11-23T14:30:00Z'));
    await learning.adaptTime.grant({ ...grant, percent: 200, reason });
    expect((await view(held)).deadlineAt).to.deep.equal(new Date('2026-11-23T14:40:00Z'));
    await learning.adaptTime.withdraw(given.id, 'eva');
    expect((await view(held)).deadlineAt).to.deep.equal(new Date('2026-11-23T14:40:00Z'));
    clock.pass(40);
    await saveAll(learning, held, answersTo((await view(held)).questions).slice(0, 1));
    expect(await world.events('AccommodationChanged')).to.have.length(3);
  });

  it('gives another attempt where staff grants one', async () => {
    await open({}, 1);
    const { learning, clock } = world;
    await takeTest(learning, place, 'wrong');
    expect(await refusalOf(begin(learning, place))).to.equal('no-attempts-left');
    const { enrolmentId } = place;
    const more = {
      accountId: 'ana',
      enrolmentId,
      percent: 100,
      extraMinutes: 0,
      extraAttempts: 1,
      by: 'eva',
    };
    await learning.adaptTime.grant({ ...more, reason: 'technical' });
    const foreign = learning.adaptTime.grant({ ...more, accountId: 'ben', reason: 'technical' });
    expect(await refusalOf(foreign)).to.equal('not-found');
    clock.pass(1);
    expect((await takeTest(learning, place)).passed).to.equal(true);
  });

  it('credits an incident to everybody who sits the test, once, whatever else moves', async () => {
    await open();
    const { learning, clock } = world;
    const other = await readyForTest({ learning, accountId: 'ben' });
    const [ana, ben] = [await begin(learning, place), await begin(learning, other)];
    const credit = {
      courseId: 'small-course',
      activityId: 'test',
      minutes: 7,
      reason: 'service-down' as const,
      by: 'eva',
    };
    const { incidentId, credited } = await learning.adaptTime.creditTime(credit);
    expect(credited).to.equal(2);
    await Promise.all([1, 2, 3].map(() => learning.adaptTime.applyIncident(incidentId)));
    expect((await view(ana)).deadlineAt).to.deep.equal(new Date('2026-11-23T14:27:00Z'));
    const one = { ...credit, attemptId: ben.attemptId, minutes: 3 };
    await Promise.all([learning.adaptTime.creditTime(one), learning.adaptTime.creditTime(one)]);
    expect((await learning.attempt('ben', ben.attemptId)).deadlineAt).to.deep.equal(
      new Date('2026-11-23T14:33:00Z'),
    );
    clock.pass(26);
    await learning.submitOverdue(clock.now());
    expect((await view(ana)).creditedMinutes).to.equal(7);
    clock.pass(2);
    await learning.submitOverdue(clock.now());
    expect((await result(ana)).submittedAt).to.deep.equal(new Date('2026-11-23T14:27:00Z'));
    expect(await refusalOf(learning.adaptTime.creditTime({ ...credit, attemptId: ana.attemptId }))).to.equal(
      'not-found',
    );
    expect((await learning.adaptTime.creditTime(credit)).credited).to.equal(1);
  });

  it('stays as it began when the grace runs: a credit never opens what is over', async () => {
    await open({ graceSeconds: 0 });
    const { learning, clock } = world;
    const held = await begin(learning, place);
    clock.pass(20);
    await save(held, 1, null, 1);
    clock.passSeconds(1);
    const credit = { courseId: 'small-course', activityId: 'test', minutes: 60, by: 'eva' };
    expect((await learning.adaptTime.creditTime({ ...credit, reason: 'other' })).credited).to.equal(0);
    expect(await refusalOf(save(held, 1, null, 2))).to.equal('attempt-expired');
  });

  it('keeps the reports of a page, bounded and once each', async () => {
    await open();
    const { learning } = world;
    const { attemptId } = await begin(learning, place);
    const report = (number: number) =>
      learning.reportEvent({ accountId: 'ana', attemptId, type: 'focus-lost', number });
    await Promise.all([1, 1, 2, 201, 999].map(report));
    const kept = (await learning.timeline(attemptId)).filter(({ type }) => type === 'focus-lost');
    expect(kept).to.have.length(2);
    expect(
      await refusalOf(learning.reportEvent({ accountId: 'ben', attemptId, type: 'focus-lost', number: 3 })),
    ).to.equal('not-found');
  });

  describe('whose questions come from the bank', () => {
    const draft = (id: string, tag: string, fr: string) => ({
      ...samples.choice,
      id,
      tags: [tag],
      prompt: { en: `Which one, ${id}?`, fr },
    });
    const fill = async (count: number, fr = (id: string) => `Lequel, ${id} ?`): Promise<void> => {
      for (let number = 0; number < count; number += 1) {
        const id = `item-${number}`;
        const kept = await world.learning.items.add({ question: draft(id, 'bank-tag', fr(id)), by: 'eva' });
        if (kept.outcome !== 'kept') return expect.fail(JSON.stringify(kept));
        const { itemId, version } = kept.version;
        await world.learning.items.publish({ itemId, version, by: 'tom' });
      }
    };
    const rules = { source: 'bank' as const, draw: [{ tag: 'bank-tag', count: 3 }] };
    const content = courseContent({ id: 'bank-course', rules });

    it('is published only when the bank fills it in each language, and says what falls short', async () => {
      world = await house.open();
      await fill(2);
      const short = await world.learning.publishCourse(content).catch((error: unknown) => error);
      expect(short).to.deep.include({ code: 'blueprint-short' });
      expect((short as { params: object }).params).to.include({ tag: 'bank-tag', count: 3, available: 2 });
      await fill(4, () => '');
      expect(await refusalOf(world.learning.publishCourse(content))).to.equal('blueprint-short');
    });

    it('is drawn, answered and graded by the versions that were drawn', async () => {
      world = await house.open();
      await fill(6);
      const { learning } = world;
      await learning.publishCourse(content);
      const bankPlace = await readyForTest({ learning, courseId: 'bank-course' });
      const held = await begin(learning, bankPlace);
      const { questions } = await view(held);
      expect(new Set(questions.map(({ prompt }) => prompt.en)).size).to.equal(3);
      await saveAll(learning, held, answersTo(questions));
      expect((await learning.submitAttempt('ana', held.attemptId, held.sitting)).score).to.equal(1);
    });
  });
});
