import { type Random, shuffled } from '../../platform/random.ts';
import { drawPool } from '../course-checks.ts';
import type { Question, TestRules } from '../course-schema.ts';
import { type FormItem, freeze } from './form-item.ts';

/**
 * Draws one test: for each quota its number of questions, then the order of everything, frozen.
 * @throws when the bank is smaller than a quota: such a course is refused long before
 */
export const drawForm = (questions: readonly Question[], rules: TestRules, random: Random): FormItem[] => {
  const drawn = rules.draw.flatMap(({ tag, count }) => {
    const chosen = shuffled(random, drawPool(questions, tag)).slice(0, count);
    if (chosen.length < count) throw new Error(`only ${chosen.length} of ${count} questions tagged ${tag}`);
    return chosen.map((question) => ({ question, topic: tag }));
  });
  const ordered = rules.shuffleQuestions ? shuffled(random, drawn) : drawn;
  const { shuffleOptions } = rules;
  return ordered.map(({ question, topic }, index) =>
    freeze(question, { slot: index + 1, topic, shuffleOptions, random }),
  );
};
