import type { Clock } from '../../platform/clock.ts';
import { isSettled } from '../order.ts';
import type { OrderStore } from '../order-store.ts';
import { composeCreditNote, composeReceipt, type Receipt, type Seller } from './receipt.ts';
import type { ReceiptStore } from './receipt-store.ts';

type IssueDeps = { orders: OrderStore; receipts: ReceiptStore; seller: Seller; clock: Clock };

/**
 * Issues the one receipt of a paid order, and the one credit note of a refunded one. Repeated, cut off or run twice at
 * once it answers the same document. Nothing when there is nothing to issue: not paid, or the buyer was erased before.
 */
export const createIssueReceipt = ({ orders, receipts, seller, clock }: IssueDeps) => {
  const issueReceipt = async (orderId: string): Promise<Receipt | undefined> => {
    const issued = await receipts.ofOrder(orderId, 'receipt');
    if (issued) return issued;
    const order = await orders.byId(orderId);
    if (!order || !isSettled(order) || !order.buyer) return undefined;
    const source = { order, buyer: order.buyer, seller };
    return receipts.append(orderId, 'receipt', clock.now(), (place) => composeReceipt(source, place));
  };

  /** The receipt comes first: a credit note cites its number and date. */
  const issueCreditNote = async (orderId: string): Promise<Receipt | undefined> => {
    const order = await orders.byId(orderId);
    if (order?.state !== 'refunded') return undefined;
    const receipt = await issueReceipt(orderId);
    if (!receipt) return undefined;
    const settledAt = order.refund.doneAt ?? order.refund.requestedAt;
    return receipts.append(orderId, 'credit-note', clock.now(), (place) =>
      composeCreditNote(receipt, settledAt, place),
    );
  };

  return { issueReceipt, issueCreditNote };
};

export type IssueReceipt = ReturnType<typeof createIssueReceipt>;
