import type { Question } from '../course-schema.ts';
import { scoreAnswer } from '../items/score-answer.ts';
import type { Answer } from './answer.ts';
import type { FormItem } from './form-item.ts';

/** The outcome of one question. */
export type ItemResult = {
  slot: number;
  questionId: string;
  topic: string;
  points: number;
  maxPoints: number;
  /** A person has to mark it; until then it earns nothing. */
  needsGrading?: true;
  /** The question was found to be wrong: it counts for nobody. */
  voided?: true;
};

export type TopicResult = { topic: string; points: number; maxPoints: number };

/** The grade of an attempt. `score` and `passMark` are fractions of 1. */
export type Result = {
  points: number;
  maxPoints: number;
  score: number;
  passMark: number;
  passed: boolean;
  topics: readonly TopicResult[];
  items: readonly ItemResult[];
};

/** Decimal fractions are not exact in binary. */
const rounding = 1e-9;

/** Whether an answer is right, all of it. */
export const isRight = (question: Question, item: FormItem, answer: Answer): boolean => {
  const scored = scoreAnswer(question, item, answer);
  return scored.state === 'scored' && scored.score >= 1 - rounding;
};

const topicsOf = (items: readonly ItemResult[]): TopicResult[] => {
  const topics = new Map<string, TopicResult>();
  for (const { topic, points, maxPoints } of items) {
    const sum = topics.get(topic) ?? { topic, points: 0, maxPoints: 0 };
    topics.set(topic, { topic, points: sum.points + points, maxPoints: sum.maxPoints + maxPoints });
  }
  return [...topics.values()];
};

type Graded = {
  items: readonly FormItem[];
  /** The pinned versions of the questions, never the present ones. */
  questions: ReadonlyMap<string, Question>;
  answers: ReadonlyMap<number, Answer>;
  passMark: number;
};

/** Points are kept to a hundredth, so that what a page shows adds up. */
const toHundredths = (points: number): number => Math.round(points * 100) / 100;

const gradeItem = (item: FormItem, question: Question, answer: Answer): ItemResult => {
  const { slot, questionId, topic } = item;
  const { points: maxPoints } = question;
  const scored = scoreAnswer(question, item, answer);
  const base = { slot, questionId, topic, maxPoints };
  if (scored.state === 'needs-grading') return { ...base, points: 0, needsGrading: true };
  return { ...base, points: toHundredths(scored.score * maxPoints) };
};

/** Grades a frozen form: the same input gives the same result, for ever. An unanswered question earns nothing. */
export const gradeAttempt = ({ items, questions, answers, passMark }: Graded): Result => {
  const results = items.map((item) => {
    const question = questions.get(item.questionId);
    if (!question) throw new Error(`the pinned version has no question ${item.questionId}`);
    return gradeItem(item, question, answers.get(item.slot) ?? null);
  });
  const points = results.reduce((sum, item) => sum + item.points, 0);
  const maxPoints = results.reduce((sum, item) => sum + item.maxPoints, 0);
  return {
    points,
    maxPoints,
    score: maxPoints === 0 ? 0 : points / maxPoints,
    passMark,
    passed: maxPoints > 0 && points + rounding >= passMark * maxPoints,
    topics: topicsOf(results),
    items: results,
  };
};
