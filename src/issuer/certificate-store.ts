import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import type { JsonObject } from '../vc/index.ts';
import type { AchievedResult } from './achievement.ts';
import type { Certificate, Origin, ReservedCertificate, Revocation } from './certificate.ts';
import type { Claims } from './describe-achievement.ts';
import type { StatusEntry } from './status-entry.ts';

type CertificateDocument = {
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
  reservedAt: Date;
  issuedAt?: Date;
  /** One place alone, without purpose, in certificates of the first version: that of their revocation. */
  status?: readonly StatusEntry[] | Omit<StatusEntry, 'purpose'>;
  /** The text that was handed out: kept as text, because member order and number forms must survive. */
  credential?: string;
  revocation?: Revocation;
  redactedAt?: Date;
};

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<CertificateDocument>(
  {
    _id: { type: String, required: true },
    state: { type: String, enum: ['issuing', 'valid', 'revoked', 'redacted'], required: true },
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
    reservedAt: { type: Date, required: true },
    issuedAt: Date,
    status: { type: Mixed },
    credential: String,
    revocation: { type: Mixed },
    redactedAt: Date,
  },
  { collection: 'certificates', versionKey: false },
)
  // One certificate per origin, whoever asks and however often.
  .index({ enrolmentId: 1 }, { unique: true })
  .index({ accountId: 1, awardedAt: -1 })
  .index({ recipient: 1 }, { sparse: true })
  .index({ reservedAt: -1 });
addOutbox(schema);

const keyOf = (origin: Origin): string => origin.replace(/^enrolment:/, '');
const originOf = (key: string): Origin => (key.startsWith('bulk:') ? (key as Origin) : `enrolment:${key}`);

const toCertificate = ({
  _id,
  enrolmentId,
  credential,
  ...rest
}: CertificateDocument & { outbox?: unknown }): Certificate => {
  const { outbox: _outbox, status, ...fields } = rest;
  const parsed = credential === undefined ? {} : { credential: JSON.parse(credential) as JsonObject };
  const entries = status === undefined ? {} : { status: entriesOf(status) };
  return { identifier: _id, origin: originOf(enrolmentId), ...fields, ...entries, ...parsed } as Certificate;
};

const entriesOf = (status: NonNullable<CertificateDocument['status']>): readonly StatusEntry[] =>
  'list' in status ? [{ purpose: 'revocation', ...status }] : status;

const withoutOutbox = { outbox: 0 } as const;

/** Certificates as plain objects. Every write is one document; races end at the unique origin. */
export const createCertificateStore = (connection: Connection, outbox: Outbox) => {
  const certificates = connection.model<CertificateDocument>('Certificate', schema);
  outbox.watch(certificates as never);

  const findOne = async (filter: object): Promise<Certificate | undefined> => {
    const found = await certificates.findOne(filter, withoutOutbox).lean();
    return found ? toCertificate(found) : undefined;
  };

  return {
    byIdentifier: (identifier: string) => findOne({ _id: identifier }),
    byOrigin: (origin: Origin) => findOne({ enrolmentId: keyOf(origin) }),

    /** Keeps the reservation, or answers the one that was there first; nothing when only its identifier is taken. */
    reserve: async (reserved: ReservedCertificate): Promise<Certificate | undefined> => {
      const { identifier, origin, ...fields } = reserved;
      try {
        await certificates.create({ _id: identifier, enrolmentId: keyOf(origin), ...fields });
        return reserved;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return findOne({ enrolmentId: keyOf(origin) });
      }
    },

    /** Makes a reservation a certificate, with its event, in one update. The first signature wins; answers what is kept. */
    sign: async (
      identifier: string,
      signed: { credential: JsonObject; status: readonly StatusEntry[]; issuedAt: Date },
      event: EventRecord,
    ): Promise<Certificate | undefined> => {
      await certificates.updateOne(
        { _id: identifier, state: 'issuing' },
        {
          $set: { ...signed, state: 'valid', credential: JSON.stringify(signed.credential) },
          // They stand in the credential from now on.
          $unset: { claims: 1 },
          ...carrying(event),
        },
      );
      return findOne({ _id: identifier });
    },

    /** Records the revocation and its event in one update; false when another was first. */
    revoke: async (identifier: string, revocation: Revocation, event: EventRecord): Promise<boolean> => {
      const unrevoked = { _id: identifier, revocation: mongoose.trusted({ $exists: false }) };
      const held = await certificates.updateOne(
        { ...unrevoked, state: 'valid' },
        { $set: { state: 'revoked', revocation }, ...carrying(event) },
      );
      if (held.modifiedCount === 1) return true;
      const redacted = await certificates.updateOne(
        { ...unrevoked, state: 'redacted' },
        { $set: { revocation }, ...carrying(event) },
      );
      return redacted.modifiedCount === 1;
    },

    heldBy: async (accountId: string): Promise<Certificate[]> => {
      const found = await certificates.find({ accountId }, withoutOutbox).sort({ awardedAt: -1 }).lean();
      return found.map(toCertificate);
    },

    newest: async (limit: number): Promise<Certificate[]> => {
      const found = await certificates.find({}, withoutOutbox).sort({ reservedAt: -1 }).limit(limit).lean();
      return found.map(toCertificate);
    },

    /** How many certificates are in each state. */
    counts: async (): Promise<Record<string, number>> => {
      const rows = await certificates.aggregate<{ _id: string; n: number }>([
        { $group: { _id: '$state', n: { $sum: 1 } } },
      ]);
      return Object.fromEntries(rows.map(({ _id, n }) => [_id, n]));
    },

    /** Removes whom a certificate names, and the copy of the credential that names them. */
    redact: async (accountId: string, now: Date): Promise<string[]> => {
      const found = await certificates.find({ accountId }, { _id: 1 }).lean();
      const identifiers = found.map(({ _id }) => _id);
      await certificates.updateMany(
        { _id: mongoose.trusted({ $in: identifiers }) },
        {
          $set: { state: 'redacted', redactedAt: now },
          $unset: {
            accountId: 1,
            holderName: 1,
            recipient: 1,
            result: 1,
            claims: 1,
            credential: 1,
            'revocation.note': 1,
          },
        },
      );
      return identifiers;
    },
  };
};

export type CertificateStore = ReturnType<typeof createCertificateStore>;
