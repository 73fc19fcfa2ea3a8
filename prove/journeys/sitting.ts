import { readAnswerKey } from '../../test/support/answer-key.ts';
import type { Person } from './person.ts';
import { type Account, refuseCookies, type Stage, signIn } from './stage.ts';
import { answer, type Question, questionsOn, showsAnswers } from './studying.ts';

const unsent = (person: Person): Promise<number> =>
  person.page.evaluate(
    `Object.entries(localStorage).filter(([key]) => key.endsWith(':unsent')).flatMap(([, text]) => Object.keys(JSON.parse(text))).length`,
  ) as Promise<number>;

const untilNothingWaits = async (person: Person): Promise<void> => {
  for (let looked = 0; looked < 300; looked += 1) {
    if ((await unsent(person)) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('answers still wait on the device half a minute after the connection came back');
};

/** Begins a test, and loses the connection somewhere in the middle. Afterwards the server has every answer. */
export const sitThroughLostConnection = async (
  stage: Stage,
  person: Person,
  courseId: string,
): Promise<{ questions: Question[]; offline: number }> => {
  const { page } = person;
  stage.step('reads the rules of the test and begins');
  await person.picture('test-rules');
  await person.tick('learn:test.name-confirm');
  await person.tick('learn:test.statement-text');
  await person.press('learn:test.start');
  await person.picture('test-begun');
  const questions = await questionsOn(page, await readAnswerKey(courseId));
  const lostAt = 3 + Math.floor(stage.chance() * (questions.length - 8));
  for (const question of questions.slice(0, lostAt)) await answer(person, question);
  await person.sees('learn:attempt.saved', `${lostAt}`);
  stage.step(`loses the connection after ${lostAt} answers and goes on`);
  await page.setOfflineMode(true);
  for (const question of questions.slice(lostAt)) await answer(person, question);
  await person.sees('learn:attempt.offline', 'learn:attempt.not-saved');
  const offline = await unsent(person);
  if (offline !== questions.length - lostAt) throw new Error(`${offline} answers are kept on the device`);
  await person.picture('connection-lost');
  stage.step(`the connection is back: ${offline} answers are sent`);
  await page.setOfflineMode(false);
  await untilNothingWaits(person);
  await person.sees('learn:attempt.saved');
  await person.lacks('learn:attempt.offline');
  await person.picture('connection-back');
  await page.reload();
  if (!(await showsAnswers(page, questions))) throw new Error('the server has not every answer');
  return { questions, offline };
};

/** One more answer on a device that may have noticed already that another one has the attempt; `false` when it had. */
const answerLate = async ({ page }: Person, { slot }: Question): Promise<boolean> => {
  const clicked = page.evaluate(`(() => {
    const one = [...document.querySelectorAll('[data-question="${slot}"] input')].find((box) => !box.checked);
    one?.scrollIntoView({ block: 'center' });
    one?.click();
    return one !== undefined;
  })()`);
  return (await clicked.catch(() => false)) as boolean;
};

/** Opens the same attempt on another device, which takes over; hands in from there. */
export const takeOver = async (
  stage: Stage,
  first: Person,
  account: Account,
  questions: readonly Question[],
): Promise<Person> => {
  stage.step('opens the attempt on a second device, which takes over');
  const second = await stage.device();
  await second.open('/sign-in');
  await refuseCookies(second);
  await signIn(second, account);
  await second.press('web:navigation.learning');
  await second.picture('second-device-my-learning');
  await second.press('learn:outline.continue');
  await second.sees('learn:test.open');
  await second.picture('second-device-attempt-under-way');
  await second.press('learn:test.resume');
  if (!(await showsAnswers(second.page, questions))) throw new Error('the second device lacks answers');
  stage.step('the first device cannot save any more, and says so');
  const [changed] = questions.filter(({ fields }) => fields.length === 1);
  if (!changed) throw new Error('no question to change');
  const answered = await answerLate(first, changed);
  await first.sees('learn:elsewhere.continue');
  if (answered) await first.sees('learn:elsewhere.kept-text');
  await first.picture('first-device-is-told');
  await second.picture('second-device-has-it');
  await second.page.reload();
  if (!(await showsAnswers(second.page, questions))) throw new Error('the first device has saved something');
  stage.step('looks through everything and hands in');
  await second.press('learn:attempt.review');
  await second.sees('learn:review.complete');
  await second.picture('before-handing-in');
  await second.press('learn:review.submit');
  await second.sees('learn:result.passed', 'learn:result.topics');
  await second.picture('result');
  return second;
};
