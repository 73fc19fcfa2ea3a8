import type { Clock } from '../../platform/clock.ts';
import { notFound } from '../../platform/errors.ts';
import type { JobRequest } from '../../platform/jobs/job.ts';
import { type Random, token } from '../../platform/random.ts';
import type { Gateway, PaymentRequest, PresentPayment } from './gateway.ts';
import type { SimulatedPayment, SimulatedPayments } from './simulated-payment-store.ts';

type SimulatedDeps = {
  payments: SimulatedPayments;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  baseUrl: string;
  clock: Clock;
  random: Random;
};

export const recordPaymentJob = 'record-payment';

/** What the visitor of the simulated page may choose. */
export const simulatedOutcomes = ['success', 'refusal', 'delay'] as const;
export type SimulatedOutcome = (typeof simulatedOutcomes)[number];

/** The provider's side of the simulation: what its page shows and does. */
export type SimulatedDesk = {
  find(reference: string): Promise<SimulatedPayment | undefined>;
  /** Plays the outcome and answers where the buyer goes then. A second choice changes nothing. @throws `not-found` */
  choose(reference: string, outcome: SimulatedOutcome): Promise<string>;
};

const delaySeconds = 20;
const lifeHours = 24;

const hasExpired = ({ createdAt }: SimulatedPayment, now: Date): boolean =>
  now.getTime() - createdAt.getTime() > lifeHours * 3_600_000;

const stateOf = (payment: SimulatedPayment, now: Date): PresentPayment['state'] => {
  if (payment.state === 'delayed') return (payment.settlesAt ?? now) <= now ? 'paid' : 'open';
  return payment.state === 'open' && hasExpired(payment, now) ? 'expired' : payment.state;
};

/**
 * A payment provider of our own for demonstrations and tests; nobody's money moves. Like a real one it notifies us on its
 * own, by a job, beside sending the buyer back. Never built in production.
 */
export const createSimulatedGateway = (deps: SimulatedDeps): { gateway: Gateway; desk: SimulatedDesk } => {
  const { payments, clock } = deps;

  const urlOf = ({ language, reference }: SimulatedPayment): string =>
    `${deps.baseUrl}/${language}/checkout/simulated/${reference}`;

  const totalOf = ({ lines }: PaymentRequest): number =>
    lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

  const notify = (reference: string, runAt: Date): Promise<void> =>
    deps.enqueue([
      { key: `${recordPaymentJob}:${reference}`, name: recordPaymentJob, payload: { reference }, runAt },
    ]);

  const gateway: Gateway = {
    kind: 'simulated',
    startPayment: async (request, urls) => {
      const payment = await payments.open({
        reference: `sim_${token(deps.random, 16)}`,
        key: `order:${request.orderId}:v${request.attempt}`,
        orderId: request.orderId,
        language: request.language,
        amountMinor: totalOf(request),
        currency: request.currency,
        state: 'open',
        urls,
        createdAt: clock.now(),
      });
      return { reference: payment.reference, url: urlOf(payment) };
    },
    presentState: async (reference) => {
      const payment = await payments.find(reference);
      if (!payment) return undefined;
      const { orderId, amountMinor, currency } = payment;
      const state = stateOf(payment, clock.now());
      const url = payment.state === 'open' && state === 'open' ? { url: urlOf(payment) } : {};
      return { orderId, amountMinor, currency, state, ...url };
    },
    refund: async ({ reference }, idempotencyKey) => {
      const payment = await payments.find(reference);
      if (!payment || stateOf(payment, clock.now()) !== 'paid') throw notFound();
      await payments.refund(reference, idempotencyKey);
      return { reference: `re_${reference}` };
    },
  };

  const desk: SimulatedDesk = {
    find: payments.find,
    choose: async (reference, outcome) => {
      const payment = await payments.find(reference);
      if (!payment) throw notFound();
      const now = clock.now();
      const settlesAt = new Date(now.getTime() + (outcome === 'delay' ? delaySeconds * 1000 : 0));
      if (outcome === 'delay') await payments.settle(reference, { state: 'delayed', settlesAt });
      else await payments.settle(reference, { state: outcome === 'success' ? 'paid' : 'failed' });
      await notify(reference, settlesAt);
      return outcome === 'refusal' ? payment.urls.canceled : payment.urls.paid;
    },
  };
  return { gateway, desk };
};
