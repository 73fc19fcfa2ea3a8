import type { Clock } from '../platform/clock.ts';
import { isDuplicate } from '../platform/database/duplicates.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import type { Language } from '../platform/i18n.ts';
import type { Random } from '../platform/random.ts';
import type { Buyer } from './buyer.ts';
import { TransferAwaited } from './events.ts';
import type { Gateway, ReturnUrls } from './gateways/gateway.ts';
import {
  awaitTransfer,
  beginAttempt,
  isOpen,
  isSettled,
  nameAttempt,
  type OpenOrder,
  type Order,
  pay,
  withDetails,
} from './order.ts';
import type { OrderStore } from './order-store.ts';
import { paidChange, type Recorded, type RecordPayment } from './record-payment.ts';
import type { StartCheckout } from './start-checkout.ts';
import { newTransferReference } from './transfer-reference.ts';

type PayDeps = {
  orders: OrderStore;
  gateway: Gateway | undefined;
  transferOffered: boolean;
  startCheckout: StartCheckout;
  recordPayment: RecordPayment;
  /** Public origin, without a slash at the end. */
  baseUrl: string;
  /** The version of the terms of sale in force, noted with the buyer's acceptance. */
  termsVersion: string;
  clock: Clock;
  random: Random;
};

export type PayRequest = {
  orderId: string;
  accountId: string;
  method: 'card' | 'transfer';
  buyer: Buyer;
  language: Language;
};

/**
 * What happens next. `confirming`: the payment has been made and is not confirmed yet. `price-changed`: the price is not
 * the one that was shown; the order of that id carries the new one and waits for a new confirmation.
 */
export type NextStep =
  | { kind: 'redirect'; url: string }
  | { kind: 'transfer' | 'settled' | 'confirming' }
  | { kind: 'price-changed'; orderId: string };

const closed = (): DomainError => new DomainError('conflict', 'order-closed');

/**
 * Takes the buyer's details and leads to the payment. Repeated by a double click or a second tab it leads to the same
 * payment of the same attempt.
 * @throws DomainError `not-found`, `order-closed`, `already-bought`, `payments-unavailable`
 */
export const createPayOrder = (deps: PayDeps) => {
  const { orders, gateway, clock } = deps;

  const changeOpen = async (id: string, change: (order: OpenOrder) => Order): Promise<Order> => {
    const order = await orders.change(id, (current) =>
      isOpen(current) ? { order: change(current) } : undefined,
    );
    if (!order) throw notFound();
    return order;
  };

  /** A payment that was begun earlier may have come in meanwhile: ask before another is begun. */
  const lookBack = async (order: Order): Promise<Recorded> => {
    const reference = order.attempt?.reference;
    if (!isOpen(order) || !reference || order.attempt?.gateway !== gateway?.kind) {
      return { order, present: undefined };
    }
    const recorded = await deps.recordPayment(reference);
    return { ...recorded, order: recorded.order ?? order };
  };

  const payNothing = async (order: Order): Promise<NextStep> => {
    await orders.change(order.id, (current) => {
      if (!isOpen(current)) return undefined;
      const at = clock.now();
      const money = { amountMinor: 0, currency: current.currency };
      return paidChange(current, pay(current, { method: 'free', reference: current.id, at, ...money }), at);
    });
    return { kind: 'settled' };
  };

  const payByTransfer = async (order: Order): Promise<NextStep> => {
    if (!deps.transferOffered) throw new DomainError('unavailable', 'payments-unavailable');
    try {
      await orders.change(order.id, (current) => {
        if (!isOpen(current) || current.state === 'awaiting_transfer') return undefined;
        const { id: orderId, accountId = '' } = current;
        const event = eventOf(TransferAwaited, { orderId, accountId }, clock.now());
        return { order: awaitTransfer(current, newTransferReference(deps.random)), events: [event] };
      });
    } catch (error) {
      if (isDuplicate(error)) return payByTransfer(order);
      throw error;
    }
    return { kind: 'transfer' };
  };

  const payByCard = async (order: Order, language: Language, ended?: string): Promise<NextStep> => {
    if (!gateway) throw new DomainError('unavailable', 'payments-unavailable');
    const begun = await changeOpen(order.id, (current) =>
      beginAttempt(current, { gateway: gateway.kind, language, startedAt: clock.now() }, ended),
    );
    const { attempt } = begun;
    if (isSettled(begun)) return { kind: 'settled' };
    if (!isOpen(begun) || !attempt) throw closed();
    const { reference, url } = await gateway.startPayment(
      {
        orderId: begun.id,
        attempt: attempt.number,
        language: attempt.language,
        currency: begun.currency,
        lines: begun.lines.map(({ title, grossMinor }) => ({
          title: title[attempt.language],
          amountMinor: grossMinor,
        })),
      },
      returnUrls(deps.baseUrl, attempt.language, begun.id),
    );
    await changeOpen(begun.id, (current) => nameAttempt(current, attempt.number, reference));
    return { kind: 'redirect', url };
  };

  /** The order with the price in force: the same one, unless the price has changed since it was shown. */
  const atPresentPrice = (order: OpenOrder, { accountId, language }: PayRequest): Promise<Order> =>
    deps.startCheckout({ accountId, language, productIds: order.lines.map(({ productId }) => productId) });

  const proceed = async (order: OpenOrder, request: PayRequest, ended?: string): Promise<NextStep> => {
    const current = await atPresentPrice(order, request);
    if (current.id !== order.id) return { kind: 'price-changed', orderId: current.id };
    const { buyer, language } = request;
    const detailed = await changeOpen(order.id, (open) =>
      withDetails(open, { buyer, language, termsVersion: deps.termsVersion }, clock.now()),
    );
    if (detailed.totalMinor === 0) return payNothing(detailed);
    return request.method === 'transfer' ? payByTransfer(detailed) : payByCard(detailed, language, ended);
  };

  return async (request: PayRequest): Promise<NextStep> => {
    const own = await orders.byId(request.orderId);
    if (own?.accountId !== request.accountId) throw notFound();
    const { order = own, present } = await lookBack(own);
    if (isSettled(order)) return { kind: 'settled' };
    if (present?.state === 'open' && !present.url) return { kind: 'confirming' };
    const ended = present?.state === 'failed' ? order.attempt?.reference : undefined;
    if (!isOpen(order)) throw closed();
    return proceed(order, request, ended);
  };
};

const returnUrls = (baseUrl: string, language: Language, orderId: string): ReturnUrls => ({
  paid: `${baseUrl}/${language}/checkout/${orderId}/return`,
  canceled: `${baseUrl}/${language}/checkout/${orderId}`,
});
