import type { Client } from '../../test/support/client.ts';
import { expectStatus } from '../../test/support/client.ts';
import { enrol } from '../../test/support/walk.ts';
import { post, submit } from './act.ts';
import { beginAgain, freeCourse, minute, type Scene, takeAgain, testPath } from './scene.ts';
import type { Stop } from './stop.ts';

/** Reads the first pages of the course, so that its outline shows every kind of line. */
const readSome = async (client: Client, enrolmentId: string, activities: readonly string[]) => {
  for (const activity of activities) {
    const page = expectStatus(await client.get(`/en/learn/${enrolmentId}/${activity}`)).page();
    expectStatus(await client.send(page.form(/\/complete$/)));
  }
};

/** Answers most questions of an attempt, one of them with a number that is none. */
const answerSome = async (client: Client, attempt: string): Promise<void> => {
  const form = expectStatus(await client.get(`/en${attempt}`))
    .page()
    .form(/\/learn\/attempts\/[^/]+$/);
  const values = Object.fromEntries(
    form.element.querySelectorAll('fieldset[data-question]').flatMap((question, index) => {
      const [first] = question.querySelectorAll('input, select');
      const name = first?.getAttribute('name');
      if (!first || !name || index % 4 === 3) return [];
      if (question.getAttribute('data-kind') === 'numeric') return [[name, 'about ten']];
      return first.tagName === 'INPUT' ? [[name, first.getAttribute('value') ?? '']] : [];
    }),
  );
  expectStatus(await client.send(form, { ...values, action: 'save' }));
};

/** The test of everybody who does not pass: waiting, without a further attempt, and at it right now. */
const testStops = async (scene: Scene): Promise<Stop[]> => {
  const { sitting, waiting, exhausted } = scene.candidates;
  await takeAgain(scene, exhausted, 'wrong');
  await scene.instance.moveTime(61 * minute);
  const last = await takeAgain(scene, exhausted, 'wrong');
  const failed = await takeAgain(scene, waiting, 'wrong');
  const running = await beginAgain(scene, sitting);
  const [attempt = '', window = ''] = running.split('?');
  await answerSome(await scene.clientOf(sitting), running);
  const timedOut = `/learn/attempts/${waiting.attemptId}`;
  const { unsigned } = scene.candidates;
  return [
    { view: 'learn/test', state: 'may begin', path: testPath(unsigned), as: unsigned },
    {
      view: 'learn/test',
      state: 'errors',
      path: testPath(unsigned),
      as: unsigned,
      status: 422,
      doing: submit('/attempts'),
    },
    { view: 'learn/test', state: 'under way', path: testPath(sitting), as: sitting },
    { view: 'learn/test', state: 'waiting', path: testPath(waiting), as: waiting },
    { view: 'learn/test', state: 'exhausted', path: testPath(exhausted), as: exhausted },
    { view: 'learn/attempt', path: running, as: sitting, dark: true },
    { view: 'learn/review', path: `${attempt}/review?${window}`, as: sitting },
    { view: 'learn/elsewhere', path: attempt, as: sitting },
    {
      view: 'learn/elsewhere',
      state: 'taken over',
      path: '/learn',
      as: sitting,
      status: 409,
      doing: post(attempt, { action: 'save', sitting: 'another' }),
    },
    { view: 'learn/result', state: 'failed', path: `${failed}/result`, as: waiting },
    { view: 'learn/result', state: 'failed for good', path: `${last}/result`, as: exhausted },
    { view: 'learn/result', state: 'out of time', path: `${timedOut}/result`, as: waiting },
    {
      view: 'learn/expired',
      state: 'by the clock',
      path: '/learn',
      as: waiting,
      status: 409,
      doing: post(timedOut, { action: 'save' }),
    },
    {
      view: 'learn/expired',
      state: 'handed in',
      path: '/learn',
      as: waiting,
      status: 409,
      doing: post(failed, { action: 'save' }),
    },
  ];
};

/** Courses that are taken: the way through them, and each kind of activity. */
export const learningStops = async (scene: Scene): Promise<Stop[]> => {
  const as = await scene.staff('learner');
  const client = await scene.clientOf(as);
  const enrolmentId = await enrol(client, freeCourse);
  const course = `/learn/${enrolmentId}`;
  await readSome(client, enrolmentId, ['personal-data', 'principles']);
  const quiz = `${course}/quiz-foundations`;
  const path = '/paths/data-protection-at-work';
  expectStatus(
    await client.send(
      expectStatus(await client.get(`/en${path}`))
        .page()
        .form(/\/follow$/),
    ),
  );
  const noted = `${course}/principles`;
  const note = expectStatus(await client.get(`/en${noted}`))
    .page()
    .form(/\/note$/);
  expectStatus(await client.send(note, { text: 'Ask the works council about the badge logs.' }));
  return [
    { view: 'learn/dashboard', state: 'empty', path: '/learn', as: scene.newcomer },
    { view: 'learn/dashboard', path: '/learn', as, dark: true },
    { view: 'learn/course', state: 'enrolled', path: `/courses/${freeCourse}`, as },
    { view: 'learn/course', state: 'not open yet', path: '/courses/responding-to-breaches', as },
    { view: 'learn/path', path, as, dark: true },
    { view: 'learn/outline', path: course, as },
    { view: 'learn/page', path: `${course}/roles-and-bases`, as, dark: true },
    { view: 'learn/page', state: 'done', path: `${course}/principles`, as },
    { view: 'learn/page', state: 'table', path: `${course}/sharing-and-transfers`, as },
    { view: 'learn/quiz', path: quiz, as },
    { view: 'learn/quiz', state: 'not passed', path: quiz, as, doing: submit('/answers') },
    { view: 'learn/test', state: 'locked', path: `${course}/final-test`, as },
    ...(await testStops(scene)),
  ];
};
