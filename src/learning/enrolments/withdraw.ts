import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { eventOf } from '../../platform/events.ts';
import type { AnswerStore } from '../attempts/answer-store.ts';
import { EnrolmentWithdrawn } from '../events.ts';
import type { Enrolment } from './enrolment.ts';
import type { EnrolmentStore } from './enrolment-store.ts';
import type { OrderWithdrawalStore } from './order-withdrawal-store.ts';

export type Withdrawal = { orderId: string; reason?: string };

type Deps = {
  enrolments: EnrolmentStore;
  answers: Pick<AnswerStore, 'recall'>;
  marks: OrderWithdrawalStore;
  clock: Clock;
  outbox: Outbox;
};

/**
 * Ends what a refunded order had opened. Completed enrolments stay completed, and certificates are a decision of staff.
 * Another order that paid for the same course keeps it open. Repeating changes nothing.
 */
export const createOrderWithdrawals = ({ enrolments, answers, marks, clock, outbox }: Deps) => {
  const closeOne = async (enrolment: Enrolment, orderId: string, reason: string): Promise<void> => {
    const [another] = enrolment.repeatedOrders;
    if (another !== undefined) return enrolments.handOver(enrolment.id, orderId, another);
    const { id: enrolmentId, accountId, courseId } = enrolment;
    const at = clock.now();
    const event = eventOf(EnrolmentWithdrawn, { enrolmentId, accountId, courseId, orderId, reason }, at);
    if (await enrolments.withdraw(enrolmentId, { orderId, at, reason }, event)) outbox.poke();
    await answers.recall({ enrolmentId });
  };

  const restsOn = async (orderId: string): Promise<Enrolment[]> =>
    (await enrolments.paidBy(orderId)).filter(
      ({ state, repeatedOrders }) =>
        state === 'active' || (state === 'completed' && repeatedOrders.length > 0),
    );

  /** Looks again after each round: another order may have come, or been refunded, between the look and the write. */
  const close = async (orderId: string): Promise<void> => {
    const mark = await marks.find(orderId);
    if (!mark) return;
    await enrolments.dropRepeatedOrder(orderId);
    for (let open = await restsOn(orderId); open.length > 0; open = await restsOn(orderId)) {
      for (const enrolment of open) await closeOne(enrolment, orderId, mark.reason);
    }
  };

  return {
    isWithdrawn: async (orderId: string): Promise<boolean> => (await marks.find(orderId)) !== undefined,
    close,
    /** Marks first: access that is given at this very moment is then closed by the one who gives it. */
    withdraw: async ({ orderId, reason = 'refunded' }: Withdrawal): Promise<void> => {
      await marks.mark(orderId, clock.now(), reason);
      await close(orderId);
    },
  };
};

export type OrderWithdrawals = ReturnType<typeof createOrderWithdrawals>;
