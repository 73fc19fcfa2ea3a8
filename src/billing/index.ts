import type { Router } from 'express';
import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { notFound } from '../platform/errors.ts';
import { validate } from '../platform/http/validate.ts';
import type { Localised } from '../platform/i18n.ts';
import type { JobKind, JobRequest, Schedule } from '../platform/jobs/job.ts';
import type { Logger } from '../platform/logger.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import { createConfirmTransfer, type TransferConfirmation } from './confirm-transfer.ts';
import type { Gateway } from './gateways/gateway.ts';
import { createSimulatedGateway, type SimulatedDesk } from './gateways/simulated-gateway.ts';
import { createSimulatedPayments } from './gateways/simulated-payment-store.ts';
import { createStripeGateway } from './gateways/stripe-gateway.ts';
import { createStripeSignature } from './gateways/stripe-signature.ts';
import { createHandleReturn, type Returned } from './handle-return.ts';
import { createIssueReceipt } from './invoices/issue-receipt.ts';
import { type Receipt, type ReceiptKind, sellerOf } from './invoices/receipt.ts';
import { createReceiptFiles } from './invoices/receipt-file-store.ts';
import { createReceiptPdf, type DrawReceipt, type ReceiptFile } from './invoices/receipt-pdf.ts';
import { createReceiptStore } from './invoices/receipt-store.ts';
import { billingJobs, billingSchedules } from './jobs.ts';
import { type Money, vatIncluded } from './money.ts';
import { type Order, type OrderState, totalOf } from './order.ts';
import { createOrderStore, type OrderQuery } from './order-store.ts';
import { createPayOrder, type NextStep, type PayRequest } from './pay-order.ts';
import { createPersonalData } from './personal-data.ts';
import { priceList } from './price-list.ts';
import { createPriceListStore } from './price-list-store.ts';
import { createRecordPayment } from './record-payment.ts';
import { createRefundOrder, type RefundCommand } from './refund-order.ts';
import { createSettleOpenOrders } from './settle-open-orders.ts';
import { type AssertMayBegin, type CheckoutRequest, createStartCheckout } from './start-checkout.ts';
import { createStripeWebhook, noWebhook } from './stripe-webhook.ts';
import { termsVersion } from './terms.ts';
import { createWebhookInbox } from './webhook-inbox-store.ts';

export { type Buyer, buyerFields, buyerFrom } from './buyer.ts';
export { OrderPaid, OrderRefunded, TransferAwaited } from './events.ts';
export {
  type SimulatedDesk,
  simulatedOutcomes,
} from './gateways/simulated-gateway.ts';
export type { ReturnStage } from './handle-return.ts';
export type { Receipt, ReceiptKind } from './invoices/receipt.ts';
export { createReceiptDrawing } from './invoices/receipt-drawing.ts';
export { readAmount, vatGroups } from './money.ts';
export {
  isSettled,
  type Order,
  type OrderState,
  orderStates,
  productOfCourse,
  productOfRenewal,
  refundReasons,
  renewalOfProduct,
} from './order.ts';
export type { NextStep } from './pay-order.ts';
export { termsVersion } from './terms.ts';

type BillingDeps = {
  config: Pick<Config, 'baseUrl' | 'operator' | 'payments' | 'transfer' | 'production'>;
  connection: Connection;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  logger: Logger;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  assertMayBegin: AssertMayBegin;
  assertMayRenew: AssertMayBegin;
  /** `createReceiptDrawing(…)`. */
  drawReceipt: DrawReceipt;
};

/** A price as a page shows it: what the buyer pays, and the VAT in it when the operator charges VAT. */
export type Price = {
  productId: string;
  title: Localised;
  grossMinor: number;
  currency: string;
  vat: { rate: number; amountMinor: number } | undefined;
};

/** What the buyer needs for the transfer. */
export type TransferInstructions = Money & {
  orderId: string;
  reference: string;
  account: { iban: string; bic: string; holder: string };
};

export type Billing = {
  /** Puts a price list (the content of `content/price-list.json`) in force. @throws `invalid-input` */
  publishPriceList(content: unknown): Promise<void>;
  priceOf(productId: string): Promise<Price | undefined>;
  /** Whether the account has paid for the product and was not refunded. */
  hasBought(accountId: string, productId: string): Promise<boolean>;
  /** @throws `not-found`, `already-bought`, `prerequisites-missing` */
  startCheckout(request: CheckoutRequest): Promise<Order>;
  /** How an order can be paid here, the usual way first. */
  paymentMethods: readonly PayRequest['method'][];
  /** @throws `not-found`, `order-closed`, `payments-unavailable` */
  pay(request: PayRequest): Promise<NextStep>;
  /** The buyer's own order. @throws `not-found`, also for somebody else's */
  orderOf(orderId: string, accountId: string): Promise<Order>;
  ordersOf(accountId: string): Promise<Order[]>;
  /** Asks the gateway, never the query. @throws `not-found` */
  handleReturn(orderId: string, accountId: string): Promise<Returned>;
  /** Nothing when the order has no transfer to await. */
  transferInstructions(orderId: string): Promise<TransferInstructions | undefined>;
  /** Asks the gateway how the payment of this reference stands, and moves its order. */
  recordPayment(reference: string): Promise<void>;
  /** @throws `not-found`, `transfer-not-awaited`, `invalid-input` */
  confirmTransfer(confirmation: TransferConfirmation): Promise<Order>;
  /** @throws `not-found`, `order-not-paid`, `payments-unavailable` */
  refund(command: RefundCommand): Promise<Order>;
  /** The reactions to `OrderPaid` and `OrderRefunded`. */
  issueReceipt(orderId: string): Promise<Receipt | undefined>;
  issueCreditNote(orderId: string): Promise<Receipt | undefined>;
  receiptsOf(orderIds: readonly string[]): Promise<Receipt[]>;
  /** For staff and letters. @throws `not-found` when there is no such document */
  receiptFile(orderId: string): Promise<ReceiptFile>;
  creditNoteFile(orderId: string): Promise<ReceiptFile>;
  /** For the buyer. @throws `not-found`, also for somebody else's */
  ownFile(orderId: string, accountId: string, kind: ReceiptKind): Promise<ReceiptFile>;
  /** Walks the chains of all documents. */
  verifyReceipts(): Promise<{ length: number; broken?: string }>;
  /** For staff. @throws `not-found` */
  orderForStaff(orderId: string): Promise<Order>;
  searchOrders(query: OrderQuery): Promise<Order[]>;
  orderCounts(): Promise<Partial<Record<OrderState, number>>>;
  /** The other side of simulated payments; not there with any other gateway, and never in production. */
  simulatedDesk: SimulatedDesk | undefined;
  /** `POST /webhooks/stripe`, to be mounted before every body parser; without Stripe nothing is there. */
  webhook: Router;
  jobKinds: readonly JobKind[];
  schedules: readonly Schedule[];
  personalData: PersonalDataProvider;
};

type Provider = { gateway: Gateway | undefined; desk: SimulatedDesk | undefined };

/** Sells products at published prices: orders, payments, receipts. Knows nothing of courses but their product ids. */
export const createBilling = (deps: BillingDeps): Billing => {
  const { config, connection, clock, outbox, random, logger } = deps;
  const { baseUrl, operator, transfer } = config;
  const orders = createOrderStore(connection, outbox);
  const prices = createPriceListStore(connection);
  const receipts = createReceiptStore(connection);
  const files = createReceiptFiles(connection);
  const inbox = createWebhookInbox(connection);
  const simulated = createSimulatedPayments(connection);
  const { gateway, desk } = createProvider();
  const chargesVat = operator.vatId !== undefined;

  const startCheckout = createStartCheckout({
    orders,
    prices,
    clock,
    chargesVat,
    assertMayBegin: deps.assertMayBegin,
    assertMayRenew: deps.assertMayRenew,
  });
  const recordPayment = createRecordPayment({ orders, gateway, clock, logger });
  const refunds = createRefundOrder({ orders, gateway, clock });
  const issue = createIssueReceipt({ orders, receipts, seller: sellerOf(operator), clock });
  const drawnReceipt = createReceiptPdf({ issue, files, draw: deps.drawReceipt, clock });
  const settleOpenOrders = createSettleOpenOrders({
    orders,
    recordPayment,
    resumeRefund: refunds.resume,
    clock,
    logger,
  });

  function createProvider(): Provider {
    const { payments } = config;
    if (payments.kind === 'none') return { gateway: undefined, desk: undefined };
    if (payments.kind === 'stripe') return { gateway: createStripeGateway(payments), desk: undefined };
    if (config.production) throw new Error('simulated payments are refused in production');
    return createSimulatedGateway({ payments: simulated, enqueue: deps.enqueue, baseUrl, clock, random });
  }

  const orderForStaff = async (orderId: string): Promise<Order> => {
    const found = await orders.byId(orderId);
    if (!found) throw notFound();
    return found;
  };

  const orderOf = async (orderId: string, accountId: string): Promise<Order> => {
    const found = await orders.byId(orderId);
    if (!found || found.accountId !== accountId) throw notFound();
    return found;
  };

  const fileOf = async (orderId: string, kind: ReceiptKind): Promise<ReceiptFile> => {
    const file = await drawnReceipt(orderId, kind);
    if (!file) throw notFound();
    return file;
  };

  const webhook = (): Router => {
    if (config.payments.kind !== 'stripe') return noWebhook();
    const signature = createStripeSignature(config.payments.webhookSecrets, clock);
    return createStripeWebhook({ signature, inbox, enqueue: deps.enqueue, clock });
  };

  return {
    publishPriceList: async (content) => prices.publish(validate(priceList, content), clock.now()),
    priceOf: async (productId) => {
      const [product] = await prices.find([productId]);
      if (!product) return undefined;
      const { title, grossMinor, currency, vatRate } = product;
      const vat = chargesVat ? { rate: vatRate, amountMinor: vatIncluded(grossMinor, vatRate) } : undefined;
      return { productId, title, grossMinor, currency, vat };
    },
    hasBought: async (accountId, productId) => (await orders.boughtBy(accountId, [productId])) !== undefined,
    startCheckout,
    paymentMethods: [...(gateway ? (['card'] as const) : []), ...(transfer ? (['transfer'] as const) : [])],
    pay: createPayOrder({
      orders,
      gateway,
      transferOffered: transfer !== undefined,
      startCheckout,
      recordPayment,
      baseUrl,
      termsVersion,
      clock,
      random,
    }),
    orderOf,
    ordersOf: orders.ofAccount,
    handleReturn: createHandleReturn({ orderOf, recordPayment, gateway, logger }),
    transferInstructions: async (orderId) => {
      const found = await orders.byId(orderId);
      if (!transfer || found?.state !== 'awaiting_transfer') return undefined;
      return { orderId, reference: found.transferReference, account: transfer, ...totalOf(found) };
    },
    recordPayment: async (reference) => {
      await recordPayment(reference);
    },
    confirmTransfer: createConfirmTransfer({ orders, clock }),
    refund: refunds.refund,
    ...issue,
    receiptsOf: receipts.ofOrders,
    receiptFile: (orderId) => fileOf(orderId, 'receipt'),
    creditNoteFile: (orderId) => fileOf(orderId, 'credit-note'),
    ownFile: async (orderId, accountId, kind) => {
      await orderOf(orderId, accountId);
      return fileOf(orderId, kind);
    },
    verifyReceipts: receipts.verify,
    orderForStaff,
    searchOrders: orders.search,
    orderCounts: orders.counts,
    simulatedDesk: desk,
    webhook: webhook(),
    jobKinds: billingJobs({ inbox, recordPayment, settleOpenOrders, clock }),
    schedules: billingSchedules,
    personalData: createPersonalData({
      orders,
      receipts,
      files,
      inbox,
      simulated,
      issue,
      receiptPdf: drawnReceipt,
      clock,
    }),
  };
};
