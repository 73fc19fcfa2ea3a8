import type { ItemResult, Result, TopicResult } from '../attempts/grade-attempt.ts';
import type { Question } from '../course-schema.ts';
import { scoreAnswer } from '../items/score-answer.ts';
import type { ClosedAttempt } from './closed-attempt-store.ts';

/**
 * What is decided about a question that was wrong: it counts for nobody (`void`), or its key was another one. `key`
 * names the right options of a choice or a multiple question, `number` what a numeric one asks for.
 */
export type ItemChange =
  | { kind: 'void' }
  | { kind: 'key'; correct: readonly string[] }
  | { kind: 'number'; answer: number; tolerance: number };

/** A decision about one question of a course, in all its versions, and how far it has been carried out. */
export type Regrade = {
  id: string;
  courseId: string;
  questionId: string;
  change: ItemChange;
  by: string;
  reason: string;
  at: Date;
  state: 'running' | 'done';
  /** Attempts that the question was asked in when it was decided, and how many have been looked at. */
  total: number;
  looked: number;
  /** The last attempt that was looked at; they go in the order of their ids. */
  after: string;
  finishedAt?: Date;
};

/** The question with another key; of a kind that has none of that sort, unchanged. */
export const withKey = (question: Question, change: ItemChange): Question => {
  if (change.kind === 'number' && question.kind === 'numeric') {
    return { ...question, answer: change.answer, tolerance: change.tolerance };
  }
  if (change.kind === 'key' && (question.kind === 'choice' || question.kind === 'multiple')) {
    const options = question.options.map(({ correct: _correct, credit: _credit, ...option }) =>
      change.correct.includes(option.id) ? { ...option, correct: true as const } : option,
    );
    return { ...question, options };
  }
  return question;
};

const toHundredths = (points: number): number => Math.round(points * 100) / 100;

type Decided = Pick<Regrade, 'questionId' | 'change'>;

const changedItem = (
  item: ItemResult,
  { change }: Decided,
  attempt: Pick<ClosedAttempt, 'items' | 'answers'>,
  question: Question | undefined,
): ItemResult => {
  if (change.kind === 'void') return { ...item, voided: true };
  const form = attempt.items.find(({ slot }) => slot === item.slot);
  const answer = attempt.answers[item.slot];
  // Answers that are no longer kept cannot be looked at again: what was earned stays.
  if (!form || !question || !answer) return item;
  const scored = scoreAnswer(withKey(question, change), form, answer.value);
  return scored.state === 'scored' ? { ...item, points: toHundredths(scored.score * item.maxPoints) } : item;
};

const topicsOf = (items: readonly ItemResult[]): TopicResult[] => {
  const topics = new Map<string, TopicResult>();
  for (const { topic, points, maxPoints } of items) {
    const sum = topics.get(topic) ?? { topic, points: 0, maxPoints: 0 };
    topics.set(topic, { topic, points: sum.points + points, maxPoints: sum.maxPoints + maxPoints });
  }
  return [...topics.values()];
};

const rounding = 1e-9;

/** Sums up anew, without what is void. A pass stays a pass; a test of which nothing is left stays as it was graded. */
export const resultOfItems = (before: Result, items: readonly ItemResult[]): Result => {
  const counted = items.filter(({ voided }) => !voided);
  const points = toHundredths(counted.reduce((sum, item) => sum + item.points, 0));
  const maxPoints = counted.reduce((sum, item) => sum + item.maxPoints, 0);
  if (maxPoints === 0) return { ...before, items };
  const reached = points + rounding >= before.passMark * maxPoints;
  return {
    ...before,
    points,
    maxPoints,
    score: points / maxPoints,
    passed: before.passed || reached,
    topics: topicsOf(counted),
    items,
  };
};

/** The result with every decision in force, in the order in which they were made. */
export const regraded = (
  attempt: Pick<ClosedAttempt, 'items' | 'answers'>,
  result: Result,
  decisions: readonly Decided[],
  questions: ReadonlyMap<string, Question>,
): Result => {
  let items = result.items;
  for (const decision of decisions) {
    items = items.map((item) =>
      item.questionId === decision.questionId
        ? changedItem(item, decision, attempt, questions.get(item.questionId))
        : item,
    );
  }
  return resultOfItems(result, items);
};

export const isSameResult = (a: Result, b: Result): boolean =>
  a.points === b.points &&
  a.maxPoints === b.maxPoints &&
  a.passed === b.passed &&
  a.items.every(({ voided }, index) => voided === b.items[index]?.voided);

/** Whether the share of the points is the same. */
export const isSameScore = (a: Result, b: Result): boolean => Math.abs(a.score - b.score) <= rounding;

/** What a regrade does to results, before anybody decides. */
export type Impact = {
  attempts: number;
  higher: number;
  lower: number;
  unchanged: number;
  /** Failed before, passed after: their certificates follow. */
  newPasses: number;
  /** Would fail now, and stay passed. */
  keptPasses: number;
};

export const noImpact: Impact = {
  attempts: 0,
  higher: 0,
  lower: 0,
  unchanged: 0,
  newPasses: 0,
  keptPasses: 0,
};

export const withImpact = (sum: Impact, before: Result, after: Result): Impact => {
  const failsNow = after.points + rounding < after.passMark * after.maxPoints;
  return {
    attempts: sum.attempts + 1,
    higher: sum.higher + (after.score > before.score + rounding ? 1 : 0),
    lower: sum.lower + (after.score < before.score - rounding ? 1 : 0),
    unchanged: sum.unchanged + (isSameScore(before, after) ? 1 : 0),
    newPasses: sum.newPasses + (!before.passed && after.passed ? 1 : 0),
    keptPasses: sum.keptPasses + (before.passed && failsNow ? 1 : 0),
  };
};
