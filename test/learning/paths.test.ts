import { expect } from 'chai';
import { expectStatus } from '../support/client.ts';
import { freeCourse, openWorld, paidCourse, type World } from '../support/world.ts';

const path = 'data-protection-at-work';
const lockedCourse = 'responding-to-breaches';

describe('a learning path', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('says to anyone what it holds, and what opens each course', async () => {
    const catalogue = expectStatus(await world.visitor().get('/en/courses')).page();
    expect(catalogue.text).to.include('Data protection contact').and.to.include('3 courses');
    const page = expectStatus(await world.visitor().get(`/fr/paths/${path}`)).page();
    expect(page.text).to.include('Référent protection des données').and.to.include('Verrouillé');
    expect(page.text).to.match(/S’ouvre quand vous aurez terminé «\sProtéger les données personnelles/);
    expect((await world.visitor().get('/en/paths/nothing-here')).status).to.equal(404);
  });

  it('opens its courses in order, whoever asks and however', async () => {
    const learner = await world.learner();
    const { client } = learner;
    const page = expectStatus(await client.get(`/en/paths/${path}`)).page();
    // The form of the first step, sent to the second: what a page does not offer, the server refuses.
    const form = page.form(new RegExp(`/courses/${freeCourse}$`));
    const refused = await client.send({ ...form, action: `/en/paths/${path}/courses/${lockedCourse}` });
    expect(refused.status).to.equal(409);
    expect(refused.text).to.include('not open yet');
    const enrol = await client.send({ ...form, action: `/en/courses/${lockedCourse}/enrol` });
    expect(enrol.status).to.equal(409);
    expect(enrol.text).to.include('Another course comes first');
    expect((await client.send({ ...form, action: `/en/paths/${path}/courses/elsewhere` })).status).to.equal(
      404,
    );
    expect(await world.modules.learning.myLearning(learner.accountId)).to.deep.equal([]);

    const begun = expectStatus(await client.send(form));
    expect(begun.path).to.match(/^\/en\/learn\//);
    const dashboard = expectStatus(await client.get('/en/learn')).page();
    expect(dashboard.text).to.include('Courses completed').and.to.include('0 of 2');

    await world.completed(learner);
    const opened = expectStatus(await client.get(`/en/paths/${path}`)).page();
    expect(opened.text).to.include('1 of 2');
    expect(
      expectStatus(await client.send(opened.form(new RegExp(`/courses/${lockedCourse}$`)))).path,
    ).to.match(/^\/en\/learn\//);
    // A paid course of the path is bought on its own page; nothing is opened for free.
    const paid = await client.send({ ...form, action: `/en/paths/${path}/courses/${paidCourse}` });
    expect(paid.status).to.equal(409);
  });

  it('is followed once, left again, exported and erased with the account', async () => {
    const { learning } = world.modules;
    const { client, accountId } = await world.learner();
    const form = expectStatus(await client.get(`/en/paths/${path}`))
      .page()
      .form(/\/follow$/);
    await Promise.all([1, 2, 3].map(() => client.send(form)));
    expect(await learning.paths.followedBy(accountId)).to.have.length(1);
    expect((await learning.personalData.export(accountId)).paths).to.have.length(1);
    expect(await learning.personalData.erase(accountId)).to.deep.include({
      category: { en: 'Learning paths you follow', fr: 'Parcours que vous suivez' },
      outcome: 'erased',
      records: 1,
    });
    await client.send(form);
    const page = expectStatus(await client.get(`/en/paths/${path}`)).page();
    await client.send(page.form(/\/leave$/));
    expect(await learning.paths.followedBy(accountId)).to.deep.equal([]);
  });

  it('stays as it was published', async () => {
    const { paths } = world.modules.learning;
    const { id, version, title, summary, audience, outcomes, steps } = await paths.show(path);
    const published = {
      ...{ id, version, title, summary, audience, outcomes },
      steps: steps.map(({ courseId, required }) => ({ courseId, required })),
    };
    await paths.publish(published);
    const other = paths.publish({ ...published, title: { en: 'Another', fr: 'Un autre' } });
    await other.then(
      () => expect.fail('published'),
      (error: unknown) => expect(error).to.include({ code: 'path-version-changed' }),
    );
  });
});

describe('a note beside an activity', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('is the learner’s own, keeps what two windows typed, and refuses nothing silently', async () => {
    const { learning } = world.modules;
    const { client, accountId } = await world.learner();
    const { enrolmentId } = await learning.enrol({ accountId, courseId: freeCourse });
    const address = `/en/learn/${enrolmentId}/personal-data`;
    const form = expectStatus(await client.get(address))
      .page()
      .form(/\/note$/);
    expectStatus(await client.send(form, { text: 'An IP address <b>is</b> personal data' }));
    const kept = expectStatus(await client.get(address));
    expect(kept.text).to.include('An IP address &lt;b&gt;is&lt;/b&gt; personal data');

    const outdated = await client.send(form, { text: 'Written in the other window' });
    expect(outdated.status).to.equal(409);
    expect(outdated.text).to.include('An IP address').and.to.include('Written in the other window');
    expectStatus(await client.send(outdated.page().form(/\/note$/), { text: 'Both' }));

    const long = 'é'.repeat(5001);
    const refused = await client.send(kept.page().form(/\/note$/), { text: long });
    expect(refused.status).to.equal(422);
    expect(refused.text).to.include(long);
    expect((await client.send({ ...form, action: `/en/learn/${enrolmentId}/nowhere/note` })).status).to.equal(
      404,
    );

    const stranger = await world.learner();
    const taken = await stranger.client.send({
      ...expectStatus(await stranger.client.get(`/en/paths/${path}`))
        .page()
        .form(/\/follow$/),
      action: `${address}/note`,
    });
    expect(taken.status).to.equal(404);
    const { notes } = await learning.personalData.export(accountId);
    expect(notes).to.have.length(1);
    expect(notes?.[0]).to.include({ text: 'Both', revision: 2 });
    await learning.personalData.erase(accountId);
    expect((await learning.personalData.export(accountId)).notes).to.deep.equal([]);
  });
});
