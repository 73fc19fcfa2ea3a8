import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { stepOf } from '../course.ts';
import type { CourseContent, Question } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import type { CompleteEnrolment } from '../enrolments/complete-enrolment.ts';
import type { EnrolmentStore } from '../enrolments/enrolment-store.ts';
import { AttemptConfirmed, AttemptSubmitted } from '../events.ts';
import {
  type Attempt,
  type ClosedAttempt,
  type ConfirmedAttempt,
  type GradedAttempt,
  isClosed,
  isOverdue,
  type OpenAttempt,
  type SubmittedAttempt,
} from './attempt.ts';
import type { AttemptStore } from './attempt-store.ts';
import type { QuestionSource } from './draw-form.ts';
import { gradeAttempt, type Result } from './grade-attempt.ts';
import type { Witness } from './integrity-event.ts';
import { abandon, grade, isAbandoned, settle } from './transitions.ts';

/** What speaks against taking a result as it is: codes of reasons, for a person to look at. None decides by itself. */
export type ReviewReasonsOf = (attempt: GradedAttempt) => Promise<readonly string[]>;

/** Asks what a result is worth by all that was decided about its questions since they were written. */
export type UnderDecisions = (
  attempt: SubmittedAttempt,
  result: Result,
  questions: ReadonlyMap<string, Question>,
) => Promise<Result>;

export type AttemptDeps = {
  underDecisions: UnderDecisions;
  attempts: AttemptStore;
  enrolments: EnrolmentStore;
  courses: CourseStore;
  questions: QuestionSource;
  completeEnrolment: CompleteEnrolment;
  reviewReasonsOf: ReviewReasonsOf;
  witness: Witness;
  clock: Clock;
  outbox: Outbox;
};

/** The course version that an attempt was drawn from. */
export const pinnedCourse = async (
  courses: CourseStore,
  attempt: Pick<Attempt, 'courseId' | 'courseVersion'>,
): Promise<CourseContent> => {
  const course = await courses.version(attempt.courseId, attempt.courseVersion);
  if (!course) throw new Error(`course ${attempt.courseId}@${attempt.courseVersion} is gone`);
  return course;
};

/** Attempts closed by one look of the sweep, before it looks again. */
const sweepBatch = 200;

const idsOf = ({ id: attemptId, enrolmentId, accountId, courseId }: Attempt) => ({
  attemptId,
  enrolmentId,
  accountId,
  courseId,
});

/**
 * Closing, grading and what follows. Each step is one conditional update, and every path that closes an attempt comes
 * through here: a deadline means the same whether the candidate, a reader or the sweep finds it. Cut anywhere,
 * `AttemptSubmitted` or the next look goes on where it stopped.
 */
export const createSubmitAttempt = (deps: AttemptDeps) => {
  const { attempts, enrolments, courses, questions, completeEnrolment, clock, outbox } = deps;

  /** Puts the result into the enrolment and completes it when that was the last thing missing. Safe to repeat. */
  const record = async (attempt: ConfirmedAttempt): Promise<void> => {
    const { enrolmentId, activityId, result, submittedAt: at } = attempt;
    const status = result.passed ? 'passed' : 'failed';
    await enrolments.record({ id: enrolmentId, activityId, at, status, score: result.score });
    await completeEnrolment(enrolmentId);
  };

  const resultOf = async (attempt: SubmittedAttempt): Promise<Result> => {
    const course = await pinnedCourse(courses, attempt);
    const activity = stepOf(course, attempt.activityId);
    if (activity?.kind !== 'test') throw new Error(`${attempt.activityId} is no test of ${course.id}`);
    const answers = new Map(
      Object.entries(attempt.answers).map(([slot, { value }]) => [Number(slot), value]),
    );
    const asked = await questions.ofForm(course, attempt.items);
    const { passMark } = activity.test;
    const result = gradeAttempt({ items: attempt.items, questions: asked, answers, passMark });
    return deps.underDecisions(attempt, result, asked);
  };

  const graded = async (attempt: SubmittedAttempt): Promise<ClosedAttempt> => {
    if (isAbandoned(attempt)) return abandon(attempt);
    const result = await resultOf(attempt);
    const pending = result.items.filter((item) => 'needsGrading' in item && item.needsGrading === true);
    return grade(
      attempt,
      result,
      pending.map(({ slot }) => slot),
    );
  };

  const settled = async (attempt: GradedAttempt): Promise<ClosedAttempt> =>
    settle(attempt, { reasons: await deps.reviewReasonsOf(attempt), now: clock.now() });

  /** The next state, and the one after when nothing has to be waited for: graded and settled are one update. */
  const next = async (attempt: ClosedAttempt): Promise<ClosedAttempt> => {
    const moved = attempt.state === 'submitted' ? await graded(attempt) : attempt;
    return moved.state === 'graded' ? settled(moved) : moved;
  };

  /** Moves a closed attempt on as far as it goes without a person, and answers it. Safe to repeat and to race. */
  const finish = async (attempt: ClosedAttempt): Promise<ClosedAttempt> => {
    if (attempt.state === 'confirmed') {
      await record(attempt);
      return attempt;
    }
    const moved = await next(attempt);
    if (moved === attempt) return attempt;
    // Only a person leaves an attempt graded and not yet settled.
    const about = { ...idsOf(moved), ...(attempt.state === 'graded' ? { awaited: true } : {}) };
    const events = moved.state === 'confirmed' ? [eventOf(AttemptConfirmed, about, clock.now())] : [];
    const isOurs = await attempts.move(attempt, moved, ...events);
    if (isOurs && events.length > 0) outbox.poke();
    const now = isOurs ? moved : await attempts.byId(attempt.id);
    if (!now || !isClosed(now)) throw notFound();
    if (now.state === 'confirmed') await record(now);
    return now;
  };

  const submittedEvent = (attempt: OpenAttempt, at: Date) => eventOf(AttemptSubmitted, idsOf(attempt), at);

  /** Closes an overdue attempt; when its deadline has moved meanwhile, it stays open. */
  const closeOverdue = async (attempt: OpenAttempt): Promise<Attempt> => {
    const closed = await attempts.closeByTimer(attempt, submittedEvent(attempt, attempt.deadlineAt));
    if (closed) {
      outbox.poke();
      return finish(closed);
    }
    const now = await attempts.byId(attempt.id);
    if (!now) throw notFound();
    return now;
  };

  /** The attempt as it is at this moment: one whose time is up has been handed in, one handed in has been graded. */
  const upToDate = async (attempt: Attempt): Promise<Attempt> => {
    if (attempt.state === 'in_progress')
      return isOverdue(attempt, clock.now()) ? closeOverdue(attempt) : attempt;
    return attempt.state === 'submitted' || attempt.state === 'graded' ? finish(attempt) : attempt;
  };

  /** @throws DomainError `not-found`, also for somebody else's attempt */
  const load = async (accountId: string, attemptId: string): Promise<Attempt> => {
    const attempt = await attempts.byId(attemptId);
    if (!attempt) throw notFound();
    if (attempt.accountId !== accountId) {
      await deps.witness.bypass({ accountId, attemptId, rule: 'foreign-attempt' });
      throw notFound();
    }
    return upToDate(attempt);
  };

  const submitOpen = async (attempt: OpenAttempt, sitting: string): Promise<ClosedAttempt> => {
    const now = clock.now();
    const closed = await attempts.closeByCandidate(
      { id: attempt.id, sitting },
      now,
      submittedEvent(attempt, now),
    );
    if (closed) {
      outbox.poke();
      return finish(closed);
    }
    const current = await load(attempt.accountId, attempt.id);
    if (!isClosed(current)) throw new DomainError('conflict', 'attempt-taken-over');
    return finish(current);
  };

  /** Closes some of those whose time is up; answers how many there were, and what went wrong. */
  const sweepOnce = async (now: Date, faults: unknown[]): Promise<number> => {
    const overdue = await attempts.overdue(now, sweepBatch);
    for (const attempt of overdue) {
      await closeOverdue(attempt).catch((error: unknown) => faults.push(error));
    }
    return overdue.length;
  };

  return {
    load,
    upToDate,

    /**
     * Hands in, from the window that holds the attempt. Repeating it answers the same, and finishes what a crash left
     * undone.
     * @throws DomainError `not-found`, `attempt-taken-over` (409)
     */
    submit: async (accountId: string, attemptId: string, sitting: string): Promise<ClosedAttempt> => {
      const attempt = await load(accountId, attemptId);
      return isClosed(attempt) ? finish(attempt) : submitOpen(attempt, sitting);
    },

    /** The reaction to `AttemptSubmitted` and `AttemptConfirmed`: what a request did at once, unless it was cut off. */
    recordResult: async (attemptId: string): Promise<void> => {
      const attempt = await attempts.byId(attemptId);
      if (attempt && isClosed(attempt) && attempt.enrolmentId !== undefined) await finish(attempt);
    },

    /** Hands in every attempt whose time is up. One that cannot be graded is closed all the same, and stops no other. */
    submitOverdue: async (now: Date): Promise<number> => {
      const faults: unknown[] = [];
      let total = 0;
      for (let found = sweepBatch; found === sweepBatch && faults.length === 0; total += found) {
        found = await sweepOnce(now, faults);
      }
      if (faults.length > 0) throw new AggregateError(faults, 'attempts could not be graded');
      return total;
    },
  };
};

export type Submissions = ReturnType<typeof createSubmitAttempt>;
