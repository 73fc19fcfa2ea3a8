import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { openWorld, type Someone, type World } from '../support/world.ts';
import { answersTo, begin, courseContent, readyForTest, saveAll } from './support.ts';

class Cut extends Error {}
type Write = (...parameters: unknown[]) => Promise<unknown>;

/** The question that is answered wrong, and its kind. */
const wrongOn = {
  /** 4 of 6 points: failed, and passed once `several` counts for nobody. */
  several: 'multiple',
  /** 5 of 6 points: passed, and below the mark once `several` counts for nobody. */
  amount: 'numeric',
} as const;

describe('a regrade that is cut', function () {
  this.timeout(120_000);
  let world: World;
  let connection: Connection;
  before(async () => {
    world = await openWorld();
    ({ connection } = world.modules.platform.database);
    const draw = [
      { tag: 'facts', count: 2 },
      { tag: 'methods', count: 3 },
    ];
    await world.modules.learning.publishCourse(courseContent({ rules: { draw } }));
  });
  after(() => world.close());

  const sit = async (learner: Someone, wrong?: keyof typeof wrongOn) => {
    const { learning } = world.modules;
    const { accountId } = learner;
    const place = await readyForTest({ learning, accountId });
    const held = await begin(learning, place);
    const { questions } = await learning.attempt(accountId, held.attemptId);
    const bad = new Map(answersTo(questions, 'wrong').map(({ slot, value }) => [slot, value]));
    const answers = answersTo(questions).map((answer, index) =>
      wrong && questions[index]?.kind === wrongOn[wrong]
        ? { ...answer, value: bad.get(answer.slot) }
        : answer,
    );
    await saveAll(learning, held, answers);
    const { passed } = await learning.submitAttempt(accountId, held.attemptId, held.sitting);
    await world.settle();
    return { learner, enrolmentId: place.enrolmentId, attemptId: held.attemptId, passed, wrong };
  };

  /** Cuts the `at`-th write that carrying out makes: before it is done, or after it and before its answer arrives. */
  const cutting = async (at: number, when: 'before' | 'after', run: () => Promise<void>): Promise<void> => {
    let step = 0;
    const models = ['Attempt', 'Regrade'].map(
      (name) => connection.model(name) as unknown as { updateOne: Write },
    );
    for (const model of models) {
      const { updateOne } = model;
      model.updateOne = async (...parameters) => {
        step += 1;
        const own = step;
        if (own === at && when === 'before') throw new Cut();
        const done = await updateOne.apply(model, parameters);
        if (own === at) throw new Cut();
        return done;
      };
    }
    const failure = await run().then(
      () => undefined,
      (error: unknown) => error,
    );
    for (const model of models) Reflect.deleteProperty(model, 'updateOne');
    expect(failure, `${when} write ${at}`).to.be.instanceOf(Cut);
  };

  /** All but the certificate's own. */
  const lettersAbout = (learner: Someone): string[] =>
    world
      .lettersTo(learner)
      .map(({ subject }) => subject)
      .filter((subject) => /after all|changed/.test(subject));
  const certificates = (enrolmentId: string): Promise<number> =>
    connection.collection('certificates').countDocuments({ enrolmentId });
  const regradedTimes = async (attemptId: string): Promise<number | undefined> =>
    (
      await connection
        .collection<{ _id: string; regrades?: unknown[] }>('attempts')
        .findOne({ _id: attemptId })
    )?.regrades?.length;

  it('goes on where it stopped: nobody twice, no pass lost, one certificate for each new pass', async () => {
    const people = [
      await sit(await world.learner(), 'several'),
      await sit(await world.learner()),
      await sit(await world.learner(), 'several'),
      await sit(await world.learner(), 'amount'),
      await sit(await world.learner(), 'several'),
    ];
    expect(people.filter(({ passed }) => !passed)).to.have.length(3);
    const { regrades } = world.modules.learning.examining;
    const courseId = 'small-course';
    const questionId = 'several';
    const request = { courseId, questionId, change: { kind: 'void' as const } };
    expect(await regrades.preview(request)).to.include({ attempts: 5, newPasses: 3, keptPasses: 1 });
    const question = await regrades.question(courseId, questionId);
    const decision = { ...request, id: 'cut-regrade', by: 'examiner', reason: 'It was ambiguous.' };
    await regrades.decide({ ...decision, question });

    const carryOut = () => regrades.carryOut(decision.id);
    await cutting(1, 'before', carryOut);
    await cutting(1, 'after', carryOut);
    await cutting(2, 'after', carryOut);
    const done = await Promise.all(people.map(({ attemptId }) => regradedTimes(attemptId)));
    expect(
      done.filter((times) => times === 1),
      'three of five when it was cut',
    ).to.have.length(3);
    await cutting(3, 'before', carryOut);
    expect((await regrades.find(decision.id)).looked, 'all looked at, and not noted yet').to.equal(0);
    await cutting(1, 'after', carryOut);
    expect(await regrades.find(decision.id)).to.include({ looked: 5, state: 'running' });
    await cutting(1, 'before', carryOut);
    await world.settle();
    await carryOut();
    await world.settle();

    expect(await regrades.find(decision.id)).to.include({ looked: 5, total: 5, state: 'done' });
    for (const { learner, attemptId, enrolmentId, wrong } of people) {
      expect(await regradedTimes(attemptId), 'once').to.equal(1);
      const view = await world.modules.learning.attempt(learner.accountId, attemptId);
      expect('passed' in view && view.passed, 'passed').to.equal(true);
      expect(await certificates(enrolmentId), 'one certificate').to.equal(1);
      expect(lettersAbout(learner), 'letters').to.deep.equal(
        wrong === 'several'
          ? ['You have passed after all: A small course']
          : wrong === 'amount'
            ? ['Your score has changed: A small course']
            : [],
      );
    }
  });
});
