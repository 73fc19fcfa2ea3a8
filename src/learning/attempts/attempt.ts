import type { CourseContent, TestRules } from '../course-schema.ts';
import type { ActivityStatus } from '../enrolments/progress.ts';
import type { Answer } from './answer.ts';
import type { FormItem } from './form-item.ts';
import type { Result } from './grade-attempt.ts';

/** One saved answer. The highest `seq` of a slot wins. */
export type SavedAnswer = { value: Answer; seq: number; at: Date };

type Common = {
  id: string;
  accountId: string;
  enrolmentId: string;
  courseId: string;
  courseVersion: number;
  activityId: string;
  /** From 1, per enrolment and test. */
  number: number;
  items: readonly FormItem[];
  startedAt: Date;
  /** By the server's clock, the only one that counts. */
  deadlineAt: Date;
  /** When the honour statement was accepted and the printed name seen. */
  acceptedAt: Date;
  /** By slot. */
  answers: Readonly<Record<string, SavedAnswer>>;
  /** Grows with every change: a grade counts only for the answers it was made from. */
  revision: number;
};

export type OpenAttempt = Common & { state: 'in_progress' };
/** Closed and graded in one step: nothing here waits for an examiner. */
export type SubmittedAttempt = Common & {
  state: 'submitted';
  submittedAt: Date;
  submittedBy: 'candidate' | 'timer';
  result: Result;
};
export type Attempt = OpenAttempt | SubmittedAttempt;

/** A save that was under way when the time ran out still counts for this long. */
export const graceSeconds = 30;

const after = (date: Date, milliseconds: number): Date => new Date(date.getTime() + milliseconds);

export const deadlineOf = (startedAt: Date, { timeLimitMinutes }: TestRules): Date =>
  after(startedAt, timeLimitMinutes * 60_000);

/** The last instant at which an answer is taken. */
export const lastCall = ({ deadlineAt }: Pick<Attempt, 'deadlineAt'>): Date =>
  after(deadlineAt, graceSeconds * 1000);

export const isOverdue = (attempt: OpenAttempt, now: Date): boolean => now > lastCall(attempt);

/** Closes an attempt. One that the timer closes ends at its deadline, however late somebody looks. */
export const submit = (
  attempt: OpenAttempt,
  result: Result,
  { by, now }: { by: SubmittedAttempt['submittedBy']; now: Date },
): SubmittedAttempt => ({
  ...attempt,
  state: 'submitted',
  submittedBy: by,
  submittedAt: by === 'timer' ? attempt.deadlineAt : now,
  result,
});

/** What a learner may do about a test now, and why not. */
export type TestState =
  | { state: 'locked'; missing: CourseContent['modules'][number]['activities'] }
  | { state: 'open'; attemptId: string }
  | { state: 'passed' }
  | { state: 'exhausted' }
  | { state: 'waiting'; nextAllowedAt: Date }
  | { state: 'ready' };

export type TestStanding = {
  test: TestState;
  attemptsLeft: number;
  /** Minutes to wait if the next attempt fails; nothing when it is the last. Told before the start. */
  waitAfterNext?: number;
};

type Situation = {
  rules: TestRules;
  status: ActivityStatus;
  missing: CourseContent['modules'][number]['activities'];
  /** All attempts at this test, oldest first. */
  attempts: readonly Attempt[];
  now: Date;
};

/** When the next attempt may begin: each failed one has its own waiting time. Nothing when none is left. */
export const nextAllowedAt = (rules: TestRules, last: SubmittedAttempt): Date | undefined => {
  const wait = rules.waitingMinutes[last.number - 1];
  return wait === undefined ? undefined : after(last.submittedAt, wait * 60_000);
};

const stateOf = ({ rules, status, missing, attempts, now }: Situation): TestState => {
  const open = attempts.find(({ state }) => state === 'in_progress');
  if (open) return { state: 'open', attemptId: open.id };
  if (status === 'passed' || attempts.some((one) => one.state === 'submitted' && one.result.passed))
    return { state: 'passed' };
  if (attempts.length >= rules.attempts) return { state: 'exhausted' };
  if (missing.length > 0) return { state: 'locked', missing };
  const last = attempts.at(-1);
  const next = last?.state === 'submitted' ? nextAllowedAt(rules, last) : undefined;
  return next && now < next ? { state: 'waiting', nextAllowedAt: next } : { state: 'ready' };
};

export const standingOf = (situation: Situation): TestStanding => {
  const { rules, attempts } = situation;
  const waitAfterNext = rules.waitingMinutes[attempts.length];
  return {
    test: stateOf(situation),
    attemptsLeft: Math.max(0, rules.attempts - attempts.length),
    ...(waitAfterNext === undefined ? {} : { waitAfterNext }),
  };
};
