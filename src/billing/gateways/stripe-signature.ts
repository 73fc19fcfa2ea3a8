import { Stripe } from 'stripe';
import type { Clock } from '../../platform/clock.ts';

/** What is kept of a webhook: which object to ask about. Its content is never believed and never stored. */
export type StripeNotice = { eventId: string; type: string; objectId: string; created: Date };

/** Stripe's own default; the SDK takes 0 for "never too old" and accepts any time to come, so both ends are set here. */
const toleranceSeconds = 300;

const signedAt = (header: string): number =>
  Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(header)?.[1] ?? Number.NaN);

/**
 * Checks the `Stripe-Signature` of a raw body against every active secret (two while they are rotated) and the time of
 * signing, five minutes either way. Nothing when it is not genuine or not understood.
 */
export const createStripeSignature = (secrets: readonly string[], clock: Clock) => {
  const verified = (body: Buffer, header: string, now: Date): Stripe.Event | undefined => {
    for (const secret of secrets) {
      try {
        return Stripe.webhooks.constructEvent(
          body,
          header,
          secret,
          toleranceSeconds,
          undefined,
          now.getTime(),
        );
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) return undefined;
      }
    }
    return undefined;
  };

  return (body: Buffer, header: string): StripeNotice | undefined => {
    const now = clock.now();
    if (!(signedAt(header) <= now.getTime() / 1000 + toleranceSeconds)) return undefined;
    const event = verified(body, header, now);
    const objectId = (event?.data?.object as { id?: unknown } | undefined)?.id;
    if (!event || typeof event.id !== 'string' || typeof objectId !== 'string') return undefined;
    return { eventId: event.id, type: event.type, objectId, created: new Date(event.created * 1000) };
  };
};

export type StripeSignature = ReturnType<typeof createStripeSignature>;
