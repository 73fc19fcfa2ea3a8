import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { BatchConfirmed } from '../events.ts';
import type { BatchStore } from './batch-store.ts';

const alreadyIssued = (): DomainError => new DomainError('conflict', 'file-issued-already');

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
 * @throws DomainError `not-found`; `file-issued-already` (409) when the same file was confirmed since this one was read
 */
export const createConfirmBatch =
  ({ batches, clock, outbox }: { batches: BatchStore; clock: Clock; outbox: Outbox }) =>
  async ({ batchId, by, includeRepeated, letters }: Confirmation): Promise<void> => {
    const batch = await batches.byId(batchId);
    if (!batch) throw notFound();
    if (batch.state === 'previewed') {
      if (!(await batches.isComplete(batch))) throw notFound();
      // What it says of repetitions is out of date.
      if (!includeRepeated && (await batches.isOvertaken(batch))) throw alreadyIssued();
    }
    const confirmedAt = clock.now();
    const event = eventOf(BatchConfirmed, { batchId, by }, confirmedAt);
    const choice = { includeRepeated, letters, confirmedAt };
    if (!(await batches.confirm(batchId, choice, event))) throw alreadyIssued();
    outbox.poke();
  };
