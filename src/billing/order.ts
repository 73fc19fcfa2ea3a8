import { createHash } from 'node:crypto';
import type { Language, Localised } from '../platform/i18n.ts';
import type { Buyer } from './buyer.ts';
import type { GatewayKind, PresentPayment } from './gateways/gateway.ts';
import { type Money, sameMoney } from './money.ts';

/** One product at the price that was shown when the order was made; it never changes afterwards. */
export type OrderLine = { productId: string; title: Localised; grossMinor: number; vatRate: number };

/** The payment under way at a gateway. `number` counts the attempts; `reference` is known once the gateway answered. */
export type PaymentAttempt = {
  number: number;
  gateway: GatewayKind;
  language: Language;
  startedAt: Date;
  reference?: string;
};

export type PaymentMethod = GatewayKind | 'transfer' | 'free';

/** How the price came in. `reference` names the payment at its gateway, or the transfer. */
export type Settlement = Money & { method: PaymentMethod; reference: string; at: Date; by?: string };

/** Why money is given back; recorded with the refund and in the audit trail. */
export const refundReasons = ['withdrawal', 'paid-twice', 'not-delivered', 'goodwill', 'mistake'] as const;
export type RefundReason = (typeof refundReasons)[number];

/** A refund that staff have ordered. It is complete when `doneAt` is there. */
export type Refund = Money & {
  by: string;
  reason: RefundReason;
  note?: string;
  requestedAt: Date;
  doneAt?: Date;
  reference?: string;
};

export type AnomalyCode = 'amount-differs' | 'paid-twice' | 'bought-twice' | 'account-erased';

/** Something about the money that a person must look at. `reference` names the payment it is about. */
export type Anomaly = {
  code: AnomalyCode;
  reference: string;
  at: Date;
  amountMinor?: number;
  currency?: string;
};

type OrderCore = {
  id: string;
  /** Missing once the buyer has been erased. */
  accountId?: string;
  language: Language;
  lines: readonly OrderLine[];
  currency: string;
  totalMinor: number;
  createdAt: Date;
  buyer?: Buyer;
  terms?: { version: string; acceptedAt: Date };
  attempt?: PaymentAttempt;
  /** The reference that a bank transfer for this order carries: `JC-XXXX-XXXX`. */
  transferReference?: string;
  anomalies: readonly Anomaly[];
};

export type PendingOrder = OrderCore & { state: 'pending_payment' };
export type FailedOrder = OrderCore & { state: 'payment_failed' };
export type AwaitingTransferOrder = OrderCore & { state: 'awaiting_transfer'; transferReference: string };
export type PaidOrder = OrderCore & { state: 'paid'; paid: Settlement; refund?: Refund };
export type RefundedOrder = OrderCore & { state: 'refunded'; paid: Settlement; refund: Refund };
export type ClosedOrder = OrderCore & { state: 'expired' | 'canceled'; closedAt: Date };

export type OpenOrder = PendingOrder | FailedOrder | AwaitingTransferOrder;
export type SettledOrder = PaidOrder | RefundedOrder;
/**
 * An order is one of its states. Open ones can be paid; a payment that arrives after an order expired or was canceled
 * still pays it, since the money is there.
 */
export type Order = OpenOrder | SettledOrder | ClosedOrder;
export type OrderState = Order['state'];

export const openStates = ['pending_payment', 'payment_failed', 'awaiting_transfer'] as const;
export const orderStates: readonly OrderState[] = [...openStates, 'paid', 'refunded', 'expired', 'canceled'];

export const isOpen = (order: Order): order is OpenOrder =>
  (openStates as readonly string[]).includes(order.state);
export const isSettled = (order: Order): order is SettledOrder =>
  order.state === 'paid' || order.state === 'refunded';

export const totalOf = (order: Order): Money => ({ amountMinor: order.totalMinor, currency: order.currency });

const coursePrefix = 'course:';
export const productOfCourse = (courseId: string): string => `${coursePrefix}${courseId}`;

/** The course behind a product, none for other products. */
export const courseOfProduct = (productId: string): string[] =>
  productId.startsWith(coursePrefix) ? [productId.slice(coursePrefix.length)] : [];

const renewalPrefix = 'renewal:';
export const productOfRenewal = (courseId: string): string => `${renewalPrefix}${courseId}`;

/** The course whose certificate a product renews, none for other products. */
export const renewalOfProduct = (productId: string): string[] =>
  productId.startsWith(renewalPrefix) ? [productId.slice(renewalPrefix.length)] : [];

/** What an event tells about an order: ids only. */
export const contentsOf = (order: Order) => {
  const productIds = order.lines.map(({ productId }) => productId);
  return { orderId: order.id, productIds, courseIds: productIds.flatMap(courseOfProduct) };
};

/** The same for two orders of one buyer for the same products: at most one of them is open. */
export const openKeyOf = (accountId: string, productIds: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([accountId, [...productIds].sort()]))
    .digest('hex');

type NewOrder = Pick<OrderCore, 'id' | 'language' | 'lines' | 'currency' | 'createdAt'> & {
  accountId: string;
};

export const newOrder = (given: NewOrder): PendingOrder => ({
  ...given,
  state: 'pending_payment',
  totalMinor: given.lines.reduce((sum, { grossMinor }) => sum + grossMinor, 0),
  anomalies: [],
});

/** Whether the lines still cost what the price list says now. */
export const samePrices = (a: readonly OrderLine[], b: readonly OrderLine[]): boolean =>
  a.length === b.length &&
  a.every((line) =>
    b.some(
      (other) =>
        other.productId === line.productId &&
        other.grossMinor === line.grossMinor &&
        other.vatRate === line.vatRate,
    ),
  );

/** What the buyer states before paying; the language is the one that the receipt will speak. */
export type CheckoutDetails = { buyer: Buyer; termsVersion: string; language: Language };

export const withDetails = (order: OpenOrder, details: CheckoutDetails, now: Date): OpenOrder => ({
  ...order,
  buyer: details.buyer,
  language: details.language,
  terms: { version: details.termsVersion, acceptedAt: now },
});

/**
 * The attempt to pay with. One that has begun is carried on, so that two tabs end at one payment, unless `ended` says
 * that the gateway has closed it.
 */
export const beginAttempt = (
  order: OpenOrder,
  attempt: Omit<PaymentAttempt, 'number' | 'reference'>,
  ended: string | undefined,
): OpenOrder => {
  const current = order.attempt;
  const usable =
    current?.gateway === attempt.gateway && (current.reference === undefined || current.reference !== ended);
  const next = usable ? current : { ...attempt, number: (current?.number ?? 0) + 1 };
  return { ...order, state: 'pending_payment', attempt: next };
};

/** Notes the gateway's name of the attempt, unless a newer attempt has begun meanwhile. */
export const nameAttempt = (order: OpenOrder, number: number, reference: string): OpenOrder =>
  order.attempt?.number === number ? { ...order, attempt: { ...order.attempt, reference } } : order;

export const awaitTransfer = (order: OpenOrder, reference: string): AwaitingTransferOrder => ({
  ...order,
  state: 'awaiting_transfer',
  transferReference: order.transferReference ?? reference,
});

export const pay = (order: OpenOrder | ClosedOrder, paid: Settlement): PaidOrder => {
  const { closedAt: _closedAt, ...core } = { closedAt: undefined, ...order };
  return { ...core, state: 'paid', paid };
};

export const fail = (order: OpenOrder): FailedOrder => ({ ...order, state: 'payment_failed' });

export const expire = (order: OpenOrder, now: Date): ClosedOrder => ({
  ...order,
  state: 'expired',
  closedAt: now,
});

export const cancel = (order: OpenOrder, now: Date): ClosedOrder => ({
  ...order,
  state: 'canceled',
  closedAt: now,
});

export const requestRefund = (order: PaidOrder, refund: Refund): PaidOrder => ({ ...order, refund });

export const completeRefund = (
  order: PaidOrder & { refund: Refund },
  done: { at: Date; reference?: string },
): RefundedOrder => ({
  ...order,
  state: 'refunded',
  refund: {
    ...order.refund,
    doneAt: done.at,
    ...(done.reference === undefined ? {} : { reference: done.reference }),
  },
});

/** Flags the order once per code and payment. */
export const flag = <O extends Order>(order: O, anomaly: Anomaly): O =>
  order.anomalies.some(({ code, reference }) => code === anomaly.code && reference === anomaly.reference)
    ? order
    : { ...order, anomalies: [...order.anomalies, anomaly] };

/** Takes away what names the buyer; the lines, the sums and the dates stay. */
export const forgetBuyer = (order: Order): Order => {
  const { accountId: _accountId, buyer: _buyer, ...rest } = order;
  if (!('refund' in rest) || !rest.refund) return rest;
  const { note: _note, ...refund } = rest.refund;
  return { ...rest, refund } as Order;
};

type Reported = PresentPayment & { gateway: GatewayKind; reference: string };

const settledBy = (order: Order, report: Reported, now: Date): Order => {
  const { reference, amountMinor, currency, gateway } = report;
  const anomaly = { reference, at: now, amountMinor, currency };
  if (!sameMoney(report, totalOf(order))) return flag(order, { code: 'amount-differs', ...anomaly });
  if (isSettled(order)) {
    return order.paid.reference === reference ? order : flag(order, { code: 'paid-twice', ...anomaly });
  }
  const paid = pay(order, { method: gateway, reference, amountMinor, currency, at: now });
  return order.accountId === undefined ? flag(paid, { code: 'account-erased', ...anomaly }) : paid;
};

/**
 * What an order becomes when its gateway reports a payment, whichever it was before: reports come twice, late and out of
 * order. The same order, when the report changes nothing.
 */
export const applyReport = (order: Order, report: Reported, now: Date): Order => {
  if (report.state === 'paid') return settledBy(order, report, now);
  const isCurrent = order.attempt?.reference === report.reference;
  if (!isCurrent || (order.state !== 'pending_payment' && order.state !== 'payment_failed')) return order;
  if (report.state === 'expired') return expire(order, now);
  return report.state === 'failed' && order.state === 'pending_payment' ? fail(order) : order;
};
