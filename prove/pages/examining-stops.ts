import { type Client, expectStatus } from '../../test/support/client.ts';
import { submit } from './act.ts';
import { awaited, freeCourse, type Scene, testPath } from './scene.ts';
import type { Stop } from './stop.ts';

const base = '/staff/examining';
/** Asked in quizzes only, so that deciding about it changes nobody's result here. */
const practiceQuestion = 'practice-dpia';

const withoutLanguage = (path: string): string => path.replace(/^\/(en|fr)(?=\/)/, '').replace(/\?.*$/, '');

/** The newest attempt; the first one ran out of time unanswered, and there is nothing to examine in it. */
const attemptIn = async (client: Client, path: string): Promise<string> => {
  const { links } = expectStatus(await client.get(`/en${path}`)).page();
  const result = links.findLast(({ href }) => /\/learn\/attempts\/[^/]+\/result$/.test(href));
  return (
    withoutLanguage(result?.href ?? '')
      .split('/')
      .at(-2) ?? ''
  );
};

const openCase = async (staff: Client, attemptId: string): Promise<string> => {
  const page = expectStatus(await staff.get(`/en${base}/attempts/${attemptId}`)).page();
  return withoutLanguage(expectStatus(await staff.send(page.form(/\/case$/))).path);
};

const act = async (staff: Client, path: string, step: string, more: Record<string, string> = {}) => {
  const page = expectStatus(await staff.get(`/en${path}`)).page();
  const text = 'Four wrong answers are the same as in another attempt at this test, and none differs.';
  expectStatus(await staff.send(page.form(/\/cases\/[^/]+$/), { act: step, text, ...more }));
};

const report = async (client: Client, attemptId: string): Promise<string> => {
  const path = `/learn/attempts/${attemptId}/questions/1/report`;
  const page = expectStatus(await client.get(`/en${path}`)).page();
  const text = 'The second and the third answer mean the same, so both are right.';
  expectStatus(await client.send(page.form(/\/report$/), { kind: 'no-right-answer', text }));
  return path;
};

const decide = async (staff: Client): Promise<string> => {
  const path = `/en${base}/questions/${freeCourse}/${practiceQuestion}`;
  const page = expectStatus(await staff.get(path)).page();
  const given = { change: 'void', reason: 'Two of its options mean the same.' };
  const preview = expectStatus(await staff.send(page.form(/\/questions\//), given)).page();
  return withoutLanguage(expectStatus(await staff.send(preview.form(/\/questions\//))).path);
};

/** The desk of examiners, and what candidates see of it. */
export const examiningStops = async (scene: Scene): Promise<Stop[]> => {
  const as = await scene.staff('examiner');
  const staff = await scene.clientOf(as);
  const { certified, exhausted } = scene.candidates;
  const learner = await scene.clientOf(certified);
  const attemptId = await attemptIn(learner, testPath(certified));
  const other = await attemptIn(await scene.clientOf(exhausted), testPath(exhausted));
  const fresh = await openCase(staff, other);
  const asked = await openCase(staff, attemptId);
  await act(staff, asked, 'allege');
  const own = asked.replace(`${base}/cases`, '/learn/cases');
  const reporting = await report(learner, attemptId);
  const reported = await awaited('the report', async () => {
    const { links } = expectStatus(await staff.get(`/en${base}/reports`)).page();
    return links.map(({ href }) => withoutLanguage(href)).find((href) => /\/reports\/.+/.test(href));
  });
  const regrade = await decide(staff);
  const question = `${base}/questions/${freeCourse}/${practiceQuestion}`;
  const failing = (view: string, path: string): Stop => ({
    view,
    state: 'errors',
    path,
    as,
    status: 422,
    doing: submit(path),
  });
  const reason = 'Two of its options mean the same.';
  return [
    { view: 'examining/home', path: base, as, dark: true },
    { view: 'examining/marking', state: 'none', path: `${base}/marking`, as },
    { view: 'examining/signals', path: `${base}/signals`, as },
    { view: 'examining/attempt', path: `${base}/attempts/${attemptId}`, as },
    { view: 'examining/cases', path: `${base}/cases`, as },
    { view: 'examining/cases', state: 'none', path: `${base}/cases?state=closed`, as },
    { view: 'examining/case', path: fresh, as },
    failing('examining/case', fresh),
    { view: 'examining/case', state: 'candidate asked', path: asked, as },
    { view: 'examining/reports', path: `${base}/reports`, as },
    { view: 'examining/report', path: reported, as },
    failing('examining/report', reported),
    { view: 'examining/question', path: question, as },
    failing('examining/question', question),
    {
      view: 'examining/regrade-preview',
      path: question,
      as,
      doing: submit(question, { change: 'void', reason }),
    },
    { view: 'examining/regrades', path: `${base}/regrades`, as },
    { view: 'examining/regrade', path: regrade, as },
    { view: 'examining/tests', path: `${base}/statistics`, as },
    { view: 'examining/statistics', path: `${base}/statistics/${freeCourse}/final-test`, as },
    { view: 'learn/cases', path: '/learn/cases', as: certified },
    { view: 'learn/case', path: own, as: certified },
    { view: 'learn/case', state: 'errors', path: own, as: certified, status: 422, doing: submit('/answer') },
    { view: 'learn/report', path: reporting, as: certified },
    {
      view: 'learn/report',
      state: 'errors',
      path: reporting,
      as: certified,
      status: 422,
      doing: submit('/report'),
    },
    { view: 'learn/report', state: 'sent', path: `${reporting}?done=yes`, as: certified },
    { view: 'learn/reports', path: '/learn/reports', as: certified },
  ];
};
