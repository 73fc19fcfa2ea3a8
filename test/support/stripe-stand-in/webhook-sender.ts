import { Stripe } from 'stripe';
import type { StripeEvent } from './account.ts';

type SendOptions = {
  secret: string;
  /** Seconds of the Unix epoch at which the delivery says it was signed. */
  timestamp: number;
  /** Changes the body after it was signed. */
  tamper?: (body: string) => string;
  /** Replaces the signature header altogether; `''` sends none. */
  header?: string;
};

/** Delivers one event as Stripe does: JSON text, signed with its time. */
export const sendWebhook = async (
  url: string,
  event: StripeEvent,
  options: SendOptions,
): Promise<Response> => {
  const payload = JSON.stringify(event, null, 2);
  const { secret, timestamp, tamper = (body) => body } = options;
  const signed = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  const header = options.header ?? signed;
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(header === '' ? {} : { 'stripe-signature': header }),
    },
    body: tamper(payload),
  });
};
