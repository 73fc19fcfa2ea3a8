import type { Language } from '../../platform/i18n.ts';
import type { Money } from '../money.ts';

export type GatewayKind = 'stripe' | 'simulated';

/**
 * What a gateway is asked to collect. It is the same for every repetition of one attempt, so that a repeated request is
 * recognised by its key.
 */
export type PaymentRequest = {
  orderId: string;
  /** Counts the payments begun for the order, from 1. */
  attempt: number;
  language: Language;
  currency: string;
  lines: readonly { title: string; amountMinor: number }[];
};

/** Where the buyer comes back to: after paying, and after turning back. */
export type ReturnUrls = { paid: string; canceled: string };

/** A payment that the buyer is sent to. `reference` names it at the provider. */
export type StartedPayment = { reference: string; url: string };

/**
 * A payment as it stands now. `orderId` is missing when the payment is none of ours. An open payment without `url` has
 * been made and is on its way: the buyer has nothing more to do.
 */
export type PresentPayment = Money & {
  orderId: string | undefined;
  state: 'paid' | 'open' | 'failed' | 'expired';
  url?: string;
};

export type RefundRequest = Money & { orderId: string; reference: string };

/**
 * The port to a payment provider. A gateway only translates: what follows from a payment is decided in
 * `record-payment.ts`. It never sees, and never hands over, anything of a card.
 * Every call may throw DomainError `payments-unavailable` and can then be repeated.
 */
export type Gateway = {
  readonly kind: GatewayKind;
  /** Begins the payment of one attempt; the same attempt again answers the same payment. */
  startPayment(request: PaymentRequest, urls: ReturnUrls): Promise<StartedPayment>;
  /** Asks the provider. Nothing when it does not know the reference. */
  presentState(reference: string): Promise<PresentPayment | undefined>;
  /** Gives the amount back; the same key again gives nothing more. Answers the provider's name of the refund. */
  refund(request: RefundRequest, idempotencyKey: string): Promise<{ reference: string }>;
};
