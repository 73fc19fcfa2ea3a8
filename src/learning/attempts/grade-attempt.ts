import type { Question } from '../course-schema.ts';
import { type Answer, readNumber } from './answer.ts';
import { type FormItem, idAt } from './form-item.ts';

/** The outcome of one question. */
export type ItemResult = {
  slot: number;
  questionId: string;
  topic: string;
  points: number;
  maxPoints: number;
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

const sameSet = (given: readonly string[], right: readonly string[]): boolean =>
  new Set(given).size === right.length &&
  given.length === right.length &&
  right.every((id) => given.includes(id));

const isRecord = (answer: Answer): answer is Readonly<Record<string, string | number>> =>
  typeof answer === 'object' && answer !== null && !Array.isArray(answer);

/** Decimal fractions are not exact in binary: 0.3 must lie within 0.1 ± 0.2. */
const rounding = 1e-9;

const isWithin = (typed: Answer, answer: number, tolerance: number): boolean => {
  const number = typeof typed === 'string' ? readNumber(typed) : undefined;
  return (
    number !== undefined && Math.abs(number - answer) <= tolerance + rounding * Math.max(1, Math.abs(answer))
  );
};

/** Whether an answer is right, all of it: there are no half points. */
export const isRight = (question: Question, item: FormItem, answer: Answer): boolean => {
  if (answer === null) return false;
  switch (question.kind) {
    case 'choice': {
      const chosen = typeof answer === 'string' ? idAt(item.options, answer) : undefined;
      return question.options.some(({ id, correct }) => id === chosen && correct === true);
    }
    case 'multiple': {
      if (!Array.isArray(answer)) return false;
      const chosen = answer.map((code: string) => idAt(item.options, code) ?? '');
      const right = question.options.filter(({ correct }) => correct).map(({ id }) => id);
      return sameSet(chosen, right);
    }
    case 'order': {
      if (!isRecord(answer)) return false;
      const places = new Map(
        Object.entries(answer).map(([code, place]) => [idAt(item.options, code), place]),
      );
      return question.items.every(({ id }, index) => places.get(id) === index + 1);
    }
    case 'match': {
      if (!isRecord(answer)) return false;
      const halves = new Map(
        Object.entries(answer).map(([left, right]) => [
          idAt(item.options, left),
          idAt(item.rights, String(right)),
        ]),
      );
      return question.pairs.every(({ id }) => halves.get(id) === id);
    }
    case 'numeric':
      return isWithin(answer, question.answer, question.tolerance);
  }
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

const gradeItem = (item: FormItem, question: Question, answer: Answer): ItemResult => {
  const { slot, questionId, topic } = item;
  const { points: maxPoints } = question;
  return { slot, questionId, topic, maxPoints, points: isRight(question, item, answer) ? maxPoints : 0 };
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
