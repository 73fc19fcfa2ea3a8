import type { Page } from 'puppeteer';
import { type AnswerKey, answersTo, type Intent } from '../../test/support/answer-key.ts';
import { readPage } from '../../test/support/page.ts';
import type { Person } from './person.ts';

/** What is under way on a page of questions: one entry for each, with what it takes to answer it. */
export type Question = { slot: string; fields: readonly [name: string, value: string][] };

/** Reads the questions on the screen and looks each up in the key. */
export const questionsOn = async (
  page: Page,
  key: AnswerKey,
  intent: Intent = 'right',
): Promise<Question[]> => {
  const form = readPage(await page.content()).forms.find(({ element }) =>
    element.querySelector('[data-question]'),
  );
  if (!form) throw new Error(`no question on ${page.url()}`);
  const answers = answersTo(form, key, intent);
  return form.element.querySelectorAll('fieldset[data-question]').map((fieldset) => {
    const names = fieldset.querySelectorAll('input, select').map((one) => one.getAttribute('name') ?? '');
    const fields = [...new Set(names)].flatMap((name) =>
      [answers[name] ?? []].flat().map((value): [string, string] => [name, value]),
    );
    return { slot: fieldset.getAttribute('data-question') ?? '', fields };
  });
};

/** Answers one question with mouse and keyboard. */
export const answer = async ({ page }: Person, { slot, fields }: Question): Promise<void> => {
  const fieldset = `[data-question="${slot}"]`;
  for (const [name, value] of fields) {
    const named = `${fieldset} [name="${name}"]`;
    const select = await page.$(`${fieldset} select[name="${name}"]`);
    if (select) {
      await select.select(value);
      continue;
    }
    const box = await page.$(`${named}[value="${value}"]:is([type=radio], [type=checkbox])`);
    const field = box ?? (await page.$(named));
    if (!field) throw new Error(`no field ${name} on ${page.url()}`);
    await field.evaluate((one) =>
      (one as unknown as { scrollIntoView(o: object): void }).scrollIntoView({ block: 'center' }),
    );
    if (!box) {
      await field.type(value);
      await page.keyboard.press('Tab');
    } else if (!(await box.evaluate((one) => (one as unknown as { checked: boolean }).checked)))
      await box.click();
  }
};

/** Whether every question on the screen shows the given answer. */
export const showsAnswers = async (page: Page, questions: readonly Question[]): Promise<boolean> => {
  const shown = (await page.evaluate(
    `[...document.querySelectorAll('[data-question] :is(input, select)')]
      .filter((one) => !/^(radio|checkbox)$/.test(one.type) || one.checked).map((one) => one.name + '=' + one.value)`,
  )) as string[];
  return questions.every(({ fields }) => fields.every(([name, value]) => shown.includes(`${name}=${value}`)));
};

/** Presses the button that says an activity is done; `false` on a page that has none. */
const declareDone = async ({ page }: Person): Promise<boolean> => {
  const button = await page.$('form[action$="/complete"] button');
  if (!button) return false;
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), button.click()]);
  return true;
};

type Activity = { kind: 'read' | 'quiz'; title: string };

/**
 * Goes through a course from where its learner is, by the buttons that lead on, until the test; `seen` is called on each
 * activity before it is done.
 */
export const studyOn = async (
  person: Person,
  key: AnswerKey,
  seen: (activity: Activity) => Promise<void> = async () => undefined,
): Promise<number> => {
  const { page } = person;
  let done = 0;
  while (!(await page.$('form[action$="/attempts"]'))) {
    const title = (await page.title()).split(' – ')[0] ?? '';
    const quiz = await page.$('form[action$="/answers"]');
    const work = await page.$('form[action$="/work"] textarea[name=text]');
    await seen({ kind: quiz ? 'quiz' : 'read', title });
    if (quiz) {
      for (const question of await questionsOn(page, key)) await answer(person, question);
      await person.press('learn:quiz.check');
      await person.sees('learn:quiz.passed-text');
      await person.press('learn:page.next');
    } else if (work) {
      await work.type('What was asked, in my own words.');
      await person.press('assignment:write.hand-in');
      await person.sees('assignment:done.handed-in');
      await person.press('learn:page.next');
    } else if (!(await declareDone(person))) throw new Error(`nothing leads on from ${page.url()}`);
    done += 1;
    if (done > 40) throw new Error('the course does not end');
  }
  return done;
};
