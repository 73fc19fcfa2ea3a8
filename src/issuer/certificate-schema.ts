import mongoose from 'mongoose';
import { countWrites } from '../platform/database/count-writes.ts';
import { addOutbox } from '../platform/database/outbox.ts';
import type { JsonObject } from '../vc/index.ts';
import type { AchievedResult } from './achievement.ts';
import type {
  Certificate,
  OfflineCode,
  Origin,
  Reissue,
  Revocation,
  Suspension,
  Visibility,
} from './certificate.ts';
import type { Claims } from './describe-achievement.ts';
import type { CertificateIdentifier } from './identifier.ts';
import type { StatusEntry } from './status-entry.ts';

/** A certificate as the database keeps it. */
export type CertificateDocument = {
  _id: string;
  state: Certificate['state'];
  /** The origin. Enrolments came first and stand here bare; every other kind with its prefix. */
  enrolmentId: string;
  accountId?: string;
  holderName?: string;
  recipient?: string;
  result?: AchievedResult;
  courseId: string;
  courseVersion: number;
  language: 'en' | 'fr';
  wording: Certificate['wording'];
  claims?: Claims;
  awardedAt: Date;
  validUntil?: Date;
  renewableFrom?: Date;
  renews?: CertificateIdentifier;
  renewedBy?: CertificateIdentifier;
  supersedes?: CertificateIdentifier;
  supersededBy?: CertificateIdentifier;
  reminded?: number;
  visibility?: Visibility;
  sheet?: Certificate['sheet'];
  reservedAt: Date;
  issuedAt?: Date;
  /** One place alone, without purpose, in certificates of the first version: that of their revocation. */
  status?: readonly StatusEntry[] | Omit<StatusEntry, 'purpose'>;
  /** The text that was handed out: kept as text, because member order and number forms must survive. */
  credential?: string;
  /** The public half of the key that signed. Missing in certificates of the first version until it is asked for. */
  signedWith?: string;
  reissues?: Reissue[];
  statusChanges?: number;
  suspension?: Suspension;
  offlineCode?: OfflineCode;
  revocation?: Revocation;
  redactedAt?: Date;
};

const { Mixed } = mongoose.Schema.Types;

export const certificateSchema = new mongoose.Schema<CertificateDocument>(
  {
    _id: { type: String, required: true },
    state: { type: String, enum: ['issuing', 'valid', 'suspended', 'revoked', 'redacted'], required: true },
    enrolmentId: { type: String, required: true },
    accountId: String,
    holderName: String,
    recipient: String,
    result: { type: Mixed },
    courseId: { type: String, required: true },
    courseVersion: { type: Number, required: true },
    language: { type: String, enum: ['en', 'fr'], required: true },
    wording: { type: Mixed, required: true },
    claims: { type: Mixed },
    awardedAt: { type: Date, required: true },
    validUntil: Date,
    renewableFrom: Date,
    renews: String,
    renewedBy: String,
    supersedes: String,
    supersededBy: String,
    reminded: Number,
    visibility: String,
    sheet: { type: Mixed },
    reservedAt: { type: Date, required: true },
    issuedAt: Date,
    status: { type: Mixed },
    credential: String,
    signedWith: String,
    reissues: { type: [Mixed], default: undefined },
    statusChanges: Number,
    suspension: { type: Mixed },
    offlineCode: { type: Mixed },
    revocation: { type: Mixed },
    redactedAt: Date,
  },
  { collection: 'certificates', versionKey: false },
)
  // One certificate per origin, whoever asks and however often.
  .index({ enrolmentId: 1 }, { unique: true })
  .index({ accountId: 1, awardedAt: -1 })
  .index({ recipient: 1 }, { sparse: true })
  .index({ reservedAt: -1 })
  .index({ signedWith: 1 }, { sparse: true })
  .index({ validUntil: 1 }, { sparse: true });
addOutbox(certificateSchema);
export const certificateWrites = countWrites(certificateSchema);

/** How an origin is kept. */
export const keyOf = (origin: Origin): string => origin.replace(/^enrolment:/, '');
const originOf = (key: string): Origin =>
  /^(bulk|correction):/.test(key) ? (key as Origin) : `enrolment:${key}`;

export const toCertificate = ({
  _id,
  enrolmentId,
  credential,
  ...rest
}: CertificateDocument & { outbox?: unknown }): Certificate => {
  const { outbox: _outbox, signedWith: _key, status, ...fields } = rest;
  const parsed = credential === undefined ? {} : { credential: JSON.parse(credential) as JsonObject };
  const entries = status === undefined ? {} : { status: entriesOf(status) };
  return { identifier: _id, origin: originOf(enrolmentId), ...fields, ...entries, ...parsed } as Certificate;
};

const entriesOf = (status: NonNullable<CertificateDocument['status']>): readonly StatusEntry[] =>
  'list' in status ? [{ purpose: 'revocation', ...status }] : status;

/** What a signature puts into the document: the text as it is handed out, and the key that made it. */
export const signedFields = (credential: JsonObject): { credential: string; signedWith: string } => {
  const [proof] = [credential.proof].flat() as JsonObject[];
  const signedWith = String(proof?.verificationMethod).split('#').at(-1) ?? '';
  return { credential: JSON.stringify(credential), signedWith };
};

export const withoutOutbox = { outbox: 0 } as const;
export const absent = mongoose.trusted({ $exists: false });
