import type { Answer } from './answer.ts';
import type { FormItem } from './form-item.ts';
import type { Result } from './grade-attempt.ts';
import type { Navigation } from './test-policy.ts';

/** One saved answer. Numbers are drawn from one series per attempt; the highest one of a slot wins. */
export type SavedAnswer = { value: Answer; seq: number; at: Date };

/** One save of the past: which slot, and when. What was answered then is not kept. */
export type SaveMark = { slot: number; seq: number; at: Date };

/** Minutes that staff gave back after an incident; `incidentId` makes a repetition harmless. */
export type Credit = { incidentId: string; minutes: number; at: Date };

/**
 * What the deadline is made of: the time of the test in minutes, multiplied by `percent` (100 is the plain time) and
 * lengthened by `extraMinutes` through an accommodation, and by what was credited.
 */
export type AllowedTime = {
  limitMinutes: number;
  percent: number;
  extraMinutes: number;
  credits: readonly Credit[];
};

/**
 * The window that holds an attempt. A second one takes over by becoming the sitting; the first is told. `recalled` counts
 * how often something ended on which the right to save rests, such as the session: what was checked before is void. It only
 * grows, from window to window too.
 */
export type Sitting = { id: string; since: Date; recalled: number };

type Common = {
  id: string;
  accountId: string;
  enrolmentId: string;
  courseId: string;
  courseVersion: number;
  activityId: string;
  /** From 1, per enrolment and test. */
  number: number;
  /** Where all chance of this attempt came from: the draw and every order can be repeated from it. */
  seed: string;
  items: readonly FormItem[];
  navigation: Navigation;
  startedAt: Date;
  time: AllowedTime;
  /** By the server's clock, the only one that counts. */
  deadlineAt: Date;
  /** The deadline and the grace: the last instant at which a save is taken. */
  closesAt: Date;
  /** When the honour statement was accepted, and which version of it. */
  acceptedAt: Date;
  statementVersion: number;
  /** When the name was confirmed as a certificate would print it. */
  nameConfirmedAt: Date;
  sitting: Sitting;
  /** By slot. */
  answers: Readonly<Record<string, SavedAnswer>>;
  /** The highest number of a save so far; 0 before the first. */
  seq: number;
  saves: readonly SaveMark[];
  /** Slots that the candidate wants to look at again. */
  flagged: readonly number[];
  /** The slot that a linear test has reached; the ones before are closed. */
  position: number;
  /** Grows with every change. */
  revision: number;
};

export type OpenAttempt = Common & { state: 'in_progress' };

/** Who ended it. The timer ends an attempt at its deadline, however late somebody looks. */
export type SubmittedBy = 'candidate' | 'timer' | 'staff';
type Closed = Common & { submittedAt: Date; submittedBy: SubmittedBy };

/** Closed; nothing can be saved any more. Not graded yet. */
export type SubmittedAttempt = Closed & { state: 'submitted' };
/** The time ran out on an attempt without a single answer. Whether it counts is a rule of the test. */
export type AbandonedAttempt = Closed & { state: 'abandoned' };
/** Some answers wait for a person: `result` counts only what could be graded without one. */
export type UngradedAttempt = Closed & {
  state: 'needs_grading';
  result: Result;
  pendingSlots: readonly number[];
};
type WithResult = Closed & { result: Result };
export type GradedAttempt = WithResult & { state: 'graded' };

/** Why a person looks at a result, and what they decided. Reasons are codes, never texts about somebody. */
export type Review = {
  reasons: readonly string[];
  since: Date;
  /** Until when the holder has been promised an answer. */
  dueAt: Date;
  decision?: { by: readonly string[]; at: Date; reason: string };
  appeal?: { at: Date; decision?: { by: string; at: Date; reason: string } };
};
type Reviewed = WithResult & { review: Review };
export type AttemptUnderReview = Reviewed & { state: 'under_review' };
/** Final: what this says, counts. */
export type ConfirmedAttempt = WithResult & { state: 'confirmed'; review?: Review };
/** Denied by two persons. */
export type InvalidatedAttempt = Reviewed & { state: 'invalidated' };
export type AppealedAttempt = Reviewed & { state: 'appealed' };

export type ClosedAttempt =
  | SubmittedAttempt
  | AbandonedAttempt
  | UngradedAttempt
  | GradedAttempt
  | AttemptUnderReview
  | ConfirmedAttempt
  | InvalidatedAttempt
  | AppealedAttempt;
export type Attempt = OpenAttempt | ClosedAttempt;
export type AttemptState = Attempt['state'];

export const isClosed = (attempt: Attempt): attempt is ClosedAttempt => attempt.state !== 'in_progress';

const minute = 60_000;
const after = (date: Date, milliseconds: number): Date => new Date(date.getTime() + milliseconds);

/** The minutes that a candidate has, without what was credited later. */
export const minutesAllowed = ({
  limitMinutes,
  percent,
  extraMinutes,
}: Omit<AllowedTime, 'credits'>): number => Math.ceil((limitMinutes * percent) / 100) + extraMinutes;

/** Every credit counts, whenever it was given: it moves the deadline, never the clock. */
export const deadlineOf = (startedAt: Date, time: AllowedTime): Date => {
  const credited = time.credits.reduce((sum, { minutes }) => sum + minutes, 0);
  return after(startedAt, (minutesAllowed(time) + credited) * minute);
};

/** A save that was under way when the time ran out still counts for the seconds of grace. */
export const closingOf = (deadlineAt: Date, graceSeconds: number): Date =>
  after(deadlineAt, graceSeconds * 1000);

export const isOverdue = (attempt: Attempt, now: Date): boolean =>
  attempt.state === 'in_progress' && now > attempt.closesAt;

/** Whether anything at all was answered. */
export const isEmpty = ({ answers }: Pick<Common, 'answers'>): boolean =>
  Object.values(answers).every(({ value }) => value === null);
