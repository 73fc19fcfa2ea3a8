import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import { defineJob, hourly, type JobKind, type Schedule } from '../platform/jobs/job.ts';
import { recordPaymentJob } from './gateways/simulated-gateway.ts';
import type { RecordPayment } from './record-payment.ts';
import { readWebhookJob } from './stripe-webhook.ts';
import type { WebhookInbox } from './webhook-inbox-store.ts';

const settleOpenOrdersJob = 'settle-open-orders';

type JobDeps = {
  inbox: WebhookInbox;
  recordPayment: RecordPayment;
  settleOpenOrders(): Promise<void>;
  clock: Clock;
};

/** Events that say something about a Checkout Session; others that the account sends are kept and left alone. */
const isAboutSession = (type: string): boolean => type.startsWith('checkout.session.');

const createReadWebhook =
  ({ inbox, recordPayment, clock }: JobDeps) =>
  async (eventId: string): Promise<void> => {
    const entry = await inbox.find(eventId);
    if (!entry || entry.outcome) return;
    const outcome = isAboutSession(entry.type) ? 'recorded' : 'ignored';
    if (outcome === 'recorded') await recordPayment(entry.objectId);
    await inbox.done(eventId, outcome, clock.now());
  };

export const billingJobs = (deps: JobDeps): readonly JobKind[] => {
  const readWebhook = createReadWebhook(deps);
  return [
    defineJob(readWebhookJob, z.strictObject({ eventId: z.string() }), ({ eventId }) => readWebhook(eventId)),
    defineJob(recordPaymentJob, z.strictObject({ reference: z.string() }), async ({ reference }) => {
      await deps.recordPayment(reference);
    }),
    defineJob(settleOpenOrdersJob, z.strictObject({}), () => deps.settleOpenOrders()),
  ];
};

export const billingSchedules: readonly Schedule[] = [hourly(settleOpenOrdersJob)];
