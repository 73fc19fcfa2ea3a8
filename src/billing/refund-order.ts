import type { Clock } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import { OrderRefunded } from './events.ts';
import type { Gateway } from './gateways/gateway.ts';
import {
  completeRefund,
  contentsOf,
  type Order,
  type PaidOrder,
  type RefundReason,
  requestRefund,
} from './order.ts';
import type { OrderStore } from './order-store.ts';

type RefundDeps = { orders: OrderStore; gateway: Gateway | undefined; clock: Clock };

export type RefundCommand = { orderId: string; by: string; reason: RefundReason; note?: string };

type Refunding = PaidOrder & { refund: NonNullable<PaidOrder['refund']> };

const isRefunding = (order: Order): order is Refunding =>
  order.state === 'paid' && order.refund !== undefined;

/**
 * Gives the whole price back: first the order to do so is kept, then the gateway is asked under a key of the order, then
 * the refund is complete. Cut off anywhere, the next call carries on; the gateway gives the money back once. What was
 * paid by transfer, staff transfer back themselves.
 * @throws DomainError `not-found`, `order-not-paid`, `payments-unavailable`
 */
export const createRefundOrder = ({ orders, gateway, clock }: RefundDeps) => {
  const giveBack = async (order: Refunding): Promise<{ reference?: string }> => {
    const { method, reference, amountMinor, currency } = order.paid;
    if (method === 'transfer' || method === 'free') return {};
    if (gateway?.kind !== method) throw new DomainError('unavailable', 'payments-unavailable');
    const key = `order:${order.id}:refund`;
    return gateway.refund({ orderId: order.id, reference, amountMinor, currency }, key);
  };

  const complete = async (order: Refunding): Promise<Order | undefined> => {
    const { reference } = await giveBack(order);
    return orders.change(order.id, (current) => {
      if (!isRefunding(current)) return undefined;
      const at = clock.now();
      const { by, reason } = current.refund;
      const account = current.accountId === undefined ? {} : { accountId: current.accountId };
      const event = eventOf(OrderRefunded, { ...contentsOf(current), ...account, by, reason }, at);
      return {
        order: completeRefund(current, { at, ...(reference === undefined ? {} : { reference }) }),
        events: [event],
      };
    });
  };

  const request = ({ orderId, by, reason, note }: RefundCommand): Promise<Order | undefined> =>
    orders.change(orderId, (current) => {
      if (current.state === 'refunded' || isRefunding(current)) return undefined;
      if (current.state !== 'paid') throw new DomainError('conflict', 'order-not-paid');
      const { amountMinor, currency } = current.paid;
      const refund = {
        by,
        reason,
        amountMinor,
        currency,
        requestedAt: clock.now(),
        ...(note ? { note } : {}),
      };
      return { order: requestRefund(current, refund) };
    });

  return {
    refund: async (command: RefundCommand): Promise<Order> => {
      const requested = await request(command);
      const done = requested && isRefunding(requested) ? await complete(requested) : requested;
      if (!done) throw notFound();
      return done;
    },
    /** Carries on refunds that a crash or a silent gateway cut off. */
    resume: async (order: Order): Promise<void> => {
      if (isRefunding(order)) await complete(order);
    },
  };
};
