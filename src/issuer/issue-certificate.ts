import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { eventOf } from '../platform/events.ts';
import type { Translations } from '../platform/i18n.ts';
import type { Random } from '../platform/random.ts';
import {
  type Award,
  type Certificate,
  enrolmentOf,
  enrolmentOrigin,
  type ReservedCertificate,
  reserve,
} from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { composeCredential } from './compose-credential.ts';
import { CertificateIssued } from './events.ts';
import { newIdentifier } from './identifier.ts';
import type { OfflineCodes } from './offline/offline-codes.ts';
import type { Operator } from './operator.ts';
import type { Signer } from './signer.ts';
import { statusPurposes } from './status-entry.ts';
import type { StatusLists } from './status-list.ts';

/** Asks learning what a completed enrolment has earned; nothing when it is not complete or its learner is gone. */
export type AwardOf = (enrolmentId: string) => Promise<Award | undefined>;
/** Asks accounts for the name as it is to be printed; nothing when the account is gone. */
export type NameOf = (accountId: string) => Promise<string | undefined>;

type IssueDeps = {
  certificates: CertificateStore;
  statusLists: StatusLists;
  signer: Signer;
  offlineCodes: OfflineCodes;
  awardOf: AwardOf;
  nameOf: NameOf;
  operator: Operator;
  translations: Pick<Translations, 'words'>;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/**
 * Issues the one certificate of a completed enrolment. Each step is found again when the job is repeated, cut off or
 * run twice at once: the reservation by its enrolment, the status bit by its certificate, the signature by the state.
 * Answers nothing when there is nothing (more) to certify.
 * @throws DomainError `issuing-unavailable` while no usable key is there; the job tries again later.
 */
export const createIssueCertificate = (deps: IssueDeps) => {
  const { certificates, clock } = deps;

  const reserveFor = async (enrolmentId: string): Promise<Certificate | undefined> => {
    const award = await deps.awardOf(enrolmentId);
    const holderName = award && (await deps.nameOf(award.accountId));
    if (!award || !holderName) return undefined;
    let kept: Certificate | undefined;
    while (!kept) {
      const identifier = newIdentifier(deps.random);
      const words = deps.translations.words(award.language);
      const { baseUrl } = deps.operator;
      const reserved = reserve({
        identifier,
        enrolmentId,
        award,
        holderName,
        words,
        baseUrl,
        now: clock.now(),
      });
      kept = await certificates.reserve(reserved);
    }
    return stillHeld(kept);
  };

  /** An account that was closed while its name was being written down: its erasure may have passed by already. */
  const stillHeld = async (certificate: Certificate): Promise<Certificate | undefined> => {
    if (certificate.state === 'redacted' || !certificate.accountId) return certificate;
    if (await deps.nameOf(certificate.accountId)) return certificate;
    await certificates.redact(certificate.accountId, clock.now());
    return undefined;
  };

  const sign = async (reserved: ReservedCertificate): Promise<Certificate | undefined> => {
    const { identifier, accountId } = reserved;
    const enrolmentId = enrolmentOf(reserved);
    // Without a key nothing is begun.
    await deps.signer.refresh();
    deps.signer.did();
    const { entries, issuer: did } = await deps.statusLists.allocate(identifier, statusPurposes);
    const issuer = deps.operator.issuer(did, reserved.language);
    const unsigned = composeCredential({ certificate: reserved, issuer, status: entries });
    const issuedAt = clock.now();
    const credential = await deps.signer.sign(unsigned, did, issuedAt);
    const offlineCode = await deps.offlineCodes.write(unsigned, did, issuedAt);
    const event = eventOf(CertificateIssued, { identifier, accountId, enrolmentId }, issuedAt);
    const status = entries.map(({ listUrl: _url, ...entry }) => entry);
    const kept = await certificates.sign(identifier, { credential, status, issuedAt, offlineCode }, event);
    deps.outbox.poke();
    return kept;
  };

  return async (enrolmentId: string): Promise<Certificate | undefined> => {
    const certificate =
      (await certificates.byOrigin(enrolmentOrigin(enrolmentId))) ?? (await reserveFor(enrolmentId));
    return certificate?.state === 'issuing' ? sign(certificate) : certificate;
  };
};
