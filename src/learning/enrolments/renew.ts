import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { type Random, token } from '../../platform/random.ts';
import { stepsOf } from '../course.ts';
import type { CourseContent } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import { Enrolled, EnrolmentRenewed } from '../events.ts';
import type { LanguageOf } from './complete-enrolment.ts';
import { type CompletedEnrolment, newEnrolment } from './enrolment.ts';
import type { EnrolmentStore } from './enrolment-store.ts';
import { isStepDone, type Progress } from './progress.ts';

/** Asks whoever issues certificates from when on that of a completed enrolment may be renewed; nothing when it may not. */
export type RenewableFrom = (enrolmentId: string) => Promise<Date | undefined>;

type Deps = {
  courses: CourseStore;
  enrolments: EnrolmentStore;
  renewableFrom: RenewableFrom;
  languageOf: LanguageOf;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

export type RenewalView = { by: 'test' | 'course'; begun?: string };
export type RenewRequest = { accountId: string; enrolmentId: string };

/**
 * What need not be done again. When the course asks for the test alone, everything else that was done and is still part of
 * the course counts; what a later version added has to be learnt.
 */
const carriedOver = (course: CourseContent, progress: Progress): Progress => {
  if (course.validity?.renewal !== 'test') return {};
  const kept = stepsOf(course).filter((step) => step.kind !== 'test' && isStepDone(progress, step));
  return Object.fromEntries(kept.flatMap(({ id }) => (progress[id] ? [[id, progress[id]]] : [])));
};

/**
 * Renews what a certificate rests on: a new enrolment in the version that is offered now. The completed one makes room
 * first and names the new one; cut in between, the next request or the reaction to `EnrolmentRenewed` opens it.
 */
export const createRenewals = (deps: Deps) => {
  const { courses, enrolments, clock, outbox } = deps;

  const open = async (old: CompletedEnrolment, id: string): Promise<string> => {
    const { accountId, courseId } = old;
    const course = await courses.current(courseId);
    if (!course) throw notFound();
    const now = clock.now();
    const progress = carriedOver(course, old.progress);
    const enrolment = newEnrolment({ id, accountId, course, now, renews: old.id, progress });
    const event = eventOf(Enrolled, { enrolmentId: id, accountId, courseId }, now);
    if (!(await enrolments.insert(enrolment, event)) && !(await enrolments.byId(id)))
      await enrolments.adopt(accountId, courseId, old.id);
    outbox.poke();
    return (await enrolments.openFor(accountId, courseId))?.id ?? id;
  };

  const mayRenew = async (enrolmentId: string): Promise<void> => {
    const from = await deps.renewableFrom(enrolmentId);
    if (!from) throw new DomainError('conflict', 'not-renewable');
    if (clock.now() < from)
      throw new DomainError('conflict', 'renewal-too-early', {
        params: { date: from.toISOString().slice(0, 10) },
      });
  };

  const makeRoom = async ({ id: enrolmentId, accountId, courseId }: CompletedEnrolment): Promise<void> => {
    await mayRenew(enrolmentId);
    if (!(await courses.current(courseId))) throw notFound();
    const at = clock.now();
    const renewal = token(deps.random, 16);
    const event = eventOf(EnrolmentRenewed, { enrolmentId, accountId, courseId, renewal }, at);
    await enrolments.makeRoom(enrolmentId, { enrolmentId: renewal, at }, event);
  };

  return {
    /** What renewing asks for, and the enrolment that does it if it was begun. Nothing for what is not completed. */
    renewalOf: async ({ accountId, enrolmentId }: RenewRequest): Promise<RenewalView | undefined> => {
      const held = await enrolments.ofAccount(accountId, enrolmentId);
      if (held?.state !== 'completed') return undefined;
      const course = await courses.current(held.courseId);
      if (!course) return undefined;
      const by = course.validity?.renewal ?? 'course';
      return { by, ...(held.renewal ? { begun: held.renewal.enrolmentId } : {}) };
    },

    /** Repeating it answers the same enrolment. @throws DomainError `not-found`, `not-renewable`, `renewal-too-early` */
    renew: async ({ accountId, enrolmentId }: RenewRequest): Promise<{ enrolmentId: string }> => {
      const held = await enrolments.ofAccount(accountId, enrolmentId);
      if (!held) throw notFound();
      if (held.state !== 'completed') throw new DomainError('conflict', 'not-renewable');
      if (!held.renewal) await makeRoom(held);
      const old = await enrolments.ofAccount(accountId, enrolmentId);
      if (old?.state !== 'completed' || !old.renewal) throw new DomainError('conflict', 'not-renewable');
      return { enrolmentId: await open(old, old.renewal.enrolmentId) };
    },

    /** What follows from `EnrolmentRenewed`. Safe to repeat. */
    openRenewal: async ({ enrolmentId, accountId }: RenewRequest): Promise<void> => {
      const old = await enrolments.byId(enrolmentId);
      if (old?.state !== 'completed' || !old.renewal) return;
      if (!(await enrolments.byId(old.renewal.enrolmentId))) await open(old, old.renewal.enrolmentId);
      // The learner may have been erased in between.
      if (!(await deps.languageOf(accountId))) await enrolments.forget(accountId);
    },
  };
};
