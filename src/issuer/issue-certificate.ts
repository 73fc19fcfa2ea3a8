import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import type { Translations } from '../platform/i18n.ts';
import type { Random } from '../platform/random.ts';
import { type Award, type Certificate, enrolmentOrigin, reserve } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { createCurrent } from './current-certificate.ts';
import { newIdentifier } from './identifier.ts';
import type { LifetimeStore } from './lifetime/lifetime-store.ts';
import type { OfflineCodes } from './offline/offline-codes.ts';
import type { Operator } from './operator.ts';
import { createSignReserved } from './sign-reserved.ts';
import type { Signer } from './signer.ts';
import type { StatusLists } from './status-list.ts';

/** Asks learning what a completed enrolment has earned; nothing when it is not complete or its learner is gone. */
export type AwardOf = (enrolmentId: string) => Promise<Award | undefined>;
/** Asks accounts for the name as it is to be printed; nothing when the account is gone. */
export type NameOf = (accountId: string) => Promise<string | undefined>;

/** What the sheets of a course look like from now on. */
export type SheetOf = (courseId: string) => Promise<NonNullable<Certificate['sheet']>>;

type IssueDeps = {
  certificates: CertificateStore;
  lifetimes: Pick<LifetimeStore, 'continueWith'>;
  statusLists: StatusLists;
  signer: Signer;
  offlineCodes: OfflineCodes;
  awardOf: AwardOf;
  nameOf: NameOf;
  sheetOf: SheetOf;
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
  const sign = createSignReserved(deps);

  const currentOf = createCurrent(certificates);

  const reserveFor = async (enrolmentId: string): Promise<Certificate | undefined> => {
    const award = await deps.awardOf(enrolmentId);
    const holderName = award && (await deps.nameOf(award.accountId));
    if (!award || !holderName) return undefined;
    const previous = award.renews === undefined ? undefined : await currentOf(enrolmentOrigin(award.renews));
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
        sheet: await deps.sheetOf(award.achievement.courseId),
        ...(previous ? { previous } : {}),
      });
      kept = await certificates.reserve(reserved);
    }
    return stillHeld(kept);
  };

  /** An account that was closed while its name was being written down: its erasure may have passed by already. */
  const stillHeld = async (certificate: Certificate): Promise<Certificate | undefined> => {
    if (certificate.state === 'redacted' || !certificate.accountId) return certificate;
    if (await deps.nameOf(certificate.accountId)) return certificate;
    await certificates.redact({ accountId: certificate.accountId }, clock.now());
    return undefined;
  };

  return async (enrolmentId: string): Promise<Certificate | undefined> => {
    const certificate =
      (await certificates.byOrigin(enrolmentOrigin(enrolmentId))) ?? (await reserveFor(enrolmentId));
    const issued = certificate?.state === 'issuing' ? await sign(certificate) : certificate;
    if (issued?.renews) await deps.lifetimes.continueWith(issued.renews, issued.identifier);
    return issued;
  };
};
