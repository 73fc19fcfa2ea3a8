import { expect } from 'chai';
import {
  begin,
  courseContent,
  learningWorld,
  readyForTest,
  refusalOf,
  takeTest,
  type World,
} from './support.ts';

describe('personal data in learning', function () {
  this.timeout(60_000);
  const house = learningWorld();
  let world: World;
  before(() => house.start());
  after(() => house.close());
  beforeEach(async () => {
    world = await house.open();
    await world.learning.publishCourse(courseContent());
  });
  const attempts = () => world.connection.collection('attempts').find().toArray();

  it('is exported for its owner and nobody else', async () => {
    const { learning } = world;
    await takeTest(learning, await readyForTest({ learning, accountId: 'ana' }));
    await readyForTest({ learning, accountId: 'ben' });
    const ana = await learning.personalData.export('ana');
    expect(ana.enrolments).to.have.length(1);
    expect(ana.attempts).to.have.length(1);
    expect(JSON.stringify(ana)).to.not.include('ben');
    const nobody = Object.values(await learning.personalData.export('nobody'));
    expect(nobody.length).to.be.greaterThan(3);
    expect(nobody.flat()).to.deep.equal([]);
  });

  it('goes with the account: planned as done, results stay without any link, repeating finds nothing', async () => {
    const { learning, clock } = world;
    const place = await readyForTest({ learning, accountId: 'ana' });
    const failed = await takeTest(learning, place, 'wrong');
    clock.pass(10);
    const { attemptId } = await begin(learning, place);
    const other = await takeTest(learning, await readyForTest({ learning, accountId: 'ben' }));
    const plan = await learning.personalData.planErasure('ana');
    expect(await learning.personalData.erase('ana')).to.deep.equal(plan);
    expect(plan.map(({ outcome, records }) => [outcome, records])).to.deep.equal([
      ['erased', 1],
      ['anonymised', 2],
    ]);
    expect(await learning.personalData.erase('ana')).to.deep.equal([]);
    const left = await attempts();
    expect(left).to.have.length(2);
    const anonymous = left.find(({ accountId }) => accountId === undefined);
    expect(anonymous?.result.items).to.have.length(4);
    expect(JSON.stringify(anonymous)).to.not.match(/ana|enrolmentId|answers"/);
    expect(JSON.stringify(anonymous)).to.not.include(place.enrolmentId);
    for (const id of [failed.attemptId, attemptId]) {
      expect(await refusalOf(learning.attempt('ana', id))).to.equal('not-found');
    }
    expect((await learning.attempt('ben', other.attemptId)).state).to.equal('confirmed');
    expect(await learning.awardOf(place.enrolmentId)).to.equal(undefined);
  });

  it('can be erased for two people whose attempts had the same numbers', async () => {
    const { learning } = world;
    for (const accountId of ['ana', 'ben']) {
      await takeTest(learning, await readyForTest({ learning, accountId }));
      await learning.personalData.erase(accountId);
    }
    expect(await attempts()).to.have.length(2);
  });

  it('forgets answers after 24 months and keeps the score', async () => {
    const { learning, clock } = world;
    const { attemptId } = await takeTest(learning, await readyForTest({ learning }));
    const forgotten = async () =>
      (await learning.personalData.expire(clock.now())).find(({ category }) => category === 'attempt-answers')
        ?.removed;
    clock.pass(60 * 24 * 700);
    expect(await forgotten()).to.equal(0);
    clock.pass(60 * 24 * 40);
    expect(await forgotten()).to.equal(1);
    expect(await forgotten()).to.equal(0);
    const view = await learning.attempt('ana', attemptId);
    expect(view.state === 'confirmed' && view.score).to.equal(1);
    expect(view.questions.some(({ answer }) => answer)).to.equal(false);
  });
});
