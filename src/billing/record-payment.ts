import type { Clock } from '../platform/clock.ts';
import { eventOf } from '../platform/events.ts';
import type { Logger } from '../platform/logger.ts';
import { OrderPaid } from './events.ts';
import type { Gateway, PresentPayment } from './gateways/gateway.ts';
import { applyReport, contentsOf, flag, isSettled, type Order } from './order.ts';
import type { OrderChange, OrderStore } from './order-store.ts';

type RecordDeps = { orders: OrderStore; gateway: Gateway | undefined; clock: Clock; logger: Logger };

/** What the gateway said, and the order after it was taken note of. */
export type Recorded = { order: Order | undefined; present: PresentPayment | undefined };

/** An order that has just become paid, with the event that tells it; events of an erased buyer are told to nobody. */
export const paidChange = (before: Order, after: Order, at: Date): OrderChange => {
  if (isSettled(before) || after.state !== 'paid' || after.accountId === undefined) return { order: after };
  const { method, by } = after.paid;
  const payload = { ...contentsOf(after), accountId: after.accountId, method, ...(by ? { by } : {}) };
  return { order: after, events: [eventOf(OrderPaid, payload, at)] };
};

/**
 * Asks the gateway how a payment stands now and moves its order accordingly. Called by the webhook's job, by the return page
 * and by the hourly look at unfinished payments, at once or in any order: the order is paid once, in one update that
 * also carries `OrderPaid`.
 * @throws DomainError `payments-unavailable`
 */
export const createRecordPayment = ({ orders, gateway, clock, logger }: RecordDeps) => {
  const report = (before: Order, after: Order): void => {
    for (const { code, reference } of after.anomalies.slice(before.anomalies.length)) {
      logger.error({ orderId: after.id, code, reference }, 'a payment needs a look by staff');
    }
  };

  return async (reference: string): Promise<Recorded> => {
    const present = await gateway?.presentState(reference);
    if (!gateway || !present?.orderId) {
      logger.warn({ reference }, 'a payment that belongs to no order was reported');
      return { order: undefined, present };
    }
    const seen = await orders.byId(present.orderId);
    const bought = await boughtBefore(orders, seen);
    const order = await orders.change(present.orderId, (before) => {
      const now = clock.now();
      const applied = applyReport(before, { ...present, gateway: gateway.kind, reference }, now);
      const justPaid = applied.state === 'paid' && !isSettled(before);
      const after =
        justPaid && bought ? flag(applied, { code: 'bought-twice', reference, at: now }) : applied;
      report(before, after);
      return after === before ? undefined : paidChange(before, after, now);
    });
    return { order, present };
  };
};

/** Whether the buyer has paid another order for the same thing: the second is honoured, and flagged for a refund. */
const boughtBefore = async (orders: OrderStore, order: Order | undefined): Promise<boolean> => {
  if (!order?.accountId || isSettled(order)) return false;
  const productIds = order.lines.map(({ productId }) => productId);
  return (await orders.boughtBy(order.accountId, productIds)) !== undefined;
};

export type RecordPayment = ReturnType<typeof createRecordPayment>;
