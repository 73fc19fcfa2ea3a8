import type { Clock } from '../platform/clock.ts';
import type { JobRequest } from '../platform/jobs/job.ts';
import { type Random, token } from '../platform/random.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { RevocationBatch, RevocationBatchStore } from './revocation-batch-store.ts';
import { type RevocableState, type RevokeManyRequest, revocableStateOf } from './revoke-certificate.ts';

type BackgroundDeps = {
  certificates: CertificateStore;
  batches: RevocationBatchStore;
  revokeMany(request: RevokeManyRequest): Promise<number>;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  clock: Clock;
  random: Random;
};

export type RevocationProgress = { total: number; revoked: number; finishedAt: Date | undefined };

/** Withdrawing many certificates: looked at first, then done by a job, with a page to watch it. */
export type BulkRevocation = {
  /** What each number stands for, by the number. Changes nothing. */
  preview(identifiers: readonly string[]): Promise<ReadonlyMap<string, RevocableState>>;
  /** Asks for it, answers the id under which it can be watched. */
  begin(request: RevokeManyRequest): Promise<string>;
  progress(id: string): Promise<RevocationProgress | undefined>;
};

export const revokeManyJob = 'revoke-many';

export const createBulkRevocation = (
  deps: BackgroundDeps,
): BulkRevocation & { run(id: string): Promise<void> } => {
  const { certificates, batches, clock } = deps;

  return {
    preview: async (identifiers) => {
      const found = await certificates.among(identifiers);
      const known = new Map(found.map((certificate) => [certificate.identifier, certificate]));
      return new Map(identifiers.map((identifier) => [identifier, revocableStateOf(known.get(identifier))]));
    },

    begin: async (request) => {
      const id = token(deps.random, 12);
      const batch: RevocationBatch = { ...request, id, createdAt: clock.now() };
      await batches.keep(batch);
      await deps.enqueue([{ key: `${revokeManyJob}:${id}`, name: revokeManyJob, payload: { id } }]);
      return id;
    },

    progress: async (id) => {
      const batch = await batches.byId(id);
      if (!batch) return undefined;
      const { identifiers, finishedAt } = batch;
      return { total: identifiers.length, revoked: await certificates.countRevoked(identifiers), finishedAt };
    },

    run: async (id) => {
      const batch = await batches.byId(id);
      if (!batch || batch.finishedAt) return;
      await deps.revokeMany(batch);
      await batches.finish(id, clock.now());
    },
  };
};
