import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import type { CourseContent } from '../../src/learning/index.ts';
import { type Client, expectStatus, type Reply } from '../support/client.ts';
import type { Form } from '../support/page.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';
import { answersTo, begin, courseContent, finishReading, refusalOf, saveAll } from './support.ts';

const both = (text: string) => ({ en: text, fr: `${text} (fr)` });

const criterion = (id: string, points: number) => ({
  id,
  title: both(`Criterion ${id}`),
  description: both('What is looked for.'),
  points,
});

/** The small course with an assignment before its test. */
const workCourse = (id: string, rule: 'hand-in' | 'pass'): CourseContent => {
  const course = courseContent({ id, waitingMinutes: [0, 0] });
  const step = {
    ...{ id: 'work', kind: 'assignment' as const, title: both('A letter'), minutes: 20, required: true },
    body: both('Write a letter.'),
    assignment: {
      text: { most: 1000, required: true },
      file: { kinds: ['pdf' as const, 'docx' as const], mostMegabytes: 1, required: false },
      criteria: [criterion('facts', 6), criterion('tone', 4)],
      passMark: 0.6,
      resubmissions: 1,
    },
    completion: { rule },
  };
  const [first, ...others] = course.modules;
  if (!first) throw new Error('no module');
  return { ...course, modules: [{ ...first, activities: [...first.activities, step] }, ...others] };
};

const wordFile = (more: Record<string, Uint8Array> = {}): Uint8Array =>
  zipSync({
    '[Content_Types].xml': strToU8('<Types/>'),
    'word/document.xml': strToU8('<document>My letter.</document>'),
    ...more,
  });

const good = 'Dear authority, this is what happened.';

describe('assignments', function () {
  this.timeout(120_000);
  let world: World;
  let anna: Someone;
  let bruno: Someone;
  before(async () => {
    world = await openWorld();
    [anna, bruno] = [await world.staff('examiner'), await world.staff('examiner')];
    const { learning } = world.modules;
    await learning.publishCourse(workCourse('pass-work', 'pass'));
    await learning.publishCourse(workCourse('hand-in-work', 'hand-in'));
  });
  after(() => world.close());

  const enrolled = async (learner: Someone, courseId = 'pass-work') => {
    const { accountId } = learner;
    const { enrolmentId } = await world.modules.learning.enrol({ accountId, courseId });
    return { accountId, enrolmentId, activityId: 'work', path: `/en/learn/${enrolmentId}/work` };
  };

  const formAt = async ({ client }: Someone, path: string): Promise<Form> =>
    expectStatus(await client.get(path))
      .page()
      .form(/\/work$/);

  const typedIn = (form: Form): string => form.values.find(([name]) => name === 'text')?.[1].trim() ?? '';

  /** As a browser sends it: several parts, with a file. */
  const sendFile = (
    client: Client,
    form: Form,
    { text = good, action = 'save', file }: { text?: string; action?: string; file: Uint8Array },
  ): Promise<Reply> => {
    const body = new FormData();
    for (const [name, value] of form.values) if (name !== 'text') body.append(name, value);
    body.append('text', text);
    body.append('action', action);
    body.append('file', new Blob([Buffer.from(file)]), 'étude <b>.docx');
    return client.request(form.action, { method: 'POST', body });
  };

  const handIn = async (learner: Someone, path: string, text = good): Promise<Reply> =>
    learner.client.send(await formAt(learner, path), { text, action: 'hand-in' });

  const queue = '/en/staff/examining/assignments';

  const take = async (examiner: Someone): Promise<Reply> => {
    const page = expectStatus(await examiner.client.get(queue)).page();
    return expectStatus(await examiner.client.send(page.form(/\/next$/)));
  };

  const judge = async (
    examiner: Someone,
    taken: Reply,
    values: Record<string, string>,
    decision = 'mark',
  ): Promise<Reply> => {
    const form = taken.page().form(/\/assignments\/[^/]+$/);
    return examiner.client.send(form, { ...values, decision });
  };

  const marks = (facts: string, tone: string) => ({ 'points-facts': facts, 'points-tone': tone });

  const certificateOf = (enrolmentId: string) => world.modules.issuer.certificateOfEnrolment(enrolmentId);

  const passTest = async (place: { accountId: string; enrolmentId: string }): Promise<void> => {
    const { learning } = world.modules;
    const held = await begin(learning, { ...place, activityId: 'test' });
    const { questions } = await learning.attempt(place.accountId, held.attemptId);
    await saveAll(learning, held, answersTo(questions));
    await learning.submitAttempt(place.accountId, held.attemptId, held.sitting);
    await world.settle();
  };

  it('go from draft to a pass by way of a revision, and only the pass opens the test', async () => {
    const { learning } = world.modules;
    const learner = await world.learner();
    const place = await enrolled(learner);
    await finishReading({ learning, ...place });
    expect(await refusalOf(learning.completeActivity(place))).to.equal('completed-by-result');
    const first = await formAt(learner, place.path);
    const saved = expectStatus(await learner.client.send(first, { text: 'A first\ndraft', action: 'save' }));
    expect(saved.page().text).to.include('Your draft is kept');
    expect(typedIn(await formAt(learner, place.path))).to.equal('A first\ndraft');
    expectStatus(await handIn(learner, place.path));
    await world.settle();
    const test = { ...place, activityId: 'test', accepted: true, nameConfirmed: true };
    expect(await refusalOf(learning.startAttempt(test)), 'handed in is not passed').to.equal('test-locked');
    const outline = expectStatus(await learner.client.get(`/en/learn/${place.enrolmentId}`)).page();
    expect(outline.text).to.include('Handed in: an examiner reads it.');

    const taken = await take(anna);
    expect(taken.text).to.not.include(learner.familyName);
    expect(taken.page().text).to.include(good);
    expect((await judge(anna, taken, { remark: '' }, 'return')).status, 'no reason').to.equal(422);
    expectStatus(await judge(anna, taken, { remark: 'Name the date.' }, 'return'));
    await world.settle();
    expect(world.lettersTo(learner).at(-1)?.subject).to.include('came back for revision');
    const returned = expectStatus(await learner.client.get(place.path)).page();
    expect(returned.text).to.include('Name the date.').and.to.include('Version 1');
    expectStatus(await handIn(learner, place.path, `${good} On Monday.`));

    const again = await take(bruno);
    expect(again.page().text).to.include('Name the date.').and.to.include('On Monday.');
    const tooMany = await judge(bruno, again, { ...marks('7', '4'), 'comment-tone': 'Well said.' });
    expect(tooMany.status).to.equal(422);
    expect(tooMany.page().text, 'nothing typed is lost').to.include('Well said.');
    expect((await judge(bruno, again, marks('', '4'))).status).to.equal(422);
    expectStatus(await judge(bruno, again, { ...marks('5,5', '3'), 'comment-facts': 'All there.' }));
    await world.settle();
    const passed = expectStatus(await learner.client.get(place.path)).page();
    expect(passed.text).to.include('Passed: 85% of the points').and.to.include('All there.');
    expect(passed.forms.some(({ action }) => action.endsWith('/work'))).to.equal(false);
    expect((await learner.client.send(first, { text: 'More', action: 'hand-in' })).status).to.equal(409);
    await passTest(place);
    expect(await certificateOf(place.enrolmentId)).to.not.equal(undefined);
    const told = await learner.client.get('/en/account/records/statements.json');
    const verbs = told.json<{ verb: { id: string }; object: { id: string } }[]>();
    const ofWork = verbs.filter(({ object }) => object.id.endsWith('/activities/work'));
    expect(ofWork.map(({ verb }) => verb.id.split('/').at(-1))).to.deep.equal(['submit', 'submit', 'passed']);
  });

  it('hand in once, however often and from however many windows it is pressed', async () => {
    const { learning } = world.modules;
    const learner = await world.learner();
    const place = await enrolled(learner, 'hand-in-work');
    await finishReading({ learning, ...place });
    const form = await formAt(learner, place.path);
    const sent = await Promise.all(
      [1, 2, 3].map(() => learner.client.send(form, { text: good, action: 'hand-in' })),
    );
    expect(sent.map(({ status }) => status)).to.deep.equal([200, 200, 200]);
    const other = await learner.client.send(form, { text: 'Another letter.', action: 'hand-in' });
    expect(other.status).to.equal(409);
    expect(other.page().text, 'nothing typed is lost').to.include('Another letter.');
    const view = await learning.visitActivity(place);
    if (view.kind !== 'assignment') return expect.fail('no assignment');
    expect(view.work.versions.map(({ text }) => text)).to.deep.equal([good]);
    expect(view.step.done, 'handing in completes it').to.equal(true);
    await passTest(place);
    const certificate = await certificateOf(place.enrolmentId);
    expect(certificate).to.not.equal(undefined);
    await world.settle();
    expectStatus(await judge(anna, await take(anna), marks('0', '0')));
    await world.settle();
    const after = await learning.visitActivity(place);
    expect(after.step.done, 'a low mark takes nothing back').to.equal(true);
  });

  it('keep both texts when two windows write, and the words when a session has ended', async () => {
    const learner = await world.learner();
    const { path } = await enrolled(learner);
    const form = await formAt(learner, path);
    expectStatus(await learner.client.send(form, { text: 'From the first window.', action: 'save' }));
    const conflict = await learner.client.send(form, { text: 'From the second window.', action: 'save' });
    expect(conflict.status).to.equal(409);
    expect(conflict.page().text).to.include('From the first window.').and.to.include('From the second');
    expectStatus(await learner.client.send(conflict.page().form(/\/work$/), { action: 'save' }));
    expect(typedIn(await formAt(learner, path))).to.equal('From the second window.');

    const stranger = world.visitor();
    const kept = await stranger.send(form, { text: 'A long night’s words', action: 'hand-in' });
    expect(kept.status).to.equal(401);
    expect(kept.page().text).to.include('A long night’s words').and.to.include('session had ended');
    const stale = {
      ...form,
      values: [
        ['_csrf', 'of another session'],
        ['revision', '2'],
      ] as const,
    };
    const renewed = await learner.client.send(stale, { text: 'Still here', action: 'save' });
    expect(renewed.status).to.equal(403);
    expectStatus(await learner.client.send(renewed.page().form(/\/work$/), { action: 'save' }));
    expect(typedIn(await formAt(learner, path))).to.equal('Still here');
  });

  it('refuse what may not be handed in, and lose nothing of what was typed', async () => {
    const learner = await world.learner();
    const { path } = await enrolled(learner);
    const form = await formAt(learner, path);
    const refusals: [string, () => Promise<Reply>, RegExp][] = [
      ['empty', () => learner.client.send(form, { text: ' \n', action: 'hand-in' }), /fill this in/],
      [
        'too long',
        () => learner.client.send(form, { text: 'x'.repeat(1001), action: 'hand-in' }),
        /1000 characters at most/,
      ],
      [
        'unknown field',
        () => learner.client.send(form, { text: good, action: 'save', state: 'passed' }),
        /./,
      ],
      ['unknown action', () => learner.client.send(form, { text: good, action: 'pass' }), /./],
    ];
    const bomb = wordFile({ 'word/media.xml': new Uint8Array(9_000_000) });
    const files: [string, Uint8Array, RegExp][] = [
      ['a picture', Buffer.from('\u0089PNG\r\n', 'latin1'), /not a file of the kinds/],
      ['a kind that is not asked for', strToU8('a;b\n1;2\n'), /not a file of the kinds/],
      ['an archive of something', zipSync({ 'notes.txt': strToU8('hello') }), /not a file of the kinds/],
      ['a macro', wordFile({ 'word/vbaProject.bin': strToU8('Sub x') }), /not a file of the kinds/],
      ['a bomb', bomb, /unpacks to far more/],
      ['more than the assignment takes', Buffer.from(`%PDF-${'x'.repeat(1_100_000)}`), /too large: 1 MB/],
      ['more than anything takes', Buffer.from(`%PDF-${'x'.repeat(10_500_000)}`), /too large/],
    ];
    for (const [what, send, said] of refusals) {
      const reply = await send();
      expect(reply.status, what).to.equal(422);
      expect(reply.page().text, what).to.match(said);
    }
    for (const [what, file, said] of files) {
      const reply = await sendFile(learner.client, form, { file, action: 'hand-in' });
      expect(reply.status, what).to.equal(422);
      expect(reply.page().text, what).to.match(said);
      expect(typedIn(reply.page().form(/\/work$/)), what).to.equal(good);
    }
    expect(await world.modules.learning.assignments.judging.queue(anna.accountId)).to.deep.equal([]);
  });

  it('give a file to its owner and to whoever reads it, as something to take along, under no name', async () => {
    const learner = await world.learner();
    const { path, ...place } = await enrolled(learner);
    const file = wordFile();
    expectStatus(await sendFile(learner.client, await formAt(learner, path), { file }));
    const page = expectStatus(await learner.client.get(path));
    expect(page.text, 'the name is shown as text').to.include('étude &lt;b&gt;.docx');
    const link = page.page().link(/\/work\/[^/]+$/);
    const own = expectStatus(await learner.client.get(link));
    expect(own.bytes.equals(Buffer.from(file))).to.equal(true);
    expect(own.headers.get('content-disposition')).to.match(/^attachment; filename="assignment\.docx"$/);
    expect(own.headers.get('content-security-policy')).to.include('sandbox');
    expect(own.headers.get('x-content-type-options')).to.equal('nosniff');
    const other = await world.learner();
    expect((await other.client.get(link)).status, 'somebody else’s').to.equal(404);
    expect((await other.client.get(path)).status).to.equal(404);
    const form = await formAt(learner, path);
    expect((await other.client.send({ ...form, values: [] }, { text: 'x' })).status).to.equal(403);
    expectStatus(await handIn(learner, path));
    const taken = await take(anna);
    const read = expectStatus(await anna.client.get(taken.page().link(/\/files\/[^/]+$/)));
    expect(read.headers.get('content-disposition')).to.match(/candidate-\d{4}-\d{4}\.docx/);
    expect((await bruno.client.get(taken.page().link(/\/files\//))).status, 'not on their desk').to.equal(
      404,
    );

    const { learning, privacy } = world.modules;
    const { assignments } = await learning.personalData.export(place.accountId);
    expect(JSON.stringify(assignments)).to.include(good).and.not.include(anna.accountId);
    await privacy.requestErasure(place.accountId, place.accountId);
    await world.settle();
    const { connection } = world.modules.platform.database;
    const left = { accountId: place.accountId };
    for (const name of ['assignment_works', 'assignment_files'])
      expect(await connection.collection(name).countDocuments(left), name).to.equal(0);
  });

  it('are read by one examiner at a time, never by their own, and lose no marks', async () => {
    const judgeToo = await world.staff('examiner');
    const { path } = await enrolled(judgeToo);
    expectStatus(await handIn(judgeToo, path));
    const { judging } = world.modules.learning.assignments;
    expect(await judging.takeNext(judgeToo.accountId)).to.equal(undefined);
    const takers = await Promise.all([anna, bruno].map(({ accountId }) => judging.takeNext(accountId)));
    expect(takers.filter(Boolean), 'one work, two hands').to.have.length(1);
    const [holder, other] = takers[0] ? [anna, bruno] : [bruno, anna];
    const workId = takers.find(Boolean) ?? '';
    expect((await judgeToo.client.get(`${queue}/${workId}`)).status).to.equal(403);
    expect((await other.client.get(`${queue}/${workId}`)).status).to.equal(409);
    expect((await judgeToo.client.get(`/en/staff/examining/assignments/none`)).status).to.equal(404);
    const desk = expectStatus(await holder.client.get(`${queue}/${workId}`));
    const forged = await judge(judgeToo, desk, marks('6', '4'));
    expect(forged.status, 'a form of another session').to.equal(403);

    world.clock.advance({ minutes: 61 });
    const second = expectStatus(await other.client.get(`${queue}/${workId}`));
    const late = await judge(holder, desk, { ...marks('1', '1'), remark: 'Too short.' });
    expect(late.status).to.equal(409);
    expect(late.page().text).to.include('Too short.').and.to.include('being read by somebody else');
    const twice = await Promise.all([1, 2].map(() => judge(other, second, marks('2', '3'))));
    expect(twice.map(({ status }) => status)).to.deep.equal([200, 200]);
    const after = await judge(holder, desk, { ...marks('1', '1'), remark: 'Too short.' });
    expect(after.status).to.equal(409);
    expect(after.page().text).to.include('Too short.').and.to.include('2 of 6');
    await world.settle();
    expect(world.lettersTo(judgeToo).filter(({ subject }) => /has been read/.test(subject))).to.have.length(
      1,
    );
  });

  it('are read once more by another when their learner asks, and that decides', async () => {
    const learner = await world.learner();
    const { path } = await enrolled(learner);
    expectStatus(await handIn(learner, path));
    expectStatus(await judge(anna, await take(anna), { ...marks('2', '2'), remark: 'Facts are missing.' }));
    const page = expectStatus(await learner.client.get(path)).page();
    expect(page.text).to.include('Not passed this time: 40%');
    const form = page.form(/\/appeal$/);
    expect((await learner.client.send(form, { appeal: ' ' })).status).to.equal(422);
    const asked = [1, 2].map(() => learner.client.send(form, { appeal: 'The facts are in line one.' }));
    expect((await Promise.all(asked)).map(({ status }) => status).filter((one) => one === 200)).not.to.be
      .empty;
    const { judging } = world.modules.learning.assignments;
    expect(await judging.takeNext(anna.accountId), 'not the first again').to.equal(undefined);
    const taken = await take(bruno);
    expect(taken.page().text).to.include('line one').and.not.include('Facts are missing.');
    expect((await judge(bruno, taken, { remark: 'Again.' }, 'return')).status).to.equal(409);
    expectStatus(await judge(bruno, taken, marks('6', '3')));
    const settled = expectStatus(await learner.client.get(path)).page();
    expect(settled.text).to.include('Passed: 90%');
    expect((await learner.client.send(form, { appeal: 'Once more.' })).status).to.equal(409);
  });
});
