import { type AnswerKey, readAnswerKey } from '../../test/support/answer-key.ts';
import { second, third, titles } from './courses.ts';
import type { Person } from './person.ts';
import type { Stage } from './stage.ts';
import { answer, questionsOn, studyOn } from './studying.ts';

const passTest = async (learner: Person, key: AnswerKey): Promise<void> => {
  await learner.tick('learn:test.name-confirm');
  await learner.tick('learn:test.statement-text');
  await learner.press('learn:test.start');
  for (const question of await questionsOn(learner.page, key)) await answer(learner, question);
  await learner.press('learn:attempt.review');
  await learner.press('learn:review.submit');
  await learner.sees('learn:result.passed');
};

/** The last course of the path is optional and paid. */
export const buyLast = async (stage: Stage, learner: Person): Promise<void> => {
  const { language } = stage;
  stage.step('buys the optional course at the end of the path, and passes it too');
  await learner.open('/paths/data-protection-at-work');
  await learner.press(['learn:path.see', { course: titles[third][language] }]);
  await learner.press('learn:course.buy');
  await learner.picture('order');
  await learner.tick('checkout:methods.card');
  await learner.tick('checkout:fields.terms');
  await learner.press('checkout:pay.action');
  await learner.picture('payment');
  await learner.press('checkout:simulated.success');
  await learner.awaits('checkout:settled.start');
  await learner.picture('paid');
  await learner.press('checkout:settled.start');
  await learner.awaits('learn:outline.continue');
  await learner.press('learn:outline.continue');
  const key = await readAnswerKey(third);
  await studyOn(learner, key);
  await passTest(learner, key);
  await learner.press('learn:result.certificates');
  await learner.awaits(titles[third][language]);
  await learner.picture('three-certificates');
};

/** Through the second course, which the first has opened, to the end of what the path requires. */
export const finishPath = async (stage: Stage, learner: Person): Promise<void> => {
  const { language } = stage;
  stage.step('the second course is open now');
  await learner.open('/learn');
  await learner.press(titles.path[language]);
  await learner.picture('path-half-way');
  await learner.press(['learn:path.begin', { course: titles[second][language] }]);
  await learner.press('learn:outline.continue');
  const key = await readAnswerKey(second);
  await studyOn(learner, key, async ({ title }) => {
    if (await learner.page.$('a[download]')) await learner.picture('document');
    if (await learner.page.$('main a[target=_blank]')) await learner.picture('address-elsewhere');
    if (await learner.page.$('article img')) await learner.picture(`picture-${title.length}`);
  });
  stage.step('passes the second test: the path is complete');
  await passTest(learner, key);
  await learner.open('/paths/data-protection-at-work');
  await learner.awaits('learn:path.complete');
  await learner.picture('path-complete');
  await learner.press('learn:dashboard.certificates');
  await learner.awaits(titles[second][language]);
  await learner.picture('both-certificates');
};
