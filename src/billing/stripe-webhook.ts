import { type RequestHandler, Router, raw } from 'express';
import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { JobRequest } from '../platform/jobs/job.ts';
import type { StripeSignature } from './gateways/stripe-signature.ts';
import type { WebhookInbox } from './webhook-inbox-store.ts';

type WebhookDeps = {
  signature: StripeSignature;
  inbox: WebhookInbox;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  clock: Clock;
};

export const readWebhookJob = 'read-payment-webhook';

/**
 * `POST /webhooks/stripe`, mounted before every body parser: the signature is over the bytes as they came. A genuine event is
 * kept once and answered 200; what it means is found out by the job, which asks Stripe. A repetition asks for
 * the job again (its key makes that harmless), in case the first delivery was cut between the two writes.
 * @throws DomainError `bad-signature` (400)
 */
export const createStripeWebhook = ({ signature, inbox, enqueue, clock }: WebhookDeps): Router => {
  const receive: RequestHandler = async (request, response) => {
    const header = request.headers['stripe-signature'];
    const genuine = Buffer.isBuffer(request.body) && typeof header === 'string';
    const notice = genuine ? signature(request.body, header) : undefined;
    if (!notice) throw new DomainError('malformed', 'bad-signature');
    const first = await inbox.keep(notice, clock.now());
    const { eventId } = notice;
    await enqueue([{ key: `${readWebhookJob}:${eventId}`, name: readWebhookJob, payload: { eventId } }]);
    response.json({ received: true, repeated: !first });
  };

  const router = Router();
  router.post('/webhooks/stripe', raw({ type: () => true, limit: '512kb' }), receive);
  return router;
};

/** Without Stripe nobody answers at that address. */
export const noWebhook = (): Router => Router();
