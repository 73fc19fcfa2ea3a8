import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { type Random, token } from '../../platform/random.ts';
import type { AnswerStore } from '../attempts/answer-store.ts';
import { stepsOf } from '../course.ts';
import type { CourseContent } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import { CourseOrderedAgain, Enrolled, EnrolmentRenewed } from '../events.ts';
import type { LanguageOf } from './complete-enrolment.ts';
import { type CompletedEnrolment, newEnrolment, type Renewal } from './enrolment.ts';
import type { EnrolmentStore } from './enrolment-store.ts';
import { isStepDone, type Progress } from './progress.ts';
import type { OrderWithdrawals } from './withdraw.ts';

/** Asks whoever issues certificates from when on that of a completed enrolment may be renewed; nothing when it may not. */
export type RenewableFrom = (enrolmentId: string) => Promise<Date | undefined>;

type Deps = {
  courses: CourseStore;
  enrolments: EnrolmentStore;
  answers: Pick<AnswerStore, 'recall'>;
  renewableFrom: RenewableFrom;
  languageOf: LanguageOf;
  withdrawals: Pick<OrderWithdrawals, 'isWithdrawn' | 'close'>;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

export type RenewalView = { by: 'test' | 'course'; payment: 'free' | 'paid'; begun?: string };
export type RenewRequest = { accountId: string; enrolmentId: string };
export type PaidRenewal = { orderId: string; accountId: string; courseIds: readonly string[] };

const paymentOf = (course: CourseContent | undefined): 'free' | 'paid' => course?.validity?.payment ?? 'free';

/**
 * What need not be done again. When the course asks for the test alone, everything else that was done and is still part of
 * the course counts; what a later version added has to be learnt.
 */
const carriedOver = (course: CourseContent, progress: Progress): Progress => {
  if (course.validity?.renewal !== 'test') return {};
  const kept = stepsOf(course).filter((step) => step.kind !== 'test' && isStepDone(progress, step));
  return Object.fromEntries(
    kept.flatMap(({ id }) => {
      const { work: _work, ...carried } = progress[id] ?? {};
      return progress[id] ? [[id, carried as Progress[string]]] : [];
    }),
  );
};

/**
 * Renews what a certificate rests on: a new enrolment in the version that is offered now. The completed one makes room
 * first and names the new one; cut in between, the next request or the reaction to `EnrolmentRenewed` opens it.
 */
export const createRenewals = (deps: Deps) => {
  const { courses, enrolments, answers, withdrawals, clock, outbox } = deps;

  const open = async (old: CompletedEnrolment, { enrolmentId: id, orderId }: Renewal): Promise<string> => {
    const { accountId, courseId } = old;
    const course = await courses.current(courseId);
    if (!course) throw notFound();
    const now = clock.now();
    const progress = carriedOver(course, old.progress);
    const paid = orderId === undefined ? {} : { orderId };
    const enrolment = newEnrolment({ id, accountId, course, now, renews: old.id, progress, ...paid });
    const event = eventOf(Enrolled, { enrolmentId: id, accountId, courseId }, now);
    if (!(await enrolments.insert(enrolment, event)) && !(await enrolments.byId(id)))
      await enrolments.adopt(accountId, courseId, old.id);
    // A refund may have overtaken it.
    if (orderId !== undefined && (await withdrawals.isWithdrawn(orderId))) await withdrawals.close(orderId);
    outbox.poke();
    return (await enrolments.openFor(accountId, courseId))?.id ?? id;
  };

  /** The renewal under way, or done; one whose order was refunded is none. */
  const begunOf = async ({ renewal }: CompletedEnrolment): Promise<string | undefined> => {
    const one = renewal && (await enrolments.byId(renewal.enrolmentId));
    return one?.state === 'withdrawn' ? undefined : renewal?.enrolmentId;
  };

  /** What a renewal of the course would continue: what was completed last. */
  const newestOf = async (accountId: string, courseId: string): Promise<CompletedEnrolment | undefined> =>
    (await enrolments.heldBy(accountId)).find(
      (one): one is CompletedEnrolment => one.courseId === courseId && one.state === 'completed',
    );

  const mayRenew = async (enrolmentId: string): Promise<void> => {
    const from = await deps.renewableFrom(enrolmentId);
    if (!from) throw new DomainError('conflict', 'not-renewable');
    if (clock.now() < from)
      throw new DomainError('conflict', 'renewal-too-early', {
        params: { date: from.toISOString().slice(0, 10) },
      });
  };

  const makeRoom = async (
    { id: enrolmentId, accountId, courseId, renewal: former }: CompletedEnrolment,
    orderId?: string,
  ): Promise<void> => {
    if (!(await courses.current(courseId))) throw notFound();
    const at = clock.now();
    const renewal = token(deps.random, 16);
    const event = eventOf(EnrolmentRenewed, { enrolmentId, accountId, courseId, renewal }, at);
    const paid = orderId === undefined ? {} : { orderId };
    await enrolments.makeRoom(enrolmentId, { enrolmentId: renewal, at, ...paid }, event, former?.enrolmentId);
    await answers.recall({ enrolmentId });
  };

  const orderedAgain = async (enrolmentId: string, { orderId, accountId }: PaidRenewal, courseId: string) => {
    const event = eventOf(CourseOrderedAgain, { enrolmentId, accountId, courseId, orderId }, clock.now());
    if (await enrolments.noteRepeatedOrder(enrolmentId, orderId, event)) outbox.poke();
  };

  const openOnePaid = async (order: PaidRenewal, courseId: string): Promise<void> => {
    const { orderId, accountId } = order;
    if (await enrolments.openedBy(orderId, courseId)) return;
    const cut = await enrolments.renewedBy(orderId, courseId);
    const old = cut?.state === 'completed' ? cut : await newestOf(accountId, courseId);
    if (!old) throw notFound();
    const begun = cut ? undefined : await begunOf(old);
    if (begun !== undefined) return orderedAgain(begun, order, courseId);
    if (!cut) await makeRoom(old, orderId);
    const made = await enrolments.byId(old.id);
    if (made?.state !== 'completed' || made.renewal?.orderId !== orderId)
      throw new Error(`room for order ${orderId} was taken, try again`);
    await open(made, made.renewal);
  };

  return {
    /** What renewing asks for, and the enrolment that does it if it was begun. Nothing for what is not completed. */
    renewalOf: async ({ accountId, enrolmentId }: RenewRequest): Promise<RenewalView | undefined> => {
      const held = await enrolments.ofAccount(accountId, enrolmentId);
      if (held?.state !== 'completed') return undefined;
      const course = await courses.current(held.courseId);
      if (!course) return undefined;
      const by = course.validity?.renewal ?? 'course';
      const begun = await begunOf(held);
      return { by, payment: paymentOf(course), ...(begun === undefined ? {} : { begun }) };
    },

    /**
     * Renews for nothing. Repeating it answers the same enrolment.
     * @throws DomainError `not-found`, `not-renewable`, `renewal-too-early`, `renewal-needs-payment`
     */
    renew: async ({ accountId, enrolmentId }: RenewRequest): Promise<{ enrolmentId: string }> => {
      const held = await enrolments.ofAccount(accountId, enrolmentId);
      if (!held) throw notFound();
      if (held.state !== 'completed') throw new DomainError('conflict', 'not-renewable');
      if ((await begunOf(held)) === undefined) {
        if (paymentOf(await courses.current(held.courseId)) === 'paid')
          throw new DomainError('forbidden', 'renewal-needs-payment');
        await mayRenew(enrolmentId);
        await makeRoom(held);
      }
      const old = await enrolments.ofAccount(accountId, enrolmentId);
      if (old?.state !== 'completed' || !old.renewal) throw new DomainError('conflict', 'not-renewable');
      return { enrolmentId: await open(old, old.renewal) };
    },

    /**
     * Whether somebody may order the renewal of a course now: nobody pays for what could not begin.
     * @throws DomainError `not-found` where renewing has no price, `not-renewable`, `renewal-too-early`
     */
    assertMayRenew: async (accountId: string, courseId: string): Promise<void> => {
      if (paymentOf(await courses.current(courseId)) !== 'paid') throw notFound();
      const held = await newestOf(accountId, courseId);
      if (!held || (await begunOf(held)) !== undefined) throw new DomainError('conflict', 'not-renewable');
      await mayRenew(held.id);
    },

    /**
     * What follows from a paid order with renewals. Safe to repeat, and to come after the refund. An order for what is
     * being renewed already is noted there, as for courses. @throws DomainError `not-found` when there is nothing to renew
     */
    openPaidRenewals: async (order: PaidRenewal): Promise<void> => {
      // The buyer may have been erased since they paid.
      if (!(await deps.languageOf(order.accountId))) return;
      for (const courseId of order.courseIds) await openOnePaid(order, courseId);
      if (!(await deps.languageOf(order.accountId))) await enrolments.forget(order.accountId);
    },

    /** What follows from `EnrolmentRenewed`. Safe to repeat. */
    openRenewal: async ({ enrolmentId, accountId }: RenewRequest): Promise<void> => {
      const old = await enrolments.byId(enrolmentId);
      if (old?.state !== 'completed' || !old.renewal) return;
      if (!(await enrolments.byId(old.renewal.enrolmentId))) await open(old, old.renewal);
      // The learner may have been erased in between.
      if (!(await deps.languageOf(accountId))) await enrolments.forget(accountId);
    },
  };
};
