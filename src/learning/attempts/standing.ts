import type { CourseContent, TestRules } from '../course-schema.ts';
import type { ActivityStatus } from '../enrolments/progress.ts';
import { type Attempt, type ClosedAttempt, isClosed } from './attempt.ts';
import { policyOf } from './test-policy.ts';

/** What a learner may do about a test now, and why not. */
export type TestState =
  | { state: 'locked'; missing: CourseContent['modules'][number]['activities'] }
  | { state: 'open'; attemptId: string }
  | { state: 'passed' }
  /** Handed in: a person grades it, or looks at it, before anything else happens. */
  | { state: 'being-graded' }
  | { state: 'under-review'; until: Date }
  | { state: 'exhausted' }
  | { state: 'waiting'; nextAllowedAt: Date }
  | { state: 'ready' };

export type TestStanding = {
  test: TestState;
  attemptsLeft: number;
  /** Minutes to wait if the next attempt fails; nothing when it is the last. Told before the start. */
  waitAfterNext?: number;
};

export type Situation = {
  rules: TestRules;
  status: ActivityStatus;
  missing: CourseContent['modules'][number]['activities'];
  /** All attempts at this test, oldest first. */
  attempts: readonly Attempt[];
  /** Attempts that staff gave beyond the rules. */
  extraAttempts: number;
  now: Date;
};

/** The attempts that use one of the allowed ones up. */
export const countingAttempts = (rules: TestRules, attempts: readonly Attempt[]): Attempt[] =>
  attempts.filter(({ state }) => state !== 'abandoned' || policyOf(rules).abandonedCounts);

/**
 * When the next attempt may begin: the first failed one has the first waiting time, and so on; attempts given by staff
 * wait like the last of them.
 */
export const nextAllowedAt = (
  rules: TestRules,
  last: Pick<ClosedAttempt, 'submittedAt'>,
  made: number,
): Date => {
  const wait = rules.waitingMinutes[made - 1] ?? rules.waitingMinutes.at(-1) ?? 0;
  return new Date(last.submittedAt.getTime() + wait * 60_000);
};

/** Whether it was passed for good; a result under review or invalidated is no pass. */
export const isPassed = (attempt: Attempt): boolean => attempt.state === 'confirmed' && attempt.result.passed;

const undecided = ({ attempts }: Situation): TestState | undefined => {
  for (const attempt of attempts) {
    if (attempt.state === 'in_progress') return { state: 'open', attemptId: attempt.id };
    if (attempt.state === 'under_review' || attempt.state === 'appealed')
      return { state: 'under-review', until: attempt.review.dueAt };
    if (['submitted', 'needs_grading', 'graded'].includes(attempt.state)) return { state: 'being-graded' };
  }
  return undefined;
};

const stateOf = (situation: Situation): TestState => {
  const { rules, status, missing, attempts, extraAttempts, now } = situation;
  const waitsFor = undecided(situation);
  if (waitsFor) return waitsFor;
  if (status === 'passed' || attempts.some(isPassed)) return { state: 'passed' };
  const counting = countingAttempts(rules, attempts);
  if (counting.length >= rules.attempts + extraAttempts) return { state: 'exhausted' };
  if (missing.length > 0) return { state: 'locked', missing };
  const last = counting.filter(isClosed).at(-1);
  const next = last && nextAllowedAt(rules, last, counting.length);
  return next && now < next ? { state: 'waiting', nextAllowedAt: next } : { state: 'ready' };
};

export const standingOf = (situation: Situation): TestStanding => {
  const { rules, attempts, extraAttempts } = situation;
  const made = countingAttempts(rules, attempts).length;
  const attemptsLeft = Math.max(0, rules.attempts + extraAttempts - made);
  const waitAfterNext = rules.waitingMinutes[made] ?? rules.waitingMinutes.at(-1);
  return {
    test: stateOf(situation),
    attemptsLeft,
    ...(waitAfterNext === undefined || attemptsLeft <= 1 ? {} : { waitAfterNext }),
  };
};
