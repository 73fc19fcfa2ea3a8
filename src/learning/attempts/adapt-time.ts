import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { type Random, token } from '../../platform/random.ts';
import { stepOf, stepsOf } from '../course.ts';
import type { CourseStore } from '../course-store.ts';
import type { EnrolmentStore } from '../enrolments/enrolment-store.ts';
import { AccommodationChanged, TimeCredited } from '../events.ts';
import {
  type Accommodation,
  type AdjustmentOf,
  adjustmentFrom,
  type Incident,
  type TestName,
} from './accommodation.ts';
import type { AccommodationStore } from './accommodation-store.ts';
import { type AllowedTime, deadlineOf, isOverdue, type OpenAttempt } from './attempt.ts';
import type { AttemptStore } from './attempt-store.ts';

export type Grant = Pick<
  Accommodation,
  'accountId' | 'enrolmentId' | 'percent' | 'extraMinutes' | 'extraAttempts' | 'reason' | 'validUntil'
> & { by: string };

export type IncidentCredit = Pick<
  Incident,
  'courseId' | 'activityId' | 'attemptId' | 'minutes' | 'reason' | 'by'
> & {
  /** The form that asks: asking twice is asking once. */
  formId?: string;
};

type Deps = {
  accommodations: AccommodationStore;
  attempts: AttemptStore;
  enrolments: EnrolmentStore;
  courses: CourseStore;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/** Nobody has more than this many open attempts of one test looked at by one credit. */
const openAtMost = 20_000;

const graceOf = ({ closesAt, deadlineAt }: OpenAttempt): number => closesAt.getTime() - deadlineAt.getTime();

const retimed = (attempt: OpenAttempt, time: AllowedTime): OpenAttempt => {
  const deadlineAt = deadlineOf(attempt.startedAt, time);
  return {
    ...attempt,
    time,
    deadlineAt,
    closesAt: new Date(deadlineAt.getTime() + graceOf(attempt)),
  };
};

const sameTime = (a: AllowedTime, b: AllowedTime): boolean => JSON.stringify(a) === JSON.stringify(b);

/** More time: for a person, before or during a test; for everybody whom an incident held up. */
export const createAdaptTime = (deps: Deps) => {
  const { accommodations, attempts, enrolments, courses, clock, random, outbox } = deps;

  const adjustmentOf: AdjustmentOf = async (accountId, enrolmentId, at) =>
    adjustmentFrom(await accommodations.ofAccount(accountId), enrolmentId, at);

  /** Gives an open attempt another time, looking again when something else changed it meanwhile. */
  const retime = async (
    attemptId: string,
    timeOf: (attempt: OpenAttempt) => Promise<AllowedTime>,
  ): Promise<boolean> => {
    for (;;) {
      const attempt = await attempts.byId(attemptId);
      if (attempt?.state !== 'in_progress' || isOverdue(attempt, clock.now())) return false;
      const time = await timeOf(attempt);
      if (sameTime(time, attempt.time)) return true;
      if (await attempts.retime(attempt, retimed(attempt, time))) return true;
    }
  };

  /** Open attempts get what the accommodations of their candidate say now, never less than they had begun with. */
  const applyTo = async (accountId: string): Promise<void> => {
    for (const { id } of await attempts.openOf(accountId)) {
      await retime(id, async ({ time, enrolmentId }) => {
        const { percent, extraMinutes } = await adjustmentOf(accountId, enrolmentId, clock.now());
        return {
          ...time,
          percent: Math.max(time.percent, percent),
          extraMinutes: Math.max(time.extraMinutes, extraMinutes),
        };
      });
    }
  };

  const changed = ({ id, accountId, reason }: Accommodation, by: string) =>
    eventOf(AccommodationChanged, { accommodationId: id, accountId, by, reason }, clock.now());

  const assertEnrolled = async ({ accountId, enrolmentId }: Grant): Promise<void> => {
    if (enrolmentId !== undefined && !(await enrolments.ofAccount(accountId, enrolmentId))) throw notFound();
  };

  const creditOne = (attemptId: string, { id, minutes }: Incident): Promise<boolean> =>
    retime(attemptId, async ({ time }) =>
      time.credits.some(({ incidentId }) => incidentId === id)
        ? time
        : { ...time, credits: [...time.credits, { incidentId: id, minutes, at: clock.now() }] },
    );

  /** Credits everybody whom the incident concerns; repeating it credits nobody twice. Answers how many have it. */
  const applyIncident = async (incidentId: string): Promise<number> => {
    const incident = await accommodations.incident(incidentId);
    if (!incident) return 0;
    const { courseId, activityId, attemptId, at } = incident;
    const open = (await attempts.open({ courseId, activityId }, openAtMost)).filter(
      ({ id, startedAt }) => startedAt <= at && (attemptId === undefined || id === attemptId),
    );
    let credited = 0;
    for (const { id } of open) if (await creditOne(id, incident)) credited += 1;
    return credited;
  };

  return {
    adjustmentOf,

    /**
     * Grants more time or attempts. An attempt under way gets the time at once.
     * @throws DomainError `own-accommodation` (403), `not-found` for an enrolment that is not the person's
     */
    grant: async (grant: Grant): Promise<Accommodation> => {
      const { by, ...wishes } = grant;
      if (by === grant.accountId) throw new DomainError('forbidden', 'own-accommodation');
      await assertEnrolled(grant);
      const given = { id: token(random, 12), ...wishes, grantedBy: by, grantedAt: clock.now() };
      await accommodations.grant(given, changed(given, by));
      outbox.poke();
      await applyTo(grant.accountId);
      return given;
    },

    /** Ends it for attempts to come; one under way keeps its time. @throws DomainError `not-found`, `own-accommodation` */
    withdraw: async (id: string, by: string): Promise<Accommodation> => {
      const found = await accommodations.byId(id);
      if (!found) throw notFound();
      if (found.accountId === by) throw new DomainError('forbidden', 'own-accommodation');
      if (await accommodations.withdraw(id, clock.now(), changed(found, by))) outbox.poke();
      return found;
    },

    accommodationsOf: (accountId: string) => accommodations.ofAccount(accountId),
    incidents: (limit: number) => accommodations.incidents(limit),

    /**
     * Gives minutes back to one or all open attempts of a test. Cut off, `TimeCredited` finishes it.
     * @throws DomainError `not-found` (test, or attempt that is not open), `own-attempt` (403)
     */
    creditTime: async (credit: IncidentCredit): Promise<{ incidentId: string; credited: number }> => {
      const course = await courses.current(credit.courseId);
      if (!course || stepOf(course, credit.activityId)?.kind !== 'test') throw notFound();
      if (credit.attemptId !== undefined) {
        const attempt = await attempts.byId(credit.attemptId);
        if (attempt?.state !== 'in_progress') throw notFound();
        if (attempt.accountId === credit.by) throw new DomainError('forbidden', 'own-attempt');
      }
      const { formId, ...wanted } = credit;
      const incident: Incident = { id: formId ?? token(random, 12), ...wanted, at: clock.now() };
      const { by, reason } = wanted;
      const event = eventOf(TimeCredited, { incidentId: incident.id, by, reason }, incident.at);
      if (await accommodations.noteIncident(incident, event)) outbox.poke();
      return { incidentId: incident.id, credited: await applyIncident(incident.id) };
    },

    applyIncident,
    /** What follows from `AccommodationChanged`. Safe to repeat. */
    applyAccommodations: applyTo,

    /** Every test that is offered now. */
    tests: async (): Promise<TestName[]> =>
      (await courses.allCurrent()).flatMap((course) =>
        stepsOf(course)
          .filter(({ kind }) => kind === 'test')
          .map(({ id, title }) => ({
            courseId: course.id,
            activityId: id,
            course: course.title,
            test: title,
          })),
      ),
  };
};

export type TimeAdaptations = ReturnType<typeof createAdaptTime>;
