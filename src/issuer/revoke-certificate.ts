import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import { type Certificate, canRevoke, type RevocationReason, revocationOf } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { standingFor, withSuccessors } from './current-certificate.ts';
import { CertificateRevoked } from './events.ts';
import { leaveToReaction } from './publish-status.ts';
import type { StatusLists } from './status-list.ts';

type RevokeDeps = {
  certificates: CertificateStore;
  statusLists: Pick<StatusLists, 'set' | 'setMany'>;
  clock: Clock;
  outbox: Outbox;
};

type Why = { by: string; reason: RevocationReason; note?: string };
export type RevokeRequest = Why & { identifier: string };
export type RevokeManyRequest = Why & { identifiers: readonly string[] };

/**
 * Withdraws a certificate for good: the record with its event first, then the bit and the published list. When it is
 * cut in between, the reaction to the event publishes. A second revocation changes nothing. A number that was replaced stands
 * for the one that took its place.
 * @throws DomainError `not-found`, `certificate-not-issued`
 */
export const createRevokeCertificate =
  ({ certificates, statusLists, clock, outbox }: RevokeDeps) =>
  async ({ by, reason, note, ...named }: RevokeRequest): Promise<void> => {
    const certificate = await standingFor(certificates, named.identifier);
    if (!certificate) throw notFound();
    const { identifier } = certificate;
    if (canRevoke(certificate)) {
      const at = clock.now();
      const event = eventOf(CertificateRevoked, { identifier, ...holderOf(certificate), by, reason }, at);
      await certificates.revoke(identifier, { at, reason, by, ...(note ? { note } : {}) }, event);
    }
    outbox.poke();
    await statusLists.set(identifier, 'revocation').catch(leaveToReaction);
  };

/** What a number stands for when many are to be withdrawn. */
export type RevocableState = 'revocable' | 'revoked' | 'not-issued' | 'unknown';

export const revocableStateOf = (certificate: Certificate | undefined): RevocableState => {
  if (!certificate) return 'unknown';
  if (revocationOf(certificate)) return 'revoked';
  const signed = certificate.state !== 'issuing' && certificate.issuedAt !== undefined;
  return signed ? 'revocable' : 'not-issued';
};

/**
 * Withdraws many for good and signs each list once: the bits and the lists first, then the records with their events, so
 * that no reaction finds a list to sign. Numbers that cannot be withdrawn are passed over. Safe to repeat and to cut, as
 * long as it is repeated: answers how many were withdrawn by this call.
 */
export const createRevokeMany =
  ({ certificates, statusLists, clock, outbox }: RevokeDeps) =>
  async ({ identifiers, by, reason, note }: RevokeManyRequest): Promise<number> => {
    const found = await withSuccessors(certificates.among, identifiers);
    const revocable = found.filter((certificate) => revocableStateOf(certificate) === 'revocable');
    await statusLists
      .setMany(
        revocable.map(({ identifier }) => identifier),
        'revocation',
      )
      .catch(leaveToReaction);
    const at = clock.now();
    const events = revocable.map((certificate) => {
      const { identifier } = certificate;
      const payload = { identifier, ...holderOf(certificate), by, reason };
      return { identifier, event: eventOf(CertificateRevoked, payload, at) };
    });
    const revoked = await certificates.revokeMany({ at, reason, by, ...(note ? { note } : {}) }, events);
    outbox.poke();
    return revoked;
  };

export const holderOf = (certificate: Certificate): { accountId?: string } =>
  certificate.state === 'redacted' || !certificate.accountId ? {} : { accountId: certificate.accountId };
