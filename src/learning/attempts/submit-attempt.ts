import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { questionsById, stepOf } from '../course.ts';
import type { CourseContent } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import type { CompleteEnrolment } from '../enrolments/complete-enrolment.ts';
import type { EnrolmentStore } from '../enrolments/enrolment-store.ts';
import { AttemptSubmitted } from '../events.ts';
import { type Attempt, isOverdue, type OpenAttempt, type SubmittedAttempt, submit } from './attempt.ts';
import type { AttemptStore } from './attempt-store.ts';
import { gradeAttempt, type Result } from './grade-attempt.ts';

export type AttemptDeps = {
  attempts: AttemptStore;
  enrolments: EnrolmentStore;
  courses: CourseStore;
  completeEnrolment: CompleteEnrolment;
  clock: Clock;
  outbox: Outbox;
};

/** The course version that an attempt was drawn from. */
export const pinnedCourse = async (courses: CourseStore, attempt: Attempt): Promise<CourseContent> => {
  const course = await courses.version(attempt.courseId, attempt.courseVersion);
  if (!course) throw new Error(`course ${attempt.courseId}@${attempt.courseVersion} is gone`);
  return course;
};

const grade = (attempt: OpenAttempt, course: CourseContent): Result => {
  const activity = stepOf(course, attempt.activityId);
  if (activity?.kind !== 'test') throw new Error(`${attempt.activityId} is no test of ${course.id}`);
  const answers = new Map(Object.entries(attempt.answers).map(([slot, { value }]) => [Number(slot), value]));
  const { passMark } = activity.test;
  return gradeAttempt({ items: attempt.items, questions: questionsById(course), answers, passMark });
};

/**
 * Closing, grading and what follows. Every path that closes an attempt comes through here, so a deadline means the same
 * whether the candidate, a reader or the sweep finds it.
 */
export const createSubmitAttempt = (deps: AttemptDeps) => {
  const { attempts, enrolments, courses, completeEnrolment, clock, outbox } = deps;

  /** Puts the result into the enrolment and completes it when that was the last thing missing. Safe to repeat. */
  const record = async (attempt: SubmittedAttempt): Promise<void> => {
    const { enrolmentId, activityId, result, submittedAt: at } = attempt;
    const status = result.passed ? 'passed' : 'failed';
    await enrolments.record({ id: enrolmentId, activityId, at, status, score: result.score });
    await completeEnrolment(enrolmentId);
  };

  /** Grades what is stored and closes; when an answer slipped in meanwhile, it is graded again with it. */
  const close = async (open: OpenAttempt, by: SubmittedAttempt['submittedBy']): Promise<SubmittedAttempt> => {
    let attempt: Attempt = open;
    while (attempt.state === 'in_progress') {
      const result = grade(attempt, await pinnedCourse(courses, attempt));
      const submitted = submit(attempt, result, { by, now: clock.now() });
      const { id: attemptId, enrolmentId, accountId, courseId } = submitted;
      const payload = { attemptId, enrolmentId, accountId, courseId };
      if (await attempts.close(submitted, eventOf(AttemptSubmitted, payload, submitted.submittedAt))) {
        outbox.poke();
        attempt = submitted;
      } else {
        const current: Attempt | undefined = await attempts.byId(attemptId);
        if (!current) throw notFound();
        attempt = current;
      }
    }
    await record(attempt);
    return attempt;
  };

  /** The attempt as it is at this moment: one whose time is up has been handed in. */
  const upToDate = async (attempt: Attempt): Promise<Attempt> =>
    attempt.state === 'in_progress' && isOverdue(attempt, clock.now()) ? close(attempt, 'timer') : attempt;

  /** @throws DomainError `not-found`, also for somebody else's attempt */
  const load = async (accountId: string, attemptId: string): Promise<Attempt> => {
    const attempt = await attempts.ofAccount(accountId, attemptId);
    if (!attempt) throw notFound();
    return upToDate(attempt);
  };

  return {
    load,
    upToDate,

    /** Hands in. Repeating it answers the same result, and finishes what a crash left undone. */
    submit: async (accountId: string, attemptId: string): Promise<SubmittedAttempt> => {
      const attempt = await load(accountId, attemptId);
      if (attempt.state === 'in_progress') return close(attempt, 'candidate');
      await record(attempt);
      return attempt;
    },

    /** The reaction to `AttemptSubmitted`: what the submitting request did at once, unless it was cut off. */
    recordResult: async (attemptId: string): Promise<void> => {
      const attempt = await attempts.byId(attemptId);
      if (attempt?.state === 'submitted' && attempt.enrolmentId !== undefined) await record(attempt);
    },

    /** Hands in every attempt whose time is up. One that cannot be graded stops none of the others. */
    submitOverdue: async (now: Date): Promise<number> => {
      const faults: unknown[] = [];
      const overdue = await attempts.overdue(now, 500);
      for (const attempt of overdue) {
        await close(attempt, 'timer').catch((error: unknown) => faults.push(error));
      }
      if (faults.length > 0) throw new AggregateError(faults, 'attempts could not be closed');
      return overdue.length;
    },
  };
};

export type Submissions = ReturnType<typeof createSubmitAttempt>;
