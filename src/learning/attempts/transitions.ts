import { DomainError } from '../../platform/errors.ts';
import {
  type AbandonedAttempt,
  type AppealedAttempt,
  type Attempt,
  type AttemptState,
  type AttemptUnderReview,
  type ConfirmedAttempt,
  type GradedAttempt,
  type InvalidatedAttempt,
  isEmpty,
  type SubmittedAttempt,
  type UngradedAttempt,
} from './attempt.ts';
import type { Result } from './grade-attempt.ts';

/** Who may make each move, and from where to where. Each is one conditional update of one document. */
export const moves = {
  submit: { from: ['in_progress'], to: ['submitted'], by: 'candidate, timer or staff' },
  abandon: { from: ['submitted'], to: ['abandoned'], by: 'server' },
  grade: { from: ['submitted'], to: ['graded', 'needs_grading'], by: 'server' },
  'grade-by-hand': { from: ['needs_grading'], to: ['graded'], by: 'examiner' },
  settle: { from: ['graded'], to: ['confirmed', 'under_review'], by: 'server' },
  'open-review': { from: ['confirmed'], to: ['under_review'], by: 'examiner' },
  approve: { from: ['under_review'], to: ['confirmed'], by: 'examiner' },
  deny: { from: ['under_review'], to: ['invalidated'], by: 'two examiners' },
  appeal: { from: ['invalidated'], to: ['appealed'], by: 'candidate' },
  'decide-appeal': { from: ['appealed'], to: ['confirmed', 'invalidated'], by: 'another examiner' },
} as const satisfies Record<
  string,
  { from: readonly AttemptState[]; to: readonly AttemptState[]; by: string }
>;

export type Move = keyof typeof moves;

/** @throws DomainError `attempt-moved-on` (409) when the attempt is not in a state that this move leaves */
export const assertMayMove = (attempt: Attempt, move: Move): void => {
  const from: readonly AttemptState[] = moves[move].from;
  if (!from.includes(attempt.state))
    throw new DomainError('conflict', 'attempt-moved-on', { params: { state: attempt.state } });
};

/** Days within which a denied result can be appealed. */
export const appealDays = 14;
/** Days within which a person looks at a result. */
export const reviewDays = 14;

const dayAfter = (date: Date, days: number): Date => new Date(date.getTime() + days * 86_400_000);

/** Nothing was answered and nobody handed it in. */
export const isAbandoned = (attempt: SubmittedAttempt): boolean =>
  attempt.submittedBy === 'timer' && isEmpty(attempt);

export const abandon = (attempt: SubmittedAttempt): AbandonedAttempt => ({ ...attempt, state: 'abandoned' });

/** `pendingSlots` are answers that only a person can grade. */
export const grade = (
  attempt: SubmittedAttempt,
  result: Result,
  pendingSlots: readonly number[] = [],
): GradedAttempt | UngradedAttempt =>
  pendingSlots.length > 0
    ? { ...attempt, state: 'needs_grading', result, pendingSlots }
    : { ...attempt, state: 'graded', result };

export const gradeByHand = (
  { pendingSlots: _done, ...attempt }: UngradedAttempt,
  result: Result,
): GradedAttempt => ({
  ...attempt,
  state: 'graded',
  result,
});

/** A result that nothing speaks against is final; one with reasons waits for a person. No reason decides by itself. */
export const settle = (
  attempt: GradedAttempt,
  { reasons, now }: { reasons: readonly string[]; now: Date },
): ConfirmedAttempt | AttemptUnderReview =>
  reasons.length === 0
    ? { ...attempt, state: 'confirmed' }
    : {
        ...attempt,
        state: 'under_review',
        review: { reasons, since: now, dueAt: dayAfter(now, reviewDays) },
      };

/** A result that was final already is looked at again: somebody has opened a case about it. */
export const openReview = (
  attempt: ConfirmedAttempt,
  { reasons, now }: { reasons: readonly string[]; now: Date },
): AttemptUnderReview => ({
  ...attempt,
  state: 'under_review',
  review: { reasons, since: now, dueAt: dayAfter(now, reviewDays) },
});

type Decision = { by: string; reason: string; now: Date };

/** Nobody decides about themselves. */
const assertNotOwn = (attempt: Attempt, by: string): void => {
  if (attempt.accountId === by) throw new DomainError('forbidden', 'own-attempt');
};

export const approve = (attempt: AttemptUnderReview, { by, reason, now }: Decision): ConfirmedAttempt => {
  assertNotOwn(attempt, by);
  return {
    ...attempt,
    state: 'confirmed',
    review: { ...attempt.review, decision: { by: [by], at: now, reason } },
  };
};

/** @throws DomainError `second-person-needed` (409) unless two different persons deny; `own-attempt` (403) */
export const deny = (
  attempt: AttemptUnderReview,
  { by, second, reason, now }: Decision & { second: string },
): InvalidatedAttempt => {
  assertNotOwn(attempt, by);
  assertNotOwn(attempt, second);
  if (by === second) throw new DomainError('conflict', 'second-person-needed');
  return {
    ...attempt,
    state: 'invalidated',
    review: { ...attempt.review, decision: { by: [by, second], at: now, reason } },
  };
};

/** @throws DomainError `appeal-too-late` (409), also for a second appeal */
export const appeal = (attempt: InvalidatedAttempt, now: Date): AppealedAttempt => {
  const { decision, appeal: earlier } = attempt.review;
  const isLate = decision !== undefined && now > dayAfter(decision.at, appealDays);
  if (isLate || earlier) throw new DomainError('conflict', 'appeal-too-late');
  return { ...attempt, state: 'appealed', review: { ...attempt.review, appeal: { at: now } } };
};

/** @throws DomainError `second-person-needed` (409) when one of those who denied it decides again; `own-attempt` (403) */
export const decideAppeal = (
  attempt: AppealedAttempt,
  { upheld, by, reason, now }: Decision & { upheld: boolean },
): ConfirmedAttempt | InvalidatedAttempt => {
  assertNotOwn(attempt, by);
  const { review } = attempt;
  if (review.decision?.by.includes(by)) throw new DomainError('conflict', 'second-person-needed');
  const decided = {
    ...review,
    appeal: { at: review.appeal?.at ?? now, decision: { by, at: now, reason } },
  };
  return upheld
    ? { ...attempt, state: 'confirmed', review: decided }
    : { ...attempt, state: 'invalidated', review: decided };
};
