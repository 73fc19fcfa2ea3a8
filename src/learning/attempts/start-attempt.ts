import { DomainError, invalid, notFound } from '../../platform/errors.ts';
import { type Random, token } from '../../platform/random.ts';
import { stepOf, type TestActivity } from '../course.ts';
import type { CourseContent } from '../course-schema.ts';
import type { OpenEnrolment } from '../enrolments/enrolment.ts';
import { missingBefore, statusOf } from '../enrolments/progress.ts';
import type { Participation } from '../participation.ts';
import type { Adjustment, AdjustmentOf } from './accommodation.ts';
import {
  type Attempt,
  closingOf,
  deadlineOf,
  minutesAllowed,
  type OpenAttempt,
  type Sitting,
} from './attempt.ts';
import type { AttemptStore } from './attempt-store.ts';
import { drawForm } from './draw-form.ts';
import type { Rule } from './integrity-event.ts';
import { standingOf, type TestStanding } from './standing.ts';
import { type AttemptDeps, pinnedCourse, type Submissions } from './submit-attempt.ts';
import { policyOf } from './test-policy.ts';

/** Grows when the words of the honour statement change: an attempt says which one was accepted. */
const statementVersion = 1;

export type StartRequest = {
  accountId: string;
  enrolmentId: string;
  activityId: string;
  /** The honour statement was accepted. */
  accepted: boolean;
  /** The name was confirmed, as a certificate would print it. */
  nameConfirmed: boolean;
};

/** An attempt with the window that holds it now. */
export type HeldAttempt = { attemptId: string; sitting: string };

type Deps = AttemptDeps & {
  random: Random;
  submissions: Submissions;
  participation: Participation;
  adjustmentOf: AdjustmentOf;
};

type Place = { enrolment: OpenEnrolment; course: CourseContent; activity: TestActivity };

/** What the standing of a test was reckoned from. */
export type Standing = {
  standing: TestStanding;
  attempts: Attempt[];
  /** Minutes that this candidate has, and how many the test gives without an accommodation. */
  minutes: { allowed: number; plain: number };
};

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

const refusal = ({ test }: TestStanding): { error: DomainError; rule?: Rule } => {
  switch (test.state) {
    case 'locked':
      return { error: new DomainError('conflict', 'test-locked'), rule: 'prerequisites' };
    case 'waiting': {
      const params = { from: test.nextAllowedAt.toISOString() };
      return { error: new DomainError('conflict', 'attempt-too-early', { params }), rule: 'waiting-time' };
    }
    case 'passed':
      return { error: new DomainError('conflict', 'test-already-passed'), rule: 'passed' };
    case 'being-graded':
    case 'under-review':
      return { error: new DomainError('conflict', 'attempt-undecided') };
    default:
      return { error: new DomainError('conflict', 'no-attempts-left'), rule: 'attempt-limit' };
  }
};

const timeOf = ({ test }: TestActivity, { percent, extraMinutes }: Adjustment): OpenAttempt['time'] => ({
  limitMinutes: test.timeLimitMinutes,
  percent,
  extraMinutes,
  credits: [],
});

/** Starting a test, and saying beforehand whether it may be started. */
export const createStartAttempt = (deps: Deps) => {
  const { attempts, submissions, participation, questions, clock, random, witness } = deps;

  const newWindow = (): Pick<Sitting, 'id' | 'since'> => ({ id: token(random, 12), since: clock.now() });

  const look = async (place: Place): Promise<Standing & { adjustment: Adjustment }> => {
    const { enrolment, course, activity } = place;
    const made = await currentAttempts(attempts, submissions, place);
    const adjustment = await deps.adjustmentOf(enrolment.accountId, enrolment.id, clock.now());
    const standing = standingOf({
      rules: activity.test,
      status: statusOf(enrolment.progress, activity.id),
      missing: missingBefore(course, enrolment.progress, activity.id),
      attempts: made,
      extraAttempts: adjustment.extraAttempts,
      now: clock.now(),
    });
    const minutes = {
      allowed: minutesAllowed(timeOf(activity, adjustment)),
      plain: activity.test.timeLimitMinutes,
    };
    return { standing, attempts: made, minutes, adjustment };
  };

  const begin = async (
    { enrolment, course, activity }: Place,
    number: number,
    adjustment: Adjustment,
  ): Promise<HeldAttempt | undefined> => {
    const startedAt = clock.now();
    const policy = policyOf(activity.test);
    const seed = token(random, 16);
    const time = timeOf(activity, adjustment);
    const deadlineAt = deadlineOf(startedAt, time);
    const attempt: OpenAttempt = {
      id: token(random, 16),
      accountId: enrolment.accountId,
      enrolmentId: enrolment.id,
      courseId: course.id,
      courseVersion: course.version,
      activityId: activity.id,
      number,
      state: 'in_progress',
      seed,
      items: await drawForm(questions, course, { rules: activity.test, seed }),
      navigation: policy.navigation,
      startedAt,
      time,
      deadlineAt,
      closesAt: closingOf(deadlineAt, policy.graceSeconds),
      acceptedAt: startedAt,
      statementVersion,
      nameConfirmedAt: startedAt,
      sitting: { ...newWindow(), recalled: 0 },
      answers: {},
      seq: 0,
      saves: [],
      flagged: [],
      position: 1,
      revision: 0,
    };
    const isNew = await attempts.insert(attempt);
    return isNew ? { attemptId: attempt.id, sitting: attempt.sitting.id } : undefined;
  };

  const takeOver = async (accountId: string, attemptId: string): Promise<HeldAttempt> => {
    const sitting = newWindow();
    if (!(await attempts.takeOver(accountId, attemptId, sitting))) {
      const closed = await attempts.ofAccount(accountId, attemptId);
      throw closed
        ? new DomainError('conflict', 'attempt-expired', {
            params: { deadline: closed.deadlineAt.toISOString() },
          })
        : notFound();
    }
    await witness.saw({ type: 'took-over', accountId, attemptId });
    return { attemptId, sitting: sitting.id };
  };

  const assertWilling = ({ accepted, nameConfirmed }: StartRequest): void => {
    const missing = Object.entries({ nameConfirmed, accepted }).filter(([, said]) => !said);
    if (missing.length > 0)
      throw invalid(missing.map(([field]) => ({ pointer: `/${field}`, code: 'must-accept' })));
  };

  /** A lost race means that another request has begun or even finished an attempt: look again and decide anew. */
  const startOrFind = async (place: Place, request: StartRequest, tries: number): Promise<HeldAttempt> => {
    const { standing, attempts: made, adjustment } = await look(place);
    const { accountId, id: enrolmentId } = place.enrolment;
    if (standing.test.state === 'open') return takeOver(accountId, standing.test.attemptId);
    if (standing.test.state !== 'ready') {
      const { error, rule } = refusal(standing);
      if (rule) await witness.bypass({ accountId, enrolmentId, rule });
      throw error;
    }
    assertWilling(request);
    const begun = await begin(place, made.length + 1, adjustment);
    if (begun) return begun;
    if (tries === 0) throw new Error('an attempt could not be begun: others kept coming first');
    return startOrFind(place, request, tries - 1);
  };

  return {
    standing: async (place: Place): Promise<Standing> => look(place),

    /** What its candidate may do after a closed attempt. */
    prospects: async ({
      enrolmentId,
      accountId,
      courseId,
      courseVersion,
      activityId,
    }: Pick<
      Attempt,
      'enrolmentId' | 'accountId' | 'courseId' | 'courseVersion' | 'activityId'
    >): Promise<TestStanding> => {
      const course = await pinnedCourse(deps.courses, { courseId, courseVersion });
      const activity = stepOf(course, activityId);
      if (activity?.kind !== 'test') throw notFound();
      const { extraAttempts } = await deps.adjustmentOf(accountId, enrolmentId, clock.now());
      return standingOf({
        rules: activity.test,
        status: 'not_attempted',
        missing: [],
        attempts: await attempts.ofTest(enrolmentId, activityId),
        extraAttempts,
        now: clock.now(),
      });
    },

    /**
     * Begins an attempt, or takes the open one over.
     * @throws DomainError `not-found`, `enrolment-closed`, `test-locked`, `attempt-too-early`, `test-already-passed`,
     * `attempt-undecided`, `no-attempts-left`, `invalid-input` (statement not accepted, name not confirmed)
     */
    start: async (request: StartRequest): Promise<HeldAttempt> => {
      const { enrolment, course } = await participation.open(request.accountId, request.enrolmentId);
      const activity = stepOf(course, request.activityId);
      if (activity?.kind !== 'test') throw notFound();
      return startOrFind({ enrolment, course, activity }, request, 3);
    },

    /**
     * Continues an open attempt in this window; the one that held it before can save nothing more, and may take it back.
     * @throws DomainError `not-found`, `attempt-expired` (409), `enrolment-closed`
     */
    takeOver: async (accountId: string, attemptId: string): Promise<HeldAttempt> => {
      const attempt = await submissions.load(accountId, attemptId);
      await participation.open(accountId, attempt.enrolmentId);
      return takeOver(accountId, attemptId);
    },
  };
};

export type Starts = ReturnType<typeof createStartAttempt>;
