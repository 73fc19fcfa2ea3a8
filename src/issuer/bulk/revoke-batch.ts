import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import type { RevocationReason } from '../certificate.ts';
import type { CertificateStore } from '../certificate-store.ts';
import { BatchRevoked } from '../events.ts';
import { canRevoke, chunkSize } from './batch.ts';
import type { BatchStore } from './batch-store.ts';

export type BatchRevocation = { batchId: string; by: string; reason: RevocationReason; note?: string };
type RevokeSome = (request: {
  identifiers: readonly string[];
  by: string;
  reason: RevocationReason;
  note?: string;
}) => Promise<unknown>;

type RevokeDeps = {
  batches: BatchStore;
  certificates: Pick<CertificateStore, 'entriesOfBatch'>;
  revokeSome: RevokeSome;
  clock: Clock;
  outbox: Outbox;
};

/**
 * Withdraws every certificate of a batch for one reason: the decision with its event in one write, then, by the job that
 * follows from it, the certificates. Both are safe to repeat.
 */
export const createRevokeBatch = ({ batches, certificates, revokeSome, clock, outbox }: RevokeDeps) => ({
  /** @throws DomainError `not-found`, `batch-not-issued` */
  decide: async ({ batchId, by, reason, note }: BatchRevocation): Promise<void> => {
    const batch = await batches.byId(batchId);
    if (!batch) throw notFound();
    if (canRevoke(batch)) {
      const at = clock.now();
      const event = eventOf(BatchRevoked, { batchId, by, reason }, at);
      await batches.revoke(batchId, { at, reason, by, ...(note ? { note } : {}) }, event);
    }
    outbox.poke();
  },

  /** What follows from the decision. Safe to repeat. */
  carryOut: async (batchId: string): Promise<void> => {
    const { revocation } = (await batches.byId(batchId)) ?? {};
    if (!revocation) return;
    const { by, reason, note } = revocation;
    const entries = await certificates.entriesOfBatch(batchId);
    const identifiers = entries.map(({ identifier }) => identifier);
    for (let from = 0; from < identifiers.length; from += chunkSize) {
      const some = identifiers.slice(from, from + chunkSize);
      await revokeSome({ identifiers: some, by, reason, ...(note ? { note } : {}) });
    }
  },
});
