import type { Language } from '../../platform/i18n.ts';
import { finalTest } from '../course.ts';
import type { CourseContent } from '../course-schema.ts';
import { isComplete, type Progress } from './progress.ts';

type Common = {
  id: string;
  accountId: string;
  courseId: string;
  /** Pinned at enrolment: later versions change nothing for this learner. */
  courseVersion: number;
  enrolledAt: Date;
  /** The order that paid for it; free courses have none. */
  orderId?: string;
  /** Later orders for the same course, paid although the course was open already. */
  repeatedOrders: readonly string[];
  /** The completed enrolment that this one renews. */
  renews?: string;
  progress: Progress;
  lastActivityId?: string;
};

/** The score of the deciding test, and what was needed; fractions of 1. */
export type CourseResult = { score: number; passMark: number };

/**
 * The enrolment that renews a completed one. Its id is decided before it exists, so that a cut is found and finished.
 * `orderId`: what paid for it, where renewing has a price.
 */
export type Renewal = { enrolmentId: string; at: Date; orderId?: string };

export type ActiveEnrolment = Common & { state: 'active' };
/** `language` is the learner's at this moment: the certificate will speak it. */
export type CompletedEnrolment = Common & {
  state: 'completed';
  completedAt: Date;
  language: Language;
  result?: CourseResult;
  /** Where it is being renewed: it can be read, but nothing more is done in it. */
  renewal?: Renewal;
};
export type WithdrawnEnrolment = Common & { state: 'withdrawn'; withdrawnAt: Date; reason: string };

/** Open ones give access to the course; a withdrawn one does not. */
export type OpenEnrolment = ActiveEnrolment | CompletedEnrolment;
export type Enrolment = OpenEnrolment | WithdrawnEnrolment;

export const isOpen = (enrolment: Enrolment): enrolment is OpenEnrolment => enrolment.state !== 'withdrawn';

type NewEnrolment = {
  id: string;
  accountId: string;
  course: CourseContent;
  now: Date;
  orderId?: string;
  renews?: string;
  progress?: Progress;
};

export const newEnrolment = ({
  id,
  accountId,
  course,
  now,
  orderId,
  renews,
  progress = {},
}: NewEnrolment): ActiveEnrolment => ({
  id,
  accountId,
  courseId: course.id,
  courseVersion: course.version,
  enrolledAt: now,
  ...(orderId === undefined ? {} : { orderId }),
  repeatedOrders: [],
  ...(renews === undefined ? {} : { renews }),
  progress,
  state: 'active',
});

const resultOf = (course: CourseContent, progress: Progress): CourseResult | undefined => {
  const test = finalTest(course);
  const score = test && progress[test.id]?.score;
  return test && score !== undefined ? { score, passMark: test.test.passMark } : undefined;
};

/** The completed enrolment, or nothing while something is missing. `course` must be the pinned version. */
export const complete = (
  enrolment: ActiveEnrolment,
  course: CourseContent,
  { now, language }: { now: Date; language: Language },
): CompletedEnrolment | undefined => {
  if (course.id !== enrolment.courseId || course.version !== enrolment.courseVersion) return undefined;
  if (!isComplete(course, enrolment.progress)) return undefined;
  const result = resultOf(course, enrolment.progress);
  return { ...enrolment, state: 'completed', completedAt: now, language, ...(result ? { result } : {}) };
};
