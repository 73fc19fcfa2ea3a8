import { type Certificate, isSigned, type SignedCertificate } from '../certificate.ts';
import type { CertificateIdentifier } from '../identifier.ts';
import { hasExpired } from '../lifetime/validity.ts';

/** How long holders may correct the name by themselves, counted from the first issue, in days. */
const selfServiceDays = 14;

export const refusalReasons = ['no-evidence', 'another-person', 'name-stands'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

type Common = {
  id: string;
  /** The certificate whose name is to be corrected. */
  certificate: CertificateIdentifier;
  /** The first of those that took each other's place: it is corrected without a person looking once only. */
  root: CertificateIdentifier;
  accountId: string;
  /** `holder`: within the first days and the rules, without anybody looking. `staff`: a person decides. */
  decidedBy: 'holder' | 'staff';
  askedAt: Date;
};

type Asked = { name: string; explanation?: string };
type Decision = { by: string; at: Date };

export type PendingCorrection = Common & Asked & { state: 'pending' };
/** Decided, and its certificate is being issued. */
export type ApprovedCorrection = Common & Asked & { state: 'approved'; decision: Decision };
export type RefusedCorrection = Common &
  Partial<Asked> & { state: 'refused'; decision: Decision; reason: RefusalReason; message?: string };
/** The new certificate says the name; this keeps none. `replacement` is missing where the old one had been withdrawn. */
export type DoneCorrection = Common & { state: 'done'; decision: Decision; replacement?: string };

export type Correction = PendingCorrection | ApprovedCorrection | RefusedCorrection | DoneCorrection;

/** What the holder of a certificate may do about the name on it. */
export type CorrectionStanding =
  /** Correct it alone, up to that day. */
  | { kind: 'self-service'; until: Date }
  /** Ask staff. `last` is what they refused before. */
  | { kind: 'request'; last?: RefusedCorrection }
  | { kind: 'under-way'; correction: PendingCorrection | ApprovedCorrection }
  /** Withdrawn, suspended or expired: there is nothing to correct. */
  | { kind: 'none' };

type Situation = {
  certificate: Certificate;
  root: Certificate;
  corrections: readonly Correction[];
  now: Date;
};

const isUnderWay = (one: Correction): one is PendingCorrection | ApprovedCorrection =>
  one.state === 'pending' || one.state === 'approved';

export const isCorrectable = (certificate: Certificate, now: Date): certificate is SignedCertificate =>
  isSigned(certificate) && certificate.state === 'valid' && !hasExpired(certificate, now);

/** `corrections` are those of the same root, newest first. */
export const standingOf = ({ certificate, root, corrections, now }: Situation): CorrectionStanding => {
  if (!isCorrectable(certificate, now)) return { kind: 'none' };
  const correction = corrections.find(isUnderWay);
  if (correction) return { kind: 'under-way', correction };
  const issuedAt = root.state === 'issuing' ? undefined : root.issuedAt;
  const until = issuedAt && new Date(issuedAt.getTime() + selfServiceDays * 86_400_000);
  const isUsed = corrections.some(({ decidedBy }) => decidedBy === 'holder');
  if (until && now < until && !isUsed) return { kind: 'self-service', until };
  const last = corrections[0];
  return { kind: 'request', ...(last?.state === 'refused' ? { last } : {}) };
};
