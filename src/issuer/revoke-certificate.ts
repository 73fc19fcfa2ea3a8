import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import { type Certificate, canRevoke, type RevocationReason } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { CertificateRevoked } from './events.ts';
import type { StatusLists } from './status-list.ts';

type RevokeDeps = {
  certificates: CertificateStore;
  statusLists: StatusLists;
  clock: Clock;
  outbox: Outbox;
};

export type RevokeRequest = { identifier: string; by: string; reason: RevocationReason; note?: string };

/**
 * Withdraws a certificate for good: the record with its event first, then the bit and the published list. When it is
 * cut in between, the reaction to the event publishes. A second revocation changes nothing.
 * @throws DomainError `not-found`, `certificate-not-issued`
 */
export const createRevokeCertificate =
  ({ certificates, statusLists, clock, outbox }: RevokeDeps) =>
  async ({ identifier, by, reason, note }: RevokeRequest): Promise<void> => {
    const certificate = await certificates.byIdentifier(identifier);
    if (!certificate) throw notFound();
    if (canRevoke(certificate)) {
      const at = clock.now();
      const event = eventOf(CertificateRevoked, { identifier, ...holderOf(certificate), by, reason }, at);
      await certificates.revoke(identifier, { at, reason, by, ...(note ? { note } : {}) }, event);
    }
    outbox.poke();
    await statusLists.set(identifier, 'revocation').catch(leaveToReaction);
  };

/** Without a key the list cannot be signed now. The record stands, and an outdated list is not served. */
const leaveToReaction = (error: unknown): void => {
  if (!(error instanceof DomainError && error.code === 'issuing-unavailable')) throw error;
};

const holderOf = (certificate: Certificate): { accountId?: string } =>
  certificate.state === 'redacted' || !certificate.accountId ? {} : { accountId: certificate.accountId };
