import type { Clock } from '../platform/clock.ts';
import { describeError, type Logger } from '../platform/logger.ts';
import { expire, isOpen, type Order } from './order.ts';
import type { OrderStore } from './order-store.ts';
import type { RecordPayment } from './record-payment.ts';

type SettleDeps = {
  orders: OrderStore;
  recordPayment: RecordPayment;
  resumeRefund(order: Order): Promise<void>;
  clock: Clock;
  logger: Logger;
};

const day = 24 * 3_600_000;
const quietMinutes = 15;
const batch = 500;
/** How long an order without a payment stays payable, and one that awaits its transfer. */
const pendingDays = 7;
const transferDays = 30;

/**
 * The hourly look at what was left unfinished: payments whose webhook never came, refunds that were cut off, orders that
 * nobody paid. One that fails is looked at again in an hour and keeps no other waiting.
 */
export const createSettleOpenOrders = ({
  orders,
  recordPayment,
  resumeRefund,
  clock,
  logger,
}: SettleDeps) => {
  const each = async (list: readonly Order[], settle: (order: Order) => Promise<unknown>): Promise<void> => {
    for (const order of list) {
      try {
        await settle(order);
      } catch (error) {
        logger.warn({ orderId: order.id, ...describeError(error) }, 'an order could not be settled');
      }
    }
  };

  const expireUnpaid = (order: Order): Promise<unknown> =>
    orders.change(order.id, (current) =>
      isOpen(current) && current.state === order.state ? { order: expire(current, clock.now()) } : undefined,
    );

  return async (): Promise<void> => {
    const now = clock.now().getTime();
    const ago = (milliseconds: number): Date => new Date(now - milliseconds);
    await each(await orders.waitingSince(ago(quietMinutes * 60_000), batch), (order) =>
      recordPayment(order.attempt?.reference ?? ''),
    );
    await each(await orders.cutRefunds(ago(quietMinutes * 60_000)), resumeRefund);
    await each(await orders.openSince('pending_payment', ago(pendingDays * day)), expireUnpaid);
    await each(await orders.openSince('payment_failed', ago(pendingDays * day)), expireUnpaid);
    await each(await orders.openSince('awaiting_transfer', ago(transferDays * day)), expireUnpaid);
  };
};
