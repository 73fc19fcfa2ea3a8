import { type Random, repeatable, shuffled } from '../../platform/random.ts';
import { questionsById } from '../course.ts';
import { drawPool } from '../course-checks.ts';
import type { CourseContent, Question, TestRules } from '../course-schema.ts';
import { type FormItem, freeze } from './form-item.ts';

/** Where questions come from. A form draws through this alone, so a bank never has to be loaded to begin an attempt. */
export type QuestionSource = {
  /**
   * Draws so many questions for each quota, none of them twice, with no other chance than the given one.
   * @throws when the bank is smaller than a quota: such a test is refused when it is published
   */
  draw(
    course: CourseContent,
    rules: TestRules,
    random: Random,
  ): Promise<readonly { question: Question; topic: string }[]>;
  /** The questions of a frozen form, in the versions that it was drawn from. */
  ofForm(course: CourseContent, items: readonly FormItem[]): Promise<ReadonlyMap<string, Question>>;
};

/** The questions that a course version brings along. */
export const questionsOfCourse: QuestionSource = {
  draw: async ({ questions }, rules, random) =>
    rules.draw.flatMap(({ tag, count }) => {
      const chosen = shuffled(random, drawPool(questions, tag)).slice(0, count);
      if (chosen.length < count) throw new Error(`only ${chosen.length} of ${count} questions tagged ${tag}`);
      return chosen.map((question) => ({ question, topic: tag }));
    }),
  ofForm: async (course) => questionsById(course),
};

/**
 * Draws one test: for each quota its number of questions, then the order of everything, frozen. All chance comes from
 * the seed: the same seed and bank give the same form.
 */
export const drawForm = async (
  source: QuestionSource,
  course: CourseContent,
  { rules, seed }: { rules: TestRules; seed: string },
): Promise<FormItem[]> => {
  const random = repeatable(seed);
  const drawn = await source.draw(course, rules, random);
  const ordered = rules.shuffleQuestions ? shuffled(random, drawn) : drawn;
  const { shuffleOptions } = rules;
  return ordered.map(({ question, topic }, index) =>
    freeze(question, { slot: index + 1, topic, shuffleOptions, random }),
  );
};
