import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { BatchConfirmed } from '../events.ts';
import type { BatchStore } from './batch-store.ts';

export type Confirmation = {
  batchId: string;
  by: string;
  /** Rows that look like a repetition are issued as well. */
  includeRepeated: boolean;
  /** Each holder gets a letter with the certificate. */
  letters: boolean;
};

/**
 * The second, deliberate step: from now on the batch is issued, whatever happens to this process. Repeating it changes
 * nothing, also not the choices of the first time.
 * @throws DomainError `not-found`
 */
export const createConfirmBatch =
  ({ batches, clock, outbox }: { batches: BatchStore; clock: Clock; outbox: Outbox }) =>
  async ({ batchId, by, includeRepeated, letters }: Confirmation): Promise<void> => {
    const batch = await batches.byId(batchId);
    if (!batch) throw notFound();
    if (batch.state === 'previewed' && !(await batches.isComplete(batch))) throw notFound();
    const confirmedAt = clock.now();
    const event = eventOf(BatchConfirmed, { batchId, by }, confirmedAt);
    await batches.confirm(batchId, { includeRepeated, letters, confirmedAt }, event);
    outbox.poke();
  };
