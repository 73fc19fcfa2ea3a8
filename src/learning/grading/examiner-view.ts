import type { Localised } from '../../platform/i18n.ts';
import type { Answer } from '../attempts/answer.ts';
import { present } from '../attempts/form-item.ts';
import type { ItemResult, Result } from '../attempts/grade-attempt.ts';
import { stepOf } from '../course.ts';
import type { CourseContent, Question } from '../course-schema.ts';
import { solutionOf } from '../items/question-parts.ts';
import { candidateNumber } from './candidate-number.ts';
import type { ClosedAttempt } from './closed-attempt-store.ts';

/** One question of a closed attempt as an examiner sees it: with what was answered and what is right. */
export type ExaminedQuestion = {
  slot: number;
  questionId: string;
  kind: Question['kind'];
  prompt: Localised;
  given: readonly Localised[];
  right: readonly Localised[];
  outcome?: ItemResult;
  savedAt?: Date;
};

/** A closed attempt without its candidate's name. */
export type ExaminedAttempt = {
  attemptId: string;
  /** In place of a name. */
  candidate: string;
  courseId: string;
  courseVersion: number;
  activityId: string;
  courseTitle: Localised;
  title: Localised;
  startedAt: Date;
  submittedAt: Date;
  submittedBy: string;
  minutes: number;
  result: Result;
  questions: readonly ExaminedQuestion[];
  /** Others at the same test, for comparison: how many, how long and how well in the median. */
  cohort: { attempts: number; minutes: number; score: number };
};

const both = (text: string): Localised => ({ en: text, fr: text });

const joined = (left: Localised, right: Localised): Localised => ({
  en: `${left.en} – ${right.en}`,
  fr: `${left.fr} – ${right.fr}`,
});

type Presented = ReturnType<typeof present>;

/** The answer in words, in the order in which it was given. */
const wordsOf = ({ options, rights, kind }: Presented, answer: Answer): Localised[] => {
  const option = (code: string) => options.find((one) => one.code === code)?.text ?? both(code);
  if (answer === null) return [];
  if (typeof answer === 'string') return [options.length > 0 ? option(answer) : both(answer)];
  if (Array.isArray(answer)) return answer.map(option);
  const entries = Object.entries(answer);
  if (kind === 'order') {
    return entries.sort(([, a], [, b]) => Number(a) - Number(b)).map(([code]) => option(code));
  }
  return entries.map(([left, right]) =>
    joined(option(left), rights.find(({ code }) => code === right)?.text ?? both(String(right))),
  );
};

const minutesOf = ({ startedAt, submittedAt }: ClosedAttempt): number =>
  Math.round((submittedAt.getTime() - startedAt.getTime()) / 6000) / 10;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const questionsOf = (
  attempt: ClosedAttempt,
  questions: ReadonlyMap<string, Question>,
): ExaminedQuestion[] => {
  return attempt.items.flatMap((item) => {
    const question = questions.get(item.questionId);
    if (!question) return [];
    const answer = attempt.answers[item.slot];
    const outcome = attempt.result.items.find(({ slot }) => slot === item.slot);
    return [
      {
        slot: item.slot,
        questionId: item.questionId,
        kind: question.kind,
        prompt: question.prompt,
        given: wordsOf(present(item, question), answer?.value ?? null),
        right: solutionOf(question),
        ...(outcome ? { outcome } : {}),
        ...(answer ? { savedAt: answer.at } : {}),
      },
    ];
  });
};

export const examinedAttempt = (
  attempt: ClosedAttempt,
  course: CourseContent,
  { cohort, questions }: { cohort: readonly ClosedAttempt[]; questions: ReadonlyMap<string, Question> },
): ExaminedAttempt => ({
  attemptId: attempt.id,
  candidate: candidateNumber(attempt.id),
  courseId: attempt.courseId,
  courseVersion: attempt.courseVersion,
  activityId: attempt.activityId,
  courseTitle: course.title,
  title: stepOf(course, attempt.activityId)?.title ?? course.title,
  startedAt: attempt.startedAt,
  submittedAt: attempt.submittedAt,
  submittedBy: attempt.submittedBy,
  minutes: minutesOf(attempt),
  result: attempt.result,
  questions: questionsOf(attempt, questions),
  cohort: {
    attempts: cohort.length,
    minutes: median(cohort.map(minutesOf)),
    score: median(cohort.map(({ result }) => result.score)),
  },
});
