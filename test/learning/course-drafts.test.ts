import { expect } from 'chai';
import { expectStatus } from '../support/client.ts';
import { freeCourse, openWorld, type Someone, type World } from '../support/world.ts';

const base = `/en/staff/courses/${freeCourse}`;

describe('the next version of a course', function () {
  this.timeout(120_000);
  let world: World;
  let anna: Someone;
  let bruno: Someone;
  before(async () => {
    world = await openWorld();
    [anna, bruno] = await Promise.all([world.staff('author'), world.staff('author')]);
  });
  after(() => world.close());

  const open = async (someone: Someone, rest = '') =>
    expectStatus(await someone.client.get(`${base}${rest}`)).page();

  it('is nobody’s business but authors’', async () => {
    const learner = await world.learner();
    for (const path of ['/en/staff/courses', base, `${base}/activities/principles`]) {
      expect((await learner.client.get(path)).status, path).to.equal(404);
    }
  });

  it('is begun once, by whoever comes first, and written in both languages side by side', async () => {
    const begin = (await open(anna)).form(/\/draft$/);
    await Promise.all([anna.client.send(begin), bruno.client.send(begin)]);
    const page = await open(anna);
    expect(page.text).to.include('is being written').and.to.include('What is new in this version');
    const activity = (await open(anna, '/activities/principles')).form(/\/activities\/principles$/);
    const written = await anna.client.send(activity, {
      'title.en': 'The principles, once more',
      'body.fr': '',
    });
    expect(expectStatus(written).page().text).to.include('Saved.');
    // A missing translation is shown, not hidden, and keeps the draft from review.
    expect((await open(anna)).text).to.match(/The principles, once more.*nothing is written yet/s);
    // Whoever reviews sees at once where to read.
    expect((await open(bruno)).text).to.match(/once more Reading · \d+ min changed/);
    const sameForm = (await open(anna)).form(/\/facts$/);
    const refused = await anna.client.send({ ...sameForm, action: `${base}/step` }, { action: 'submit' });
    expect(refused.status).to.equal(422);
    const submit = {
      ...sameForm,
      action: `${base}/step`,
      values: sameForm.values.filter(([name]) => /^(_csrf|revision)$/.test(name)),
    };
    const incomplete = await anna.client.send(submit, { action: 'submit' });
    expect(incomplete.status).to.equal(409);
    expect(incomplete.text).to.include('The draft is not complete');
  });

  it('loses neither text when two write at once', async () => {
    const mine = (await open(anna, '/activities/principles')).form(/\/activities\/principles$/);
    const other = (await open(bruno, '/activities/principles')).form(/\/activities\/principles$/);
    expectStatus(await bruno.client.send(other, { 'body.fr': 'Le texte de Bruno.' }));
    const conflict = await anna.client.send(mine, { 'body.fr': 'Le texte d’Anna.' });
    expect(conflict.status).to.equal(409);
    expect(conflict.text).to.include('Le texte de Bruno.').and.to.include('Le texte d’Anna.');
    expectStatus(await anna.client.send(conflict.page().form(/\/activities\/principles$/)));
    const now = await open(anna, '/activities/principles');
    expect(now.text).to.include('Le texte d’Anna.');
  });

  it('refuses what course files may not hold, at the place where it is, and keeps what was typed', async () => {
    const form = (await open(anna, '/activities/principles')).form(/\/activities\/principles$/);
    expectStatus(
      await anna.client.send(form, {
        'body.en': 'Read <script>alert(1)</script> ![x](https://evil.example/x.png)',
      }),
    );
    const page = await open(anna);
    expect(page.text)
      .to.include('HTML is not allowed')
      .and.to.include('pictures can only be those of the course');
    const preview = expectStatus(await anna.client.get(`${base}/activities/principles`));
    expect(preview.text).to.not.include('<script>alert').and.not.include('<img');
    const again = preview.page().form(/\/activities\/principles$/);
    const bad = await anna.client.send(again, { minutes: '0', 'title.en': 'Typed and kept' });
    expect(bad.status).to.equal(422);
    expect(bad.text).to.include('Typed and kept');
    expectStatus(await anna.client.send(again, { 'body.en': 'Six principles.', minutes: '8' }));
  });

  const arrange = (page: Awaited<ReturnType<typeof open>>, values: Record<string, string>) => {
    const form = page.forms.find(({ action }) => action.endsWith('/arrange'));
    if (!form) throw new Error('no form');
    const kept = form.values.filter(([name]) => /^(_csrf|revision)$/.test(name));
    return anna.client.send({ ...form, values: kept }, values);
  };

  it('gains, moves and loses pages', async () => {
    const bad = await arrange(await open(anna), { action: 'add', target: 'foundations', id: 'Not A Slug' });
    expect(bad.status).to.equal(422);
    const taken = await arrange(await open(anna), { action: 'add', target: 'foundations', id: 'principles' });
    expect(taken.status).to.equal(422);
    const stale = await open(anna);
    expectStatus(await arrange(stale, { action: 'add', target: 'foundations', id: 'at-home' }));
    expect((await arrange(stale, { action: 'up', target: 'at-home' })).status).to.equal(409);
    expectStatus(await arrange(await open(anna), { action: 'up', target: 'at-home' }));
    const { draft } = await world.modules.learning.drafts.show(freeCourse);
    const ids = draft?.content.modules[0]?.activities.map(({ id }) => id);
    expect(ids?.slice(-2)).to.deep.equal(['at-home', 'quiz-foundations']);
    // A test is more than its text: it stays, whatever is sent.
    expectStatus(await arrange(await open(anna), { action: 'remove', target: 'final-test' }));
    expectStatus(await arrange(await open(anna), { action: 'remove', target: 'at-home' }));
    const after = (await world.modules.learning.drafts.show(freeCourse)).draft?.content;
    expect(JSON.stringify(after)).to.include('"final-test"').and.not.include('at-home');
  });

  it('gains an assignment with its rubric, and says what is missing of it', async () => {
    const id = 'a-letter';
    const added = { action: 'add', kind: 'assignment', target: 'foundations', id };
    expectStatus(await arrange(await open(anna), added));
    const form = (await open(anna, `/activities/${id}`)).form(/\/a-letter$/);
    const words = {
      'title.en': 'A letter',
      'title.fr': 'Une lettre',
      'body.en': 'Write it.',
      'body.fr': 'Écrivez-la.',
      'criterion-0-title.en': 'Facts',
      'criterion-0-description.en': 'All of them.',
      'criterion-0-description.fr': 'Tous.',
    };
    const bad = await anna.client.send(form, { ...words, 'criterion-0-points': '0', file: 'required' });
    expect(bad.status).to.equal(422);
    const said = bad.page();
    expect(said.text).to.include('Kinds of file').and.to.include('Criterion 1: Points');
    const typed = new Map(said.form(/\/a-letter$/).values);
    expect(typed.get('criterion-0-title.en')?.trim(), 'nothing typed is lost').to.equal('Facts');
    expect((await anna.client.send(form, { ...words, criteria: 'x' })).status, 'unknown').to.equal(422);
    const whole = { ...words, file: 'optional', 'kind-pdf': 'yes', passMark: '50', completion: 'hand-in' };
    expectStatus(await anna.client.send(form, whole));
    expect((await open(anna)).text).to.match(/A letter: Rubric \(French\)\s*– nothing is written yet/);
    const { draft } = await world.modules.learning.drafts.show(freeCourse);
    const activity = draft?.content.modules[0]?.activities.find((one) => one.id === id);
    expect(activity).to.deep.include({ completion: { rule: 'hand-in' } });
    expect(activity?.kind === 'assignment' && activity.assignment).to.deep.include({
      passMark: 0.5,
      file: { kinds: ['pdf'], mostMegabytes: 5, required: false },
      criteria: [
        {
          id: 'first',
          title: { en: 'Facts', fr: '' },
          description: { en: 'All of them.', fr: 'Tous.' },
          points: 10,
        },
      ],
    });
    expectStatus(await arrange(await open(anna), { action: 'remove', target: id }));
  });

  it('is reviewed and published by a second person; learners under way keep theirs and are told', async () => {
    const { learning } = world.modules;
    const learner = await world.learner();
    const { enrolmentId } = await learning.enrol({ accountId: learner.accountId, courseId: freeCourse });
    const before = (await learning.course(freeCourse))?.version ?? 0;

    const facts = (await open(anna)).form(/\/facts$/);
    const news = {
      'changes.en': 'The principles are shorter.',
      'changes.fr': 'Les principes sont plus courts.',
    };
    expectStatus(await anna.client.send(facts, { ...news, 'title.en': 'Personal data at work, again' }));
    const submit = (await open(anna)).forms.find(({ action }) => action.endsWith('/step'));
    if (!submit) return expect.fail('it cannot be submitted');
    expectStatus(await anna.client.send(submit, { action: 'submit' }));
    // In review nothing is written, and nobody who wrote may publish, even by a form that no page shows them.
    const revision = String((await learning.drafts.show(freeCourse)).draft?.revision);
    expect((await anna.client.send(facts, { revision })).status).to.equal(409);
    expect((await bruno.client.send(submit, { action: 'publish', revision })).status).to.equal(403);
    expect((await learning.course(freeCourse))?.version).to.equal(before);

    const chloe = await world.staff('author');
    const sent = (await open(chloe)).form(/\/return$/);
    expect((await chloe.client.send(sent, { note: ' ' })).status).to.equal(422);
    expectStatus(await chloe.client.send(sent, { note: 'Please name the articles.' }));
    expect((await open(anna)).text).to.include('Please name the articles.');
    const again = (await open(anna)).forms.find(({ action }) => action.endsWith('/step'));
    if (!again) return expect.fail('it cannot be submitted');
    expectStatus(await anna.client.send(again, { action: 'submit' }));
    const publish = (await open(chloe)).forms.find(({ action }) => action.endsWith('/step'));
    if (!publish) return expect.fail('it cannot be published');
    await Promise.all([1, 2].map(() => chloe.client.send(publish, { action: 'publish' })));
    await world.settle();

    const offered = await learning.course(freeCourse);
    expect([offered?.version, offered?.title.en]).to.deep.equal([before + 1, 'Personal data at work, again']);
    const outline = expectStatus(await learner.client.get(`/fr/learn/${enrolmentId}`)).page();
    expect(outline.text).to.include('Les principes sont plus courts.');
    const own = expectStatus(await learner.client.get(`/en/learn/${enrolmentId}/principles`)).page();
    expect(own.text).to.not.include('Six principles.');
    const second = await world.learner();
    await learning.enrol({ accountId: second.accountId, courseId: freeCourse });
    const administrator = await world.staff('administrator');
    const trail = expectStatus(await administrator.client.get('/en/staff/audit')).page();
    expect(trail.text).to.include(`course:${freeCourse}@${before + 1}`);
  });
});
