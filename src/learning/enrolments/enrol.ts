import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { type Random, token } from '../../platform/random.ts';
import type { Witness } from '../attempts/integrity-event.ts';
import type { CourseContent } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import { Enrolled } from '../events.ts';
import type { Prerequisites } from '../prerequisites.ts';
import { type ActiveEnrolment, newEnrolment } from './enrolment.ts';
import type { EnrolmentStore } from './enrolment-store.ts';

export type EnrolDeps = {
  courses: CourseStore;
  enrolments: EnrolmentStore;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/** Writes a new enrolment with its event; answers nothing when a unique index says that there is one already. */
export const createOpenEnrolment =
  ({ enrolments, clock, random, outbox }: Omit<EnrolDeps, 'courses'>) =>
  async (
    accountId: string,
    course: CourseContent,
    orderId?: string,
  ): Promise<ActiveEnrolment | undefined> => {
    const now = clock.now();
    const paid = orderId === undefined ? {} : { orderId };
    const enrolment = newEnrolment({ id: token(random, 16), accountId, course, now, ...paid });
    const event = eventOf(Enrolled, { enrolmentId: enrolment.id, accountId, courseId: course.id }, now);
    const isNew = await enrolments.insert(enrolment, event);
    if (isNew) outbox.poke();
    return isNew ? enrolment : undefined;
  };

/**
 * Enrols in a free course; somebody who is enrolled already is led to the same enrolment.
 * @throws DomainError `not-found`, `course-needs-payment` (403), `prerequisites-missing` (409)
 */
export const createEnrol = (
  deps: EnrolDeps & { prerequisites: Prerequisites; witness: Pick<Witness, 'bypass'> },
) => {
  const open = createOpenEnrolment(deps);
  return async ({
    accountId,
    courseId,
  }: {
    accountId: string;
    courseId: string;
  }): Promise<{ enrolmentId: string }> => {
    const course = await deps.courses.current(courseId);
    if (!course) throw notFound();
    const held = await deps.enrolments.openFor(accountId, courseId);
    if (held) return { enrolmentId: held.id };
    if (course.access !== 'free') {
      await deps.witness.bypass({ accountId, rule: 'payment' });
      throw new DomainError('forbidden', 'course-needs-payment');
    }
    await deps.prerequisites.assertMet(course, accountId);
    const enrolment = (await open(accountId, course)) ?? (await deps.enrolments.openFor(accountId, courseId));
    if (!enrolment) throw new DomainError('conflict', 'enrolment-closed');
    return { enrolmentId: enrolment.id };
  };
};
