import type { Clock } from '../platform/clock.ts';
import { DomainError, invalid, notFound } from '../platform/errors.ts';
import { type Money, sameMoney } from './money.ts';
import { isSettled, type Order, pay, totalOf } from './order.ts';
import type { OrderStore } from './order-store.ts';
import { paidChange } from './record-payment.ts';

export type TransferConfirmation = Money & { orderId: string; by: string };

/**
 * Staff have seen the transfer on the account. The amount must be the price to the cent. A transfer that comes after the
 * order expired still pays it.
 * @throws DomainError `not-found`, `transfer-not-awaited`, `invalid-input` when the amount differs
 */
export const createConfirmTransfer =
  ({ orders, clock }: { orders: OrderStore; clock: Clock }) =>
  async ({ orderId, by, amountMinor, currency }: TransferConfirmation): Promise<Order> => {
    const order = await orders.change(orderId, (current) => {
      const reference = current.transferReference;
      if (isSettled(current) || reference === undefined) {
        throw new DomainError('conflict', 'transfer-not-awaited');
      }
      if (!sameMoney({ amountMinor, currency }, totalOf(current))) {
        throw invalid([{ pointer: '/amount', code: 'amount-differs' }]);
      }
      const at = clock.now();
      return paidChange(
        current,
        pay(current, { method: 'transfer', reference, amountMinor, currency, at, by }),
        at,
      );
    });
    if (!order) throw notFound();
    return order;
  };
