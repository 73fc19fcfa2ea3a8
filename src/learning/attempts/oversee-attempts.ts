import { notFound } from '../../platform/errors.ts';
import type { Localised } from '../../platform/i18n.ts';
import { stepOf } from '../course.ts';
import type { CourseStore } from '../course-store.ts';
import { type Attempt, type AttemptState, isClosed, minutesAllowed, type SubmittedBy } from './attempt.ts';
import type { AttemptStore } from './attempt-store.ts';
import { pinnedCourse, type Submissions } from './submit-attempt.ts';

/** An attempt in a list of staff: no answer and no question. */
export type AttemptLine = {
  id: string;
  accountId: string;
  enrolmentId: string;
  courseId: string;
  activityId: string;
  course: Localised;
  test: Localised;
  number: number;
  state: AttemptState;
  startedAt: Date;
  deadlineAt: Date;
  /** Minutes that this candidate has, what the test gives to others, and what was credited. */
  minutes: { allowed: number; plain: number; credited: number };
  /** Questions with an answer, of all. */
  answered: number;
  total: number;
  submittedAt?: Date;
  submittedBy?: SubmittedBy;
  score?: number;
  passed?: boolean;
};

type Deps = { attempts: AttemptStore; courses: CourseStore; submissions: Submissions };

/** What staff sees of attempts: how they stand, never what is asked. */
export const createOverseeAttempts = ({ attempts, courses, submissions }: Deps) => {
  const lineOf = async (attempt: Attempt): Promise<AttemptLine> => {
    const course = await pinnedCourse(courses, attempt);
    const { id, accountId, enrolmentId, courseId, activityId, number, state, startedAt, deadlineAt } =
      attempt;
    const { time, answers, items } = attempt;
    const closed = isClosed(attempt)
      ? { submittedAt: attempt.submittedAt, submittedBy: attempt.submittedBy }
      : {};
    const result = 'result' in attempt ? { score: attempt.result.score, passed: attempt.result.passed } : {};
    return {
      id,
      accountId,
      enrolmentId,
      courseId,
      activityId,
      course: course.title,
      test: stepOf(course, activityId)?.title ?? course.title,
      number,
      state,
      startedAt,
      deadlineAt,
      minutes: {
        allowed: minutesAllowed(time),
        plain: time.limitMinutes,
        credited: time.credits.reduce((sum, { minutes }) => sum + minutes, 0),
      },
      answered: Object.values(answers).filter(({ value }) => value !== null).length,
      total: items.length,
      ...closed,
      ...result,
    };
  };

  const current = async (list: readonly Attempt[]): Promise<AttemptLine[]> => {
    const lines: AttemptLine[] = [];
    for (const attempt of list) lines.push(await lineOf(await submissions.upToDate(attempt)));
    return lines;
  };

  return {
    /** Attempts under way, those that end first coming first. */
    open: async (limit: number): Promise<AttemptLine[]> =>
      (await current(await attempts.open({}, limit))).filter(({ state }) => state === 'in_progress'),

    /** Everything somebody has sat, newest first. */
    ofAccount: async (accountId: string): Promise<AttemptLine[]> =>
      (await current(await attempts.madeBy(accountId))).reverse(),

    /** @throws DomainError `not-found`, also for an attempt whose candidate was erased */
    one: async (attemptId: string): Promise<AttemptLine> => {
      const attempt = await attempts.byId(attemptId);
      if (attempt?.accountId === undefined) throw notFound();
      return lineOf(await submissions.upToDate(attempt));
    },
  };
};

export type Oversight = ReturnType<typeof createOverseeAttempts>;
