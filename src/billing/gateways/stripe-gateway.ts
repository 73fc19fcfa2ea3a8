import { Stripe } from 'stripe';
import type { Config } from '../../platform/config.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Gateway, PaymentRequest, PresentPayment, RefundRequest, ReturnUrls } from './gateway.ts';

export type StripeSettings = Extract<Config['payments'], { kind: 'stripe' }>;

/** The SDK of the account; `apiBase` leads it to a stand-in. It repeats a request that got no answer, under the same key. */
const createClient = ({ secretKey, apiBase }: StripeSettings): Stripe => {
  const base = apiBase === undefined ? undefined : new URL(apiBase);
  return new Stripe(secretKey, {
    maxNetworkRetries: 2,
    timeout: 20_000,
    telemetry: false,
    ...(base
      ? {
          host: base.hostname,
          port: base.port || (base.protocol === 'https:' ? 443 : 80),
          protocol: base.protocol === 'https:' ? 'https' : 'http',
        }
      : {}),
  });
};

const isUnknown = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';

const wasRefunded = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'charge_already_refunded';

/** Stripe did not answer, or not now: everything else is a fault of ours and goes on as it is. */
const isPassing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeConnectionError ||
  error instanceof Stripe.errors.StripeAPIError ||
  error instanceof Stripe.errors.StripeRateLimitError;

const calling = async <T>(call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    if (isPassing(error)) throw new DomainError('unavailable', 'payments-unavailable');
    throw error;
  }
};

type Session = Stripe.Checkout.Session;

const intentOf = (session: Session): Stripe.PaymentIntent | undefined =>
  session.payment_intent !== null && typeof session.payment_intent === 'object'
    ? session.payment_intent
    : undefined;

/** `unpaid` and complete is a slow method: on its way until its payment intent wants another one. */
const stateOf = (session: Session): PresentPayment['state'] => {
  if (session.payment_status === 'paid' || session.payment_status === 'no_payment_required') return 'paid';
  if (session.status === 'expired') return 'expired';
  const refused = intentOf(session)?.status;
  const ended = refused === 'requires_payment_method' || refused === 'canceled';
  return session.status === 'complete' && ended ? 'failed' : 'open';
};

const presentOf = (session: Session): PresentPayment => ({
  orderId: session.client_reference_id ?? undefined,
  state: stateOf(session),
  amountMinor: session.amount_total ?? 0,
  currency: (session.currency ?? '').toUpperCase(),
  ...(session.status === 'open' && session.url !== null ? { url: session.url } : {}),
});

/** Payment methods are those that the account offers; our own numbered document replaces Stripe's invoice. */
const sessionParams = (request: PaymentRequest, urls: ReturnUrls): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  client_reference_id: request.orderId,
  metadata: { orderId: request.orderId },
  payment_intent_data: { metadata: { orderId: request.orderId } },
  locale: request.language,
  line_items: request.lines.map(({ title, amountMinor }) => ({
    quantity: 1,
    price_data: {
      currency: request.currency.toLowerCase(),
      unit_amount: amountMinor,
      product_data: { name: title },
    },
  })),
  invoice_creation: { enabled: false },
  // A session in the buyer's own currency would come back with another amount than the order's.
  adaptive_pricing: { enabled: false },
  success_url: urls.paid,
  cancel_url: urls.canceled,
});

/**
 * Stripe Checkout, hosted: the buyer leaves for Stripe's page, so nothing of a card ever passes here. The session's id is
 * the reference of the payment.
 */
export const createStripeGateway = (settings: StripeSettings): Gateway => {
  const stripe = createClient(settings);

  const retrieve = async (reference: string): Promise<Session | undefined> => {
    try {
      return await calling(stripe.checkout.sessions.retrieve(reference, { expand: ['payment_intent'] }));
    } catch (error) {
      if (isUnknown(error)) return undefined;
      throw error;
    }
  };

  /** The key of a refund is forgotten after a while; then the refund itself tells that it was made. */
  const refundMade = async (paymentIntent: string): Promise<{ reference: string }> => {
    const { data } = await calling(stripe.refunds.list({ payment_intent: paymentIntent, limit: 1 }));
    const [made] = data;
    if (!made) throw new Error(`${paymentIntent} is refunded, but has no refund`);
    return { reference: made.id };
  };

  const refund = async (
    { orderId, reference, amountMinor }: RefundRequest,
    idempotencyKey: string,
  ): Promise<{ reference: string }> => {
    const session = await retrieve(reference);
    const paymentIntent = session && intentOf(session)?.id;
    if (!paymentIntent) throw new Error(`${reference} has no payment to refund`);
    try {
      const params = { payment_intent: paymentIntent, amount: amountMinor, metadata: { orderId } };
      const { id } = await calling(stripe.refunds.create(params, { idempotencyKey }));
      return { reference: id };
    } catch (error) {
      if (wasRefunded(error)) return refundMade(paymentIntent);
      throw error;
    }
  };

  return {
    kind: 'stripe',
    startPayment: async (request, urls) => {
      const idempotencyKey = `order:${request.orderId}:v${request.attempt}`;
      const session = await calling(
        stripe.checkout.sessions.create(sessionParams(request, urls), { idempotencyKey }),
      );
      if (session.url === null) throw new Error(`${session.id} has no page to pay on`);
      return { reference: session.id, url: session.url };
    },
    presentState: async (reference) => {
      const session = await retrieve(reference);
      return session && presentOf(session);
    },
    refund,
  };
};
