import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import { canSuspend, type SuspensionReason, suspensionOf } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { standingFor } from './current-certificate.ts';
import { CertificateSuspended, CertificateSuspensionLifted } from './events.ts';
import { leaveToReaction, type PublishStatus } from './publish-status.ts';
import { holderOf } from './revoke-certificate.ts';

type SuspendDeps = {
  certificates: CertificateStore;
  publishStatus: PublishStatus;
  clock: Clock;
  outbox: Outbox;
};

export type SuspendRequest = { identifier: string; by: string; reason: SuspensionReason; note?: string };
export type LiftRequest = { identifier: string; by: string };

/**
 * Suspends a certificate until the suspension is lifted: the record with its event first, then the bit and the published
 * list. A second suspension changes nothing.
 * @throws DomainError `not-found`, `certificate-not-issued`, `certificate-not-suspendable`
 */
export const createSuspendCertificate =
  ({ certificates, publishStatus, clock, outbox }: SuspendDeps) =>
  async ({ by, reason, note, ...named }: SuspendRequest): Promise<void> => {
    const certificate = await standingFor(certificates, named.identifier);
    if (!certificate) throw notFound();
    const { identifier } = certificate;
    if (canSuspend(certificate)) {
      const at = clock.now();
      const event = eventOf(CertificateSuspended, { identifier, ...holderOf(certificate), by, reason }, at);
      await certificates.suspend(identifier, { at, reason, by, ...(note ? { note } : {}) }, event);
    }
    outbox.poke();
    await publishStatus(identifier).catch(leaveToReaction);
  };

/** Lifts a suspension: the certificate stands as before. Where none is in force, nothing happens. @throws DomainError `not-found` */
export const createLiftSuspension =
  ({ certificates, publishStatus, clock, outbox }: SuspendDeps) =>
  async ({ by, ...named }: LiftRequest): Promise<void> => {
    const certificate = await standingFor(certificates, named.identifier);
    if (!certificate) throw notFound();
    const { identifier } = certificate;
    if (suspensionOf(certificate)) {
      const payload = { identifier, ...holderOf(certificate), by };
      await certificates.lift(identifier, eventOf(CertificateSuspensionLifted, payload, clock.now()));
    }
    outbox.poke();
    await publishStatus(identifier).catch(leaveToReaction);
  };
