import { randomUUID } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { Language } from '../platform/i18n.ts';
import {
  cancel,
  courseOfProduct,
  isOpen,
  newOrder,
  type Order,
  type OrderLine,
  renewalOfProduct,
  samePrices,
} from './order.ts';
import type { OrderStore } from './order-store.ts';
import type { Product } from './price-list.ts';
import type { PriceListStore } from './price-list-store.ts';

/** Asks whether a person may begin a course at all. @throws DomainError when something stands before it */
export type AssertMayBegin = (accountId: string, courseId: string) => Promise<void>;

type StartDeps = {
  orders: OrderStore;
  prices: PriceListStore;
  clock: Clock;
  /** Whether the operator charges VAT; one under the franchise of art. 293 B CGI does not. */
  chargesVat: boolean;
  assertMayBegin: AssertMayBegin;
  /** The same for renewing the certificate of a course. */
  assertMayRenew: AssertMayBegin;
};

export type CheckoutRequest = { accountId: string; productIds: readonly string[]; language: Language };

/** A person orders a thing once; more products in one order are room for later, not for thousands. */
const maxLines = 20;

/**
 * Makes the order, or finds the one that the buyer has open for the same products, at the prices in force now. Prices
 * never come from the request.
 * @throws DomainError `not-found` for a product that is not sold, `already-bought`, `prerequisites-missing`, or why nothing
 * can be renewed
 */
export const createStartCheckout = (deps: StartDeps) => {
  const { orders, prices, clock, chargesVat } = deps;

  const lineOf = ({ id, title, grossMinor, vatRate }: Product): OrderLine => ({
    productId: id,
    title,
    grossMinor,
    vatRate: chargesVat ? vatRate : 0,
  });

  const priced = async (productIds: readonly string[]): Promise<{ lines: OrderLine[]; currency: string }> => {
    const wanted = [...new Set(productIds)];
    const products = wanted.length <= maxLines ? await prices.find(wanted) : [];
    const [first] = products;
    if (!first || products.length !== wanted.length) throw notFound();
    if (products.some(({ currency }) => currency !== first.currency)) {
      throw new DomainError('conflict', 'several-currencies');
    }
    return { lines: products.map(lineOf), currency: first.currency };
  };

  /** An order at yesterday's price is put away, so that the buyer sees and confirms today's. */
  const reprice = async (order: Order, lines: readonly OrderLine[]): Promise<Order | undefined> => {
    if (order.state === 'awaiting_transfer' || samePrices(order.lines, lines)) return order;
    await orders.change(order.id, (current) =>
      isOpen(current) && current.state !== 'awaiting_transfer'
        ? { order: cancel(current, clock.now()) }
        : undefined,
    );
    return undefined;
  };

  return async ({ accountId, productIds, language }: CheckoutRequest): Promise<Order> => {
    const { lines, currency } = await priced(productIds);
    // A course is bought once; a certificate is renewed every few years.
    const once = productIds.filter((id) => renewalOfProduct(id).length === 0);
    if (await orders.boughtBy(accountId, once)) throw new DomainError('conflict', 'already-bought');
    // Nobody pays for what they could not begin.
    for (const courseId of productIds.flatMap(courseOfProduct))
      await deps.assertMayBegin(accountId, courseId);
    for (const courseId of productIds.flatMap(renewalOfProduct))
      await deps.assertMayRenew(accountId, courseId);
    const open = await orders.openOf(accountId, productIds);
    const kept = open && (await reprice(open, lines));
    if (kept) return kept;
    const createdAt = clock.now();
    return orders.open({
      ...newOrder({ id: randomUUID(), accountId, language, lines, currency, createdAt }),
      accountId,
    });
  };
};

export type StartCheckout = ReturnType<typeof createStartCheckout>;
