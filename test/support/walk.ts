import { type AnswerKey, answersTo, type Intent } from './answer-key.ts';
import { type Client, expectStatus, type Reply } from './client.ts';
import { linkInLetter } from './letters.ts';
import type { Page } from './page.ts';

/** What people do on the pages, each step as one function: pages are read, forms are sent. */

export type Person = {
  givenName: string;
  familyName: string;
  email: string;
  password: string;
  country: string;
  language: 'en' | 'fr';
};

export const register = async (client: Client, person: Person): Promise<void> => {
  const page = expectStatus(await client.get(`/${person.language}/register`)).page();
  expectStatus(await client.send(page.form(/\/register$/), person));
};

/** Opens the link of the letter and presses its button. */
export const confirmAddress = async (client: Client, mailDir: string, email: string): Promise<void> => {
  const link = await linkInLetter(mailDir, email, /\/confirm\//);
  const page = expectStatus(await client.get(link)).page();
  expectStatus(await client.send(page.form(/\/confirm\//)));
};

export const signIn = async (
  client: Client,
  { email, password }: Pick<Person, 'email' | 'password'>,
  language = 'en',
): Promise<void> => {
  const page = expectStatus(await client.get(`/${language}/sign-in`)).page();
  const reply = expectStatus(await client.send(page.form(/\/sign-in/), { email, password }));
  if (/\/sign-in/.test(reply.path)) throw new Error(`not signed in: ${reply.page().text.slice(0, 300)}`);
};

/** Enrols in a free course; answers the id of the enrolment. */
export const enrol = async (client: Client, courseId: string, language = 'en'): Promise<string> => {
  const page = expectStatus(await client.get(`/${language}/courses/${courseId}`)).page();
  const reply = expectStatus(await client.send(page.form(/\/enrol$/)));
  return reply.path.split('/').at(-1) ?? '';
};

const stepPath = (page: Page, enrolmentId: string): string[] =>
  page.links
    .map(({ href }) => href)
    .filter((href, index, all) => href.includes(`/learn/${enrolmentId}/`) && all.indexOf(href) === index);

/** Does one page, quiz or assignment; answers false for a test, which is left alone. */
const doStep = async (client: Client, path: string, key: AnswerKey): Promise<boolean> => {
  const page = expectStatus(await client.get(path)).page();
  const complete = page.forms.find(({ action }) => action.endsWith('/complete'));
  if (complete) {
    expectStatus(await client.send(complete));
    return true;
  }
  const work = page.forms.find(({ action }) => action.endsWith('/work'));
  if (work) {
    const text = 'What was asked, in my own words, as well as I can.';
    expectStatus(await client.send(work, { text, action: 'hand-in' }));
    return true;
  }
  const quiz = page.forms.find(({ action }) => action.endsWith('/answers'));
  if (!quiz) return !/\/attempts$/.test(page.forms.find(isLearning)?.action ?? '');
  expectStatus(await client.send(quiz, answersTo(quiz, key, 'right')));
  return true;
};

const isLearning = ({ action }: { action: string }): boolean => /\/learn\//.test(action);

/** Does every page and quiz of a course in order; answers the path of its test and how much was done. */
export const doActivities = async (
  client: Client,
  enrolmentId: string,
  key: AnswerKey,
  language = 'en',
): Promise<{ testPath: string; done: number }> => {
  const outline = expectStatus(await client.get(`/${language}/learn/${enrolmentId}`)).page();
  const steps = stepPath(outline, enrolmentId).sort(
    (a, b) => Number(/test$/.test(a)) - Number(/test$/.test(b)),
  );
  let done = 0;
  for (const path of steps) {
    if (!(await doStep(client, path, key))) return { testPath: path, done };
    done += 1;
  }
  throw new Error('the course has no test that is open');
};

/** Begins an attempt; answers its first page, with the questions. */
export const beginTest = async (client: Client, testPath: string): Promise<Reply> => {
  const page = expectStatus(await client.get(testPath)).page();
  return expectStatus(await client.send(page.form(/\/attempts$/), { accepted: 'yes', nameConfirmed: 'yes' }));
};

/** Answers every question and looks at the summary; nothing is handed in yet. */
export const answerTest = async (
  client: Client,
  attempt: Reply,
  key: AnswerKey,
  intent: Intent,
): Promise<Reply> => {
  const form = attempt.page().form(/\/learn\/attempts\/[^/]+$/);
  return expectStatus(await client.send(form, { ...answersTo(form, key, intent), action: 'review' }));
};

/** Takes a test from its first page to its result. */
export const takeTest = async (
  client: Client,
  testPath: string,
  key: AnswerKey,
  intent: Intent,
): Promise<Reply> => {
  const review = await answerTest(client, await beginTest(client, testPath), key, intent);
  return expectStatus(await client.send(review.page().form(/\/submit$/)));
};

/** Buys a paid course by card and plays the provider's part; answers the page after the payment. */
export const buy = async (
  client: Client,
  courseId: string,
  { outcome = 'success', language = 'en' }: { outcome?: string; language?: string } = {},
): Promise<Reply> => {
  const course = expectStatus(await client.get(`/${language}/courses/${courseId}`)).page();
  const order = expectStatus(await client.send(course.form(/\/checkout$/))).page();
  const provider = expectStatus(await client.send(order.form(/\/pay$/), { method: 'card', terms: 'yes' }));
  return expectStatus(await client.send(provider.page().form(/\/checkout\/simulated\//), { outcome }));
};

/** A member of staff withdraws a certificate; answers the page that says so. */
export const revoke = async (client: Client, identifier: string, reason: string): Promise<Reply> => {
  const path = `/en/staff/certificates/${identifier}/revoke`;
  const page = expectStatus(await client.get(path)).page();
  return expectStatus(await client.send(page.form(/\/revoke$/), { reason, note: '', sure: 'yes' }));
};

/** Everything that is kept about the signed-in person, as a ZIP. */
export const exportData = async (client: Client): Promise<Reply> => {
  const page = expectStatus(await client.get('/en/account/privacy')).page();
  return expectStatus(await client.send(page.form(/\/export$/)));
};

export const eraseAccount = async (client: Client, password: string): Promise<Reply> => {
  const page = expectStatus(await client.get('/en/account/privacy/erase')).page();
  return expectStatus(await client.send(page.form(/\/erase$/), { password, confirmed: 'yes' }));
};
