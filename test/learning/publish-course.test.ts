import { expect } from 'chai';
import { courseContent, learningWorld, readyForTest, refusalOf, takeTest, type World } from './support.ts';

describe('publishing courses', function () {
  this.timeout(60_000);
  const house = learningWorld();
  let world: World;
  before(() => house.start());
  after(() => house.close());
  beforeEach(async () => {
    world = await house.open();
  });

  it('may be repeated, also by two processes at once', async () => {
    const { learning } = world;
    const all = await Promise.all(Array.from({ length: 4 }, () => learning.publishCourse(courseContent())));
    expect(all.filter(({ outcome }) => outcome === 'published')).to.have.length(1);
    expect(await learning.catalogue()).to.have.length(1);
  });

  it('refuses a version that was published with other content, and changes nothing', async () => {
    const { learning } = world;
    await learning.publishCourse(courseContent());
    const changed = courseContent({ title: 'Other words' });
    expect(await refusalOf(learning.publishCourse(changed))).to.equal('course-version-changed');
    expect((await learning.course('small-course'))?.title.en).to.equal('A small course');
  });

  it('offers the latest version, whatever order they come in', async () => {
    const { learning } = world;
    await learning.publishCourse(courseContent({ version: 2, title: 'Second' }));
    await learning.publishCourse(courseContent({ version: 1 }));
    expect(await learning.course('small-course')).to.deep.include({ version: 2 });
  });

  it('leaves learners on the version they began, and new ones begin the new one', async () => {
    const { learning } = world;
    await learning.publishCourse(courseContent({ body: 'Old words.' }));
    const old = await readyForTest({ learning, accountId: 'ana' });
    const second = courseContent({ version: 2, body: 'New words.', attempts: 1, waitingMinutes: [] });
    await learning.publishCourse(second);
    const fresh = await readyForTest({ learning, accountId: 'ben' });
    const read = async (accountId: string, enrolmentId: string) =>
      (await learning.visitActivity({ accountId, enrolmentId, activityId: 'reading' })).html.en;
    expect(await read('ana', old.enrolmentId)).to.include('Old words.');
    expect(await read('ben', fresh.enrolmentId)).to.include('New words.');
    const rules = await learning.visitActivity(old);
    expect(rules.kind === 'test' && rules.terms.attempts).to.equal(3);
    await takeTest(learning, old);
    expect((await learning.awardOf(old.enrolmentId))?.achievement.courseVersion).to.equal(1);
  });

  it('brings the shipped courses, which can be taken as they are', async () => {
    const { learning } = world;
    for (const course of await learning.readCatalogue('content')) await learning.publishCourse(course);
    const ids = (await learning.catalogue()).map(({ id }) => id);
    expect(ids).to.include.members(['protecting-personal-data', 'verifying-credentials']);
    for (const { id } of await learning.catalogue()) {
      const course = await learning.course(id);
      expect(course?.test?.questions).to.be.at.least(10);
    }
  });

  it('is searched by words in either language, without accents or operators', async () => {
    const { learning } = world;
    await learning.publishCourse(courseContent());
    await learning.publishCourse(
      courseContent({ id: 'paid-course', access: 'paid', title: 'Something else' }),
    );
    const found = async (query: Parameters<typeof learning.catalogue>[0]) =>
      (await learning.catalogue(query)).map(({ id }) => id);
    expect(await found({ text: 'SMALL deja' })).to.deep.equal(['small-course']);
    expect(await found({ text: 'déjà', access: 'paid' })).to.deep.equal(['paid-course']);
    expect(await found({ text: '.*' })).to.deep.equal([]);
    expect(await found({ text: '   ' })).to.deep.equal(['paid-course', 'small-course']);
  });
});
