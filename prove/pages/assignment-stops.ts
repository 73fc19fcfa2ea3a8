import { type Client, expectStatus, type Reply } from '../../test/support/client.ts';
import { enrol } from '../../test/support/walk.ts';
import { post, submit } from './act.ts';
import type { Scene } from './scene.ts';
import type { Stop } from './stop.ts';

const courseId = 'responding-to-breaches';
const activityId = 'notify-the-authority';
const queue = '/staff/examining/assignments';

const text = [
  'On Friday 13 March at 9.30 the controller became aware that a spreadsheet of 486 patients had been made accessible to 310 subscribers of a newsletter (breach of confidentiality).',
  'Categories of data: identity, date of birth, telephone number, prescribing physician, number of sessions, and the reason for treatment, which is health data. Seventeen of the people are minors.',
  'The 72 hours end on Monday 16 March at 9.30. The log of the provider, expected on Tuesday, will follow in a second phase.',
].join('\n\n');

const marks = {
  'points-nature': '5',
  'points-consequences': '1',
  'points-measures': '2',
  'points-time': '3,5',
  'points-people': '0',
  'points-form': '2',
  'comment-nature': 'Complete, and in an order that is easy to follow.',
  'comment-people': 'Nothing is said of Article 34.',
};
const reason =
  'The consequences are missing: what may happen to somebody whose treatment becomes known to neighbours?\n\nSay also who informs the patients, and when.';

const withoutLanguage = (path: string): string => path.replace(/^\/(en|fr)(?=\/)/, '').replace(/\?.*$/, '');

const enrolmentOf = async (client: Client): Promise<string> => {
  const page = expectStatus(await client.get(`/en/courses/${courseId}`)).page();
  const known = page.links.map(({ href }) => /\/learn\/([\w-]{12,})/.exec(href)?.[1]).find(Boolean);
  return known ?? enrol(client, courseId);
};

/** Hands a text in, with a small file; answers the path of the activity. */
const handIn = async (client: Client): Promise<string> => {
  const path = `/learn/${await enrolmentOf(client)}/${activityId}`;
  const form = expectStatus(await client.get(`/en${path}`))
    .page()
    .form(/\/work$/);
  const body = new FormData();
  for (const [name, value] of form.values) if (name !== 'text') body.append(name, value);
  body.append('text', text);
  body.append('action', 'hand-in');
  body.append('file', new Blob(['date;facts\n13 March;list of patients\n']), 'register of breaches 2026.csv');
  expectStatus(await client.request(form.action, { method: 'POST', body }));
  return path;
};

const takeNext = async (staff: Client): Promise<Reply> => {
  const page = expectStatus(await staff.get(`/en${queue}`)).page();
  return expectStatus(await staff.send(page.form(/\/next$/)));
};

const judge = async (staff: Client, taken: Reply, values: Record<string, string>): Promise<string> => {
  const form = taken.page().form(/\/assignments\/[^/]+$/);
  expectStatus(await staff.send(form, values));
  return withoutLanguage(form.action);
};

/** An assignment in the states it can be in, on the desks of its learners, its examiners and its authors. */
export const assignmentStops = async (scene: Scene): Promise<Stop[]> => {
  const { certified, revoked } = scene.candidates;
  const as = await scene.staff('examiner');
  const staff = await scene.clientOf(as);
  const failed = await handIn(await scene.clientOf(certified));
  const judged = await judge(staff, await takeNext(staff), { ...marks, remark: reason, decision: 'mark' });
  const waiting = await handIn(await scene.clientOf(revoked));
  await judge(staff, await takeNext(staff), { remark: reason, decision: 'return' });
  await handIn(await scene.clientOf(revoked));
  const open = withoutLanguage((await takeNext(staff)).path);

  const author = await scene.staff('author');
  const desk = await scene.clientOf(author);
  const begin = expectStatus(await desk.get(`/en/staff/courses/${courseId}`)).page();
  expectStatus(await desk.send(begin.form(/\/draft$/)));
  const activity = `/staff/courses/${courseId}/activities/${activityId}`;
  const tooLong = { text: 'x'.repeat(8001) };
  const page = 'learn/assignment';
  return [
    { view: page, path: failed, as: certified, dark: true },
    {
      view: page,
      state: 'errors',
      path: failed,
      as: certified,
      status: 422,
      doing: submit('/work', tooLong),
    },
    { view: page, state: 'handed in again', path: waiting, as: revoked },
    {
      view: page,
      state: 'other window',
      path: failed,
      as: certified,
      status: 409,
      doing: post(`${failed}/work`, { text: 'What I typed here.', revision: '0', action: 'save' }),
    },
    {
      view: 'learn/work-kept',
      path: waiting,
      as: revoked,
      status: 403,
      doing: post(`${waiting}/work`, { text, revision: '3', action: 'save' }, { token: false }),
    },
    { view: 'examining/assignments', path: queue, as },
    { view: 'examining/work', path: open, as },
    { view: 'examining/work', state: 'errors', path: open, as, status: 422, doing: submit(open) },
    {
      view: 'examining/work-conflict',
      path: queue,
      as,
      status: 409,
      doing: post(judged, { ...marks, revision: '1', decision: 'mark', remark: 'Consequences are missing.' }),
    },
    { view: 'staff/course-activity', state: 'assignment', path: activity, as: author },
    {
      view: 'staff/course-activity',
      state: 'assignment, errors',
      path: activity,
      as: author,
      status: 422,
      doing: submit(activity, { 'criterion-0-points': '0' }),
    },
  ];
};
