import type { Localised } from '../../platform/i18n.ts';

/**
 * On what ground staff adapts a test. A category of decisions, never a diagnosis: what somebody showed to have it is not
 * kept here.
 */
export const accommodationReasons = [
  'documented-need',
  'temporary-need',
  'test-language',
  'technical',
] as const;
export type AccommodationReason = (typeof accommodationReasons)[number];

/** More time or attempts for one person: in all their tests, or in one enrolment. */
export type Accommodation = {
  id: string;
  accountId: string;
  /** Missing: it holds for every enrolment of the person. */
  enrolmentId?: string;
  /** Of the plain time: 125 gives 75 minutes where others have 60. */
  percent: number;
  extraMinutes: number;
  extraAttempts: number;
  reason: AccommodationReason;
  grantedBy: string;
  grantedAt: Date;
  validUntil?: Date;
  withdrawnAt?: Date;
};

/** What all accommodations of somebody come to: the best of each kind, not their sum. */
export type Adjustment = { percent: number; extraMinutes: number; extraAttempts: number };
export type AdjustmentOf = (accountId: string, enrolmentId: string, at: Date) => Promise<Adjustment>;

const holds = ({ enrolmentId, validUntil, withdrawnAt }: Accommodation, where: string, at: Date): boolean =>
  (enrolmentId === undefined || enrolmentId === where) &&
  (validUntil === undefined || at <= validUntil) &&
  withdrawnAt === undefined;

export const adjustmentFrom = (
  given: readonly Accommodation[],
  enrolmentId: string,
  at: Date,
): Adjustment => {
  const held = given.filter((one) => holds(one, enrolmentId, at));
  const best = (of: (one: Accommodation) => number, least: number): number =>
    Math.max(least, ...held.map(of));
  return {
    percent: best(({ percent }) => percent, 100),
    extraMinutes: best(({ extraMinutes }) => extraMinutes, 0),
    extraAttempts: best(({ extraAttempts }) => extraAttempts, 0),
  };
};

/** What went wrong, for everybody who sat a test at that time. */
export const incidentReasons = ['service-down', 'service-slow', 'question-unclear', 'other'] as const;
export type IncidentReason = (typeof incidentReasons)[number];

/** Minutes given back to everybody who had an attempt under way. */
export type Incident = {
  id: string;
  courseId: string;
  activityId: string;
  /** Missing: all open attempts of the test. */
  attemptId?: string;
  minutes: number;
  reason: IncidentReason;
  by: string;
  at: Date;
};

/** A test that can be sat, for the lists of staff. */
export type TestName = { courseId: string; activityId: string; course: Localised; test: Localised };
