import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { eventOf } from '../platform/events.ts';
import { type Certificate, enrolmentOf, type ReservedCertificate } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { composeCredential } from './compose-credential.ts';
import { CertificateIssued } from './events.ts';
import type { OfflineCodes } from './offline/offline-codes.ts';
import type { Operator } from './operator.ts';
import type { Signer } from './signer.ts';
import { statusPurposes } from './status-entry.ts';
import type { StatusLists } from './status-list.ts';

type Deps = {
  certificates: Pick<CertificateStore, 'sign'>;
  statusLists: Pick<StatusLists, 'allocate'>;
  signer: Signer;
  offlineCodes: OfflineCodes;
  operator: Operator;
  clock: Clock;
  outbox: Outbox;
};

/**
 * Makes a reservation a certificate: places on the status lists, the credential, its signatures, all kept in one update
 * with `CertificateIssued`. Repeated or run twice at once, the first signature stays. Answers what is kept.
 * @throws DomainError `issuing-unavailable` while no usable key is there
 */
export const createSignReserved =
  ({ certificates, statusLists, signer, offlineCodes, operator, clock, outbox }: Deps) =>
  async (reserved: ReservedCertificate): Promise<Certificate | undefined> => {
    const { identifier, accountId, supersedes } = reserved;
    // Without a key nothing is begun.
    await signer.refresh();
    signer.did();
    const { entries, issuer: did } = await statusLists.allocate(identifier, statusPurposes);
    const issuer = operator.issuer(did, reserved.language);
    const unsigned = composeCredential({ certificate: reserved, issuer, status: entries });
    const issuedAt = clock.now();
    const credential = await signer.sign(unsigned, did, issuedAt);
    const offlineCode = await offlineCodes.write(unsigned, did, issuedAt);
    const enrolmentId = enrolmentOf(reserved);
    const payload = {
      identifier,
      ...(accountId ? { accountId } : {}),
      ...(enrolmentId ? { enrolmentId } : {}),
      ...(supersedes ? { supersedes } : {}),
    };
    const event = eventOf(CertificateIssued, payload, issuedAt);
    const status = entries.map(({ listUrl: _url, ...entry }) => entry);
    const kept = await certificates.sign(identifier, { credential, status, issuedAt, offlineCode }, event);
    outbox.poke();
    return kept;
  };

export type SignReserved = ReturnType<typeof createSignReserved>;
