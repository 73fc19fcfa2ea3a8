import type { Localised } from '../platform/i18n.ts';
import { repeatable } from '../platform/random.ts';
import { readAnswers, type SentAnswer } from './attempts/answer.ts';
import { type FormItem, freeze } from './attempts/form-item.ts';
import { isRight } from './attempts/grade-attempt.ts';
import { type QuizActivity, questionsById } from './course.ts';
import type { CourseContent } from './course-schema.ts';
import { solutionOf } from './items/question-parts.ts';

/** A quiz teaches: it may be repeated, and afterwards everything is explained. */
export type QuizOutcome = {
  /** Fraction of 1. */
  score: number;
  atLeast: number;
  passed: boolean;
  items: readonly QuizItemOutcome[];
};

export type QuizItemOutcome = {
  slot: number;
  right: boolean;
  /** The right answer in words: several for a list, in order. */
  solution: readonly Localised[];
  explanation: Localised;
};

/** The same for one learner and question every time, so a quiz looks the same after a reload. */
export const quizForm = (course: CourseContent, quiz: QuizActivity, learner: string): FormItem[] => {
  const questions = questionsById(course);
  return quiz.questions.flatMap((id, index) => {
    const question = questions.get(id);
    const layout = {
      slot: index + 1,
      topic: quiz.id,
      shuffleOptions: true,
      random: repeatable(`${learner}:${id}`),
    };
    return question ? [freeze(question, layout)] : [];
  });
};

/**
 * Grades a quiz on the spot.
 * @throws DomainError `invalid-input` (422) when a slot or an option is not of this quiz
 */
export const gradeQuiz = (
  course: CourseContent,
  quiz: QuizActivity,
  { learner, sent }: { learner: string; sent: readonly SentAnswer[] },
): QuizOutcome => {
  const questions = questionsById(course);
  const form = quizForm(course, quiz, learner);
  const answers = new Map(
    readAnswers(sent, { items: form, questions }).map(({ slot, value }) => [slot, value]),
  );
  const graded = form.flatMap((item) => {
    const question = questions.get(item.questionId);
    if (!question) return [];
    const right = isRight(question, item, answers.get(item.slot) ?? null);
    const { points, explanation } = question;
    return [{ points, slot: item.slot, right, solution: solutionOf(question), explanation }];
  });
  const total = graded.reduce((sum, { points }) => sum + points, 0);
  const earned = graded.reduce((sum, { points, right }) => sum + (right ? points : 0), 0);
  const { atLeast } = quiz.completion;
  const items = graded.map(({ points: _points, ...item }) => item);
  return {
    score: total === 0 ? 0 : earned / total,
    atLeast,
    passed: earned + 1e-9 >= atLeast * total,
    items,
  };
};
