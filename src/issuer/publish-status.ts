import { DomainError } from '../platform/errors.ts';
import { revocationOf, suspensionOf } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { StatusLists } from './status-list.ts';

type PublishDeps = { certificates: CertificateStore; statusLists: Pick<StatusLists, 'set' | 'clear'> };

/**
 * Brings the bits of a certificate, and the published lists, to what its record says. Safe to repeat, and in any order: the
 * record's own count of changes decides which is newer.
 * @throws DomainError `issuing-unavailable` while the lists cannot be signed
 */
export const createPublishStatus =
  ({ certificates, statusLists }: PublishDeps) =>
  async (identifier: string): Promise<void> => {
    const certificate = await certificates.byIdentifier(identifier);
    if (!certificate) return;
    if (revocationOf(certificate)) await statusLists.set(identifier, 'revocation');
    const { statusChanges } = certificate;
    if (!statusChanges) return;
    if (suspensionOf(certificate)) await statusLists.set(identifier, 'suspension', statusChanges);
    else await statusLists.clear(identifier, 'suspension', statusChanges);
  };

export type PublishStatus = ReturnType<typeof createPublishStatus>;

/** Without a key the list cannot be signed now. The record stands, and an outdated list is not served. */
export const leaveToReaction = (error: unknown): void => {
  if (!(error instanceof DomainError && error.code === 'issuing-unavailable')) throw error;
};
