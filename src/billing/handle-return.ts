import { describeError, type Logger } from '../platform/logger.ts';
import type { Gateway, PresentPayment } from './gateways/gateway.ts';
import { isOpen, isSettled, type Order } from './order.ts';
import type { RecordPayment } from './record-payment.ts';

/**
 * What the return page may say. `confirming`: the payment was made or may have been, and is not confirmed yet. `payable`:
 * it was not made, or was refused. `review`: money came in that does not fit the order; staff look at it.
 */
export type ReturnStage = 'settled' | 'confirming' | 'payable' | 'closed' | 'review';

export type Returned = { order: Order; stage: ReturnStage };

type ReturnDeps = {
  orderOf(orderId: string, accountId: string): Promise<Order>;
  recordPayment: RecordPayment;
  gateway: Gateway | undefined;
  logger: Logger;
};

const stageOf = (order: Order, present: PresentPayment | 'silent' | undefined): ReturnStage => {
  if (isSettled(order)) return 'settled';
  if (present === 'silent') return 'confirming';
  if (present?.state === 'paid') return 'review';
  if (!isOpen(order)) return 'closed';
  return present?.state === 'open' && present.url === undefined ? 'confirming' : 'payable';
};

/**
 * The buyer is back from the gateway. The address they came by proves nothing: the gateway is asked, and when it is silent
 * the page says that the payment is being confirmed, since the webhook or the hourly look will find it.
 * @throws DomainError `not-found`, also for somebody else's order
 */
export const createHandleReturn =
  ({ orderOf, recordPayment, gateway, logger }: ReturnDeps) =>
  async (orderId: string, accountId: string): Promise<Returned> => {
    const order = await orderOf(orderId, accountId);
    const { attempt } = order;
    if (isSettled(order) || !attempt?.reference || attempt.gateway !== gateway?.kind) {
      return { order, stage: stageOf(order, undefined) };
    }
    try {
      const recorded = await recordPayment(attempt.reference);
      const present = recorded.order ?? order;
      return { order: present, stage: stageOf(present, recorded.present) };
    } catch (error) {
      logger.warn({ orderId, ...describeError(error) }, 'the gateway could not be asked about a payment');
      return { order, stage: stageOf(order, 'silent') };
    }
  };
