import { notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { CourseOrderedAgain } from '../events.ts';
import type { LanguageOf } from './complete-enrolment.ts';
import { createOpenEnrolment, type EnrolDeps } from './enrol.ts';
import type { OrderWithdrawals } from './withdraw.ts';

export type PaidOrder = { orderId: string; accountId: string; courseIds: readonly string[] };

/**
 * `opened` by this call, `repeated` by a call that was there before, `already-open` by another order or for free, or
 * `refunded` before access could be given.
 */
export type OpenedCourse = {
  courseId: string;
  enrolmentId: string;
  outcome: 'opened' | 'repeated' | 'already-open' | 'refunded';
};

type Deps = EnrolDeps & { withdrawals: OrderWithdrawals; languageOf: LanguageOf };

/** The unique index spoke of an enrolment that has been closed since: the job comes back and finds it gone. */
const vanished = (orderId: string): Error => new Error(`enrolment of order ${orderId} vanished, try again`);

/**
 * Opens what an order has paid for: the only way into a paid course. Repeating it changes nothing. A course that its
 * buyer has already is noted on that enrolment and reported by `CourseOrderedAgain`.
 * @throws DomainError `not-found` when a course was never published
 */
export const createOpenEnrolments = (deps: Deps) => {
  const { courses, enrolments, clock, outbox, withdrawals } = deps;
  const open = createOpenEnrolment(deps);

  const isNoted = async (enrolmentId: string, orderId: string): Promise<boolean> => {
    const kept = await enrolments.byId(enrolmentId);
    return kept?.orderId === orderId || kept?.repeatedOrders.includes(orderId) === true;
  };

  const noteAgain = async (accountId: string, courseId: string, orderId: string): Promise<OpenedCourse> => {
    const held = await enrolments.openFor(accountId, courseId);
    if (!held) throw vanished(orderId);
    const payload = { enrolmentId: held.id, accountId, courseId, orderId };
    const isNew = await enrolments.noteRepeatedOrder(
      held.id,
      orderId,
      eventOf(CourseOrderedAgain, payload, clock.now()),
    );
    if (isNew) outbox.poke();
    else if (!(await isNoted(held.id, orderId))) throw vanished(orderId);
    return { courseId, enrolmentId: held.id, outcome: 'already-open' };
  };

  const openOne = async ({ orderId, accountId }: PaidOrder, courseId: string): Promise<OpenedCourse> => {
    const course = await courses.current(courseId);
    if (!course) throw notFound();
    const opened = await open(accountId, course, orderId);
    if (opened) return { courseId, enrolmentId: opened.id, outcome: 'opened' };
    const before = await enrolments.openedBy(orderId, courseId);
    if (before) return { courseId, enrolmentId: before.id, outcome: 'repeated' };
    return noteAgain(accountId, courseId, orderId);
  };

  return async (order: PaidOrder): Promise<OpenedCourse[]> => {
    const results: OpenedCourse[] = [];
    for (const courseId of order.courseIds) results.push(await openOne(order, courseId));
    // The buyer may have been erased since they paid: their erasure has passed by here, and nothing may stay behind.
    if (!(await deps.languageOf(order.accountId))) {
      await enrolments.forget(order.accountId);
      return [];
    }
    // A refund may have overtaken the payment's event. It left a mark, so whoever comes second closes the access.
    if (!(await withdrawals.isWithdrawn(order.orderId))) return results;
    await withdrawals.close(order.orderId);
    return results.map((result) => ({ ...result, outcome: 'refunded' }));
  };
};
