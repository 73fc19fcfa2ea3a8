import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import type { JobRequest } from '../platform/jobs/job.ts';
import type { Random } from '../platform/random.ts';
import type { CertificateStore } from './certificate-store.ts';
import { createPublishStatus } from './publish-status.ts';
import type { createRevocationBatchStore } from './revocation-batch-store.ts';
import {
  createRevokeCertificate,
  createRevokeMany,
  type RevokeManyRequest,
  type RevokeRequest,
} from './revoke-certificate.ts';
import { type BulkRevocation, createBulkRevocation } from './revoke-in-background.ts';
import type { StatusLists } from './status-list.ts';
import {
  createLiftSuspension,
  createSuspendCertificate,
  type LiftRequest,
  type SuspendRequest,
} from './suspend-certificate.ts';

/** What takes the validity of certificates away, and gives it back. */
export type Withdrawals = {
  /** @throws DomainError `not-found`, `certificate-not-issued` */
  revoke(request: RevokeRequest): Promise<void>;
  /** Withdraws many and signs each list once; answers how many were withdrawn by this call. Safe to repeat. */
  revokeMany(request: RevokeManyRequest): Promise<number>;
  /** The same in the background, after a look at what would happen. */
  bulkRevocation: BulkRevocation;
  /** @throws DomainError `not-found`, `certificate-not-issued`, `certificate-not-suspendable` */
  suspend(request: SuspendRequest): Promise<void>;
  /** The certificate stands as before. @throws DomainError `not-found` */
  liftSuspension(request: LiftRequest): Promise<void>;
  /** Brings the published lists to what the record says: the reaction that completes a change that was cut. */
  publishStatus(identifier: string): Promise<void>;
};

type Deps = {
  certificates: CertificateStore;
  statusLists: StatusLists;
  revocations: ReturnType<typeof createRevocationBatchStore>;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/** Also answers how the next part of a bulk revocation is done, for the job that does it. */
export const createWithdrawals = (deps: Deps) => {
  const { certificates, statusLists, revocations } = deps;
  const publishStatus = createPublishStatus({ certificates, statusLists });
  const changing = { ...deps, publishStatus };
  const revokeMany = createRevokeMany(changing);
  const { run: revokeBatch, ...bulkRevocation } = createBulkRevocation({
    ...deps,
    batches: revocations,
    revokeMany,
  });
  const withdrawals: Withdrawals = {
    revoke: createRevokeCertificate(changing),
    revokeMany,
    bulkRevocation,
    suspend: createSuspendCertificate(changing),
    liftSuspension: createLiftSuspension(changing),
    publishStatus,
  };
  return { withdrawals, revokeBatch };
};
