import { DomainError, invalid, notFound } from '../../platform/errors.ts';
import { type Random, token } from '../../platform/random.ts';
import { stepOf, type TestActivity } from '../course.ts';
import type { CourseContent } from '../course-schema.ts';
import type { OpenEnrolment } from '../enrolments/enrolment.ts';
import { missingBefore, statusOf } from '../enrolments/progress.ts';
import type { Participation } from '../participation.ts';
import { type Attempt, deadlineOf, standingOf, type TestStanding } from './attempt.ts';
import type { AttemptStore } from './attempt-store.ts';
import { drawForm } from './draw-form.ts';
import type { AttemptDeps, Submissions } from './submit-attempt.ts';

export type StartRequest = {
  accountId: string;
  enrolmentId: string;
  activityId: string;
  /** The honour statement was accepted, on the page that also shows the name to be printed. */
  accepted: boolean;
};

type Deps = AttemptDeps & { random: Random; submissions: Submissions; participation: Participation };

type Place = { enrolment: OpenEnrolment; course: CourseContent; activity: TestActivity };

/** All attempts at a test as they are now, oldest first. */
const currentAttempts = async (
  attempts: AttemptStore,
  submissions: Submissions,
  { enrolment, activity }: Place,
): Promise<Attempt[]> => {
  const list: Attempt[] = [];
  for (const attempt of await attempts.ofTest(enrolment.id, activity.id)) {
    list.push(await submissions.upToDate(attempt));
  }
  return list;
};

const refusal = ({ test }: TestStanding): DomainError => {
  switch (test.state) {
    case 'locked':
      return new DomainError('conflict', 'test-locked');
    case 'waiting':
      return new DomainError('conflict', 'attempt-too-early', {
        params: { from: test.nextAllowedAt.toISOString() },
      });
    case 'passed':
      return new DomainError('conflict', 'test-already-passed');
    default:
      return new DomainError('conflict', 'no-attempts-left');
  }
};

/** Starting a test, and saying beforehand whether it may be started. */
export const createStartAttempt = (deps: Deps) => {
  const { attempts, submissions, participation, clock, random } = deps;

  const standing = async (place: Place): Promise<{ standing: TestStanding; attempts: Attempt[] }> => {
    const { enrolment, course, activity } = place;
    const made = await currentAttempts(attempts, submissions, place);
    const situation = {
      rules: activity.test,
      status: statusOf(enrolment.progress, activity.id),
      missing: missingBefore(course, enrolment.progress, activity.id),
      attempts: made,
      now: clock.now(),
    };
    return { standing: standingOf(situation), attempts: made };
  };

  const begin = async (
    { enrolment, course, activity }: Place,
    number: number,
  ): Promise<string | undefined> => {
    const startedAt = clock.now();
    const id = token(random, 16);
    const isNew = await attempts.insert({
      id,
      accountId: enrolment.accountId,
      enrolmentId: enrolment.id,
      courseId: course.id,
      courseVersion: course.version,
      activityId: activity.id,
      number,
      state: 'in_progress',
      items: drawForm(course.questions, activity.test, random),
      startedAt,
      deadlineAt: deadlineOf(startedAt, activity.test),
      acceptedAt: startedAt,
      answers: {},
      revision: 0,
    });
    return isNew ? id : undefined;
  };

  /** A lost race means that another request has begun or even finished an attempt: look again and decide anew. */
  const startOrFind = async (place: Place, accepted: boolean, tries: number): Promise<string> => {
    const { standing: now, attempts: made } = await standing(place);
    if (now.test.state === 'open') return now.test.attemptId;
    if (now.test.state !== 'ready') throw refusal(now);
    if (!accepted) throw invalid([{ pointer: '/accepted', code: 'must-accept' }]);
    const id = await begin(place, made.length + 1);
    if (id !== undefined) return id;
    if (tries === 0) throw new Error('an attempt could not be begun: others kept coming first');
    return startOrFind(place, accepted, tries - 1);
  };

  return {
    standing,

    /**
     * Begins an attempt, or answers the open one.
     * @throws DomainError `not-found`, `enrolment-closed`, `test-locked`, `attempt-too-early`, `test-already-passed`,
     * `no-attempts-left`, `invalid-input` (statement not accepted)
     */
    start: async (request: StartRequest): Promise<{ attemptId: string }> => {
      const { enrolment, course } = await participation.open(request.accountId, request.enrolmentId);
      const activity = stepOf(course, request.activityId);
      if (activity?.kind !== 'test') throw notFound();
      return { attemptId: await startOrFind({ enrolment, course, activity }, request.accepted, 3) };
    },
  };
};

export type Starts = ReturnType<typeof createStartAttempt>;
