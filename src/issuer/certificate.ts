import { DomainError } from '../platform/errors.ts';
import type { Language, Localised } from '../platform/i18n.ts';
import type { JsonObject } from '../vc/index.ts';
import type { CertificateIdentifier } from './identifier.ts';
import type { StatusEntry } from './status-entry.ts';

/** What was achieved, frozen from the course when the certificate is reserved. */
export type Award = {
  accountId: string;
  courseId: string;
  courseVersion: number;
  achievement: { name: Localised; description: Localised; criteria: Localised; humanCode: string };
  /** One line: how it was assessed. */
  assessment: Localised;
  language: Language;
  completedAt: Date;
};

export type Wording = {
  name: string;
  description: string;
  criteria: string;
  assessment: string;
};

export const revocationReasons = [
  'issued-in-error',
  'fraud',
  'key-compromise',
  'payment-reversed',
  'holder-request',
] as const;
export type RevocationReason = (typeof revocationReasons)[number];

export type Revocation = { at: Date; reason: RevocationReason; by: string; note?: string };

type Common = {
  identifier: CertificateIdentifier;
  enrolmentId: string;
  courseId: string;
  courseVersion: number;
  language: Language;
  wording: Wording;
  awardedAt: Date;
  reservedAt: Date;
};

/** The holder as printed. Removed when the holder is erased; the certificate's number, dates and status stay. */
type Held = { accountId: string; holderName: string };

/** Reserved: name and wording are frozen, nothing is signed yet. */
export type ReservedCertificate = Common & Held & { state: 'issuing' };
/** Signed. `credential` is exactly what was handed out. */
export type ValidCertificate = Common &
  Held & { state: 'valid'; issuedAt: Date; status: readonly StatusEntry[]; credential: JsonObject };
export type RevokedCertificate = Common &
  Held & {
    state: 'revoked';
    issuedAt: Date;
    status: readonly StatusEntry[];
    credential: JsonObject;
    revocation: Revocation;
  };
/** The holder has been erased: nobody is named, the status goes on. */
export type RedactedCertificate = Common & {
  state: 'redacted';
  redactedAt: Date;
  issuedAt?: Date;
  status?: readonly StatusEntry[];
  revocation?: Revocation;
};

export type SignedCertificate = ValidCertificate | RevokedCertificate;
export type Certificate = ReservedCertificate | SignedCertificate | RedactedCertificate;

/** Freezes name and wording, in the learner's language. */
export const reserve = (input: {
  identifier: CertificateIdentifier;
  enrolmentId: string;
  award: Award;
  holderName: string;
  now: Date;
}): ReservedCertificate => {
  const { award } = input;
  const { language, achievement } = award;
  return {
    state: 'issuing',
    identifier: input.identifier,
    enrolmentId: input.enrolmentId,
    accountId: award.accountId,
    holderName: input.holderName,
    courseId: award.courseId,
    courseVersion: award.courseVersion,
    language,
    wording: {
      name: achievement.name[language],
      description: achievement.description[language],
      criteria: achievement.criteria[language],
      assessment: award.assessment[language],
    },
    awardedAt: award.completedAt,
    reservedAt: input.now,
  };
};

export const isSigned = (certificate: Certificate): certificate is SignedCertificate =>
  certificate.state === 'valid' || certificate.state === 'revoked';

/**
 * Whether a certificate can be withdrawn now. A second revocation is no error: it finds what the first one did.
 * @throws DomainError `certificate-not-issued` (409) while it is being issued.
 */
export const canRevoke = (certificate: Certificate): boolean => {
  if (certificate.state === 'issuing') throw new DomainError('conflict', 'certificate-not-issued');
  return certificate.state !== 'revoked' && !(certificate.state === 'redacted' && certificate.revocation);
};
