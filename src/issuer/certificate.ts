import { DomainError } from '../platform/errors.ts';
import type { Language, Words } from '../platform/i18n.ts';
import type { JsonObject } from '../vc/index.ts';
import { type AchievedResult, type Achievement, type Wording, wordingOf } from './achievement.ts';
import { type Claims, describeAchievement } from './describe-achievement.ts';
import type { CertificateIdentifier } from './identifier.ts';
import { type Validity, validityOf } from './lifetime/validity.ts';
import type { SheetDesign } from './sheet-templates/sheet-template.ts';
import type { StatusEntry } from './status-entry.ts';

/** What one person has earned: frozen when the certificate is reserved. */
export type Award = {
  accountId: string;
  achievement: Achievement;
  language: Language;
  completedAt: Date;
  result?: AchievedResult;
  /** The enrolment whose certificate this one continues. */
  renews?: string;
};

/**
 * What a certificate was issued for, and what makes it the only one: `enrolment:<id>`, a row of a batch,
 * `bulk:<batch>:<row>`, or the correction of a name, `correction:<id>`.
 */
export type Origin = `enrolment:${string}` | `bulk:${string}` | `correction:${string}`;

export const enrolmentOrigin = (enrolmentId: string): Origin => `enrolment:${enrolmentId}`;

/** The completed enrolment, for a certificate that came from one. */
export const enrolmentOf = ({ origin }: { origin: Origin }): string | undefined =>
  origin.startsWith('enrolment:') ? origin.slice('enrolment:'.length) : undefined;

export const revocationReasons = [
  'issued-in-error',
  'fraud',
  'integrity',
  'key-compromise',
  'payment-reversed',
  'holder-request',
] as const;
/** What staff may give as reason; a certificate that was replaced is withdrawn as `superseded`. */
export type RevocationReason = (typeof revocationReasons)[number] | 'superseded';

export type Revocation = { at: Date; reason: RevocationReason; by: string; note?: string };

export const suspensionReasons = ['enquiry', 'integrity', 'payment-disputed', 'holder-request'] as const;
export type SuspensionReason = (typeof suspensionReasons)[number];

export type Suspension = { at: Date; reason: SuspensionReason; by: string; note?: string };

/** A signature of the same content that took the place of one by a key reported compromised. */
export type Reissue = { at: Date; formerKey: string };

/**
 * The text of the code that verifies without network, or that name and title left no room for one. Certificates signed
 * before there were such codes have neither.
 */
export type OfflineCode = { kind: 'written'; text: string } | { kind: 'too-long' };

/**
 * Who sees it by its number: whoever has the `link`, everybody (`listed`: also search engines and the holder's profile), or
 * nobody who does not bring the file (`private`).
 */
export const visibilities = ['link', 'listed', 'private'] as const;
export type Visibility = (typeof visibilities)[number];

type Common = {
  identifier: CertificateIdentifier;
  origin: Origin;
  courseId: string;
  courseVersion: number;
  language: Language;
  wording: Wording;
  awardedAt: Date;
  validUntil?: Date;
  /** From when on it may be renewed; missing where it never can. */
  renewableFrom?: Date;
  /** The certificate that this one continues, and the one that continues it. Both stand. */
  renews?: CertificateIdentifier;
  renewedBy?: CertificateIdentifier;
  /** The certificate that this one took the place of, and the one that took its place. */
  supersedes?: CertificateIdentifier;
  supersededBy?: CertificateIdentifier;
  /** How many days before its end its holder was last reminded. */
  reminded?: number;
  /** `link` when missing. */
  visibility?: Visibility;
  /** What its sheet looks like; the standard design when missing. */
  sheet?: { template: string; version: number; design: SheetDesign };
  reservedAt: Date;
  /** How often it was suspended or a suspension lifted: the order of the changes of its bit. */
  statusChanges?: number;
  reissues?: readonly Reissue[];
};

/**
 * The holder as printed. Removed when the holder is erased; the certificate's number, dates and status stay. A holder
 * without an account is known by the address the certificate was sent to; `result` is theirs to show.
 */
type Held = { holderName: string; accountId?: string; recipient?: string; result?: AchievedResult };

/** Reserved: name and wording are frozen, nothing is signed yet. */
export type ReservedCertificate = Common & Held & { state: 'issuing'; claims: Claims };
/** Signed. `credential` is exactly what was handed out. */
export type ValidCertificate = Common &
  Held & {
    state: 'valid';
    issuedAt: Date;
    status: readonly StatusEntry[];
    credential: JsonObject;
    offlineCode?: OfflineCode;
  };
/** Signed, and for the time being not to be relied on. */
export type SuspendedCertificate = Omit<ValidCertificate, 'state'> & {
  state: 'suspended';
  suspension: Suspension;
};
export type RevokedCertificate = Common &
  Held & {
    state: 'revoked';
    issuedAt: Date;
    status: readonly StatusEntry[];
    credential: JsonObject;
    offlineCode?: OfflineCode;
    revocation: Revocation;
  };
/** The holder has been erased: nobody is named, the status goes on. */
export type RedactedCertificate = Common & {
  state: 'redacted';
  redactedAt: Date;
  issuedAt?: Date;
  status?: readonly StatusEntry[];
  revocation?: Revocation;
  suspension?: Suspension;
};

export type SignedCertificate = ValidCertificate | SuspendedCertificate | RevokedCertificate;
export type Certificate = ReservedCertificate | SignedCertificate | RedactedCertificate;

/** Freezes name and wording, in the learner's language. */
export const reserve = (input: {
  identifier: CertificateIdentifier;
  enrolmentId: string;
  award: Award;
  holderName: string;
  words: Words;
  baseUrl: string;
  now: Date;
  /** The certificate that this one continues. */
  previous?: Validity & { identifier: CertificateIdentifier };
  sheet?: NonNullable<Common['sheet']>;
}): ReservedCertificate => {
  const { language, achievement, accountId, completedAt, result } = input.award;
  return {
    state: 'issuing',
    identifier: input.identifier,
    origin: enrolmentOrigin(input.enrolmentId),
    accountId,
    holderName: input.holderName,
    courseId: achievement.courseId,
    courseVersion: achievement.courseVersion,
    language,
    wording: wordingOf(achievement, language),
    ...(input.sheet ? { sheet: input.sheet } : {}),
    claims: describeAchievement(achievement, input.words, input.baseUrl),
    ...(result ? { result } : {}),
    awardedAt: completedAt,
    ...validityOf(achievement, completedAt, input.previous),
    ...(input.previous ? { renews: input.previous.identifier } : {}),
    reservedAt: input.now,
  };
};

export const isSigned = (certificate: Certificate): certificate is SignedCertificate =>
  certificate.state === 'valid' || certificate.state === 'suspended' || certificate.state === 'revoked';

export const revocationOf = (certificate: Certificate): Revocation | undefined =>
  certificate.state === 'revoked' || certificate.state === 'redacted' ? certificate.revocation : undefined;

/** The suspension in force. */
export const suspensionOf = (certificate: Certificate): Suspension | undefined => {
  if (revocationOf(certificate)) return undefined;
  return certificate.state === 'suspended' || certificate.state === 'redacted'
    ? certificate.suspension
    : undefined;
};

const hasPlaceForSuspension = ({ status }: ValidCertificate): boolean =>
  status.some(({ purpose }) => purpose === 'suspension');

/** Whether a certificate can be suspended at all: those of the first version name no list for it. */
export const isSuspendable = (certificate: Certificate): boolean =>
  certificate.state === 'valid' && hasPlaceForSuspension(certificate);

/**
 * Whether a certificate can be suspended now. A second suspension is no error: it finds what the first one did.
 * @throws DomainError `certificate-not-issued`, `certificate-not-suspendable` (409)
 */
export const canSuspend = (certificate: Certificate): boolean => {
  if (certificate.state === 'issuing') throw new DomainError('conflict', 'certificate-not-issued');
  if (certificate.state === 'suspended') return false;
  if (!isSuspendable(certificate)) throw new DomainError('conflict', 'certificate-not-suspendable');
  return true;
};

/**
 * Whether a certificate can be withdrawn now. A second revocation is no error: it finds what the first one did.
 * @throws DomainError `certificate-not-issued` (409) while it is being issued.
 */
export const canRevoke = (certificate: Certificate): boolean => {
  if (certificate.state === 'issuing') throw new DomainError('conflict', 'certificate-not-issued');
  return certificate.state !== 'revoked' && !(certificate.state === 'redacted' && certificate.revocation);
};
