import mongoose, { type Connection } from 'mongoose';
import { countWrites } from '../platform/database/count-writes.ts';
import { ignoringDuplicates, isDuplicate } from '../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import type { JsonObject } from '../vc/index.ts';
import type { AchievedResult } from './achievement.ts';
import type {
  Certificate,
  OfflineCode,
  Origin,
  Reissue,
  ReservedCertificate,
  Revocation,
  Suspension,
  ValidCertificate,
  Visibility,
} from './certificate.ts';
import type { Claims } from './describe-achievement.ts';
import type { CertificateIdentifier } from './identifier.ts';
import type { StatusEntry } from './status-entry.ts';

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

const schema = new mongoose.Schema<CertificateDocument>(
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
addOutbox(schema);
const writes = countWrites(schema);

const keyOf = (origin: Origin): string => origin.replace(/^enrolment:/, '');
const originOf = (key: string): Origin =>
  /^(bulk|correction):/.test(key) ? (key as Origin) : `enrolment:${key}`;

const toCertificate = ({
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

/** One line of a batch: what its list shows. `holderName` is missing once the holder is erased. */
export type BatchEntry = {
  row: number;
  identifier: string;
  state: Certificate['state'];
  holderName?: string;
};

const withoutOutbox = { outbox: 0 } as const;
const absent = mongoose.trusted({ $exists: false });

/** What a signature puts into the document: the text as it is handed out, and the key that made it. */
const signedFields = (credential: JsonObject): { credential: string; signedWith: string } => {
  const [proof] = [credential.proof].flat() as JsonObject[];
  const signedWith = String(proof?.verificationMethod).split('#').at(-1) ?? '';
  return { credential: JSON.stringify(credential), signedWith };
};

/** Certificates as plain objects. Every write is one document; races end at the unique origin. */
export const createCertificateStore = (connection: Connection, outbox: Outbox) => {
  const certificates = connection.model<CertificateDocument>('Certificate', schema);
  outbox.watch(certificates as never);
  /** The driver itself, for what is written in bulk. */
  const written = writes.watched(connection, certificates.collection);

  const findOne = async (filter: object): Promise<Certificate | undefined> => {
    const found = await certificates.findOne(filter, withoutOutbox).lean();
    return found ? toCertificate(found) : undefined;
  };

  return {
    /** Rises with every change that this process makes. */
    changes: (): number => writes.through(connection),

    byIdentifier: (identifier: string) => findOne({ _id: identifier }),
    byOrigin: (origin: Origin) => findOne({ enrolmentId: keyOf(origin) }),

    /** Keeps the reservation, or answers the one that was there first; nothing when only its identifier is taken. */
    reserve: async (reserved: ReservedCertificate): Promise<Certificate | undefined> => {
      const { identifier, origin, ...fields } = reserved;
      try {
        await certificates.create({
          _id: identifier,
          enrolmentId: keyOf(origin),
          ...fields,
        } as CertificateDocument);
        return reserved;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return findOne({ enrolmentId: keyOf(origin) });
      }
    },

    /** Which of these are stored already. */
    present: async (identifiers: readonly string[]): Promise<ReadonlySet<string>> => {
      const known = { _id: mongoose.trusted({ $in: [...identifiers] }) };
      const found = await certificates.find(known, { _id: 1 }).lean();
      return new Set(found.map(({ _id }) => _id));
    },

    /** Stores many signed certificates in one write. Those that are there already stay as they are. */
    addSigned: async (signed: readonly ValidCertificate[]): Promise<void> => {
      if (signed.length === 0) return;
      const documents = signed.map(({ identifier, origin, credential, ...fields }) => ({
        _id: identifier,
        enrolmentId: keyOf(origin),
        ...fields,
        ...signedFields(credential),
      }));
      await ignoringDuplicates(written.insertMany(documents as never, { ordered: false }));
    },

    /** Gives what was sent to an address to the account that has confirmed it. */
    claim: async (recipient: string, accountId: string): Promise<number> => {
      const claimed = await certificates.updateMany(
        { recipient },
        { $set: { accountId }, $unset: { recipient: 1 } },
      );
      return claimed.modifiedCount;
    },

    /** Who of these holds a certificate of the course that is not withdrawn: by address, or by account. */
    holdersOf: async (
      courseId: string,
      recipients: readonly string[],
      accounts: readonly string[],
    ): Promise<{ recipients: ReadonlySet<string>; accounts: ReadonlySet<string> }> => {
      const inForce = { courseId, state: mongoose.trusted({ $ne: 'revoked' as const }) };
      const [sent, held] = await Promise.all([
        certificates.distinct('recipient', {
          ...inForce,
          recipient: mongoose.trusted({ $in: [...recipients] }),
        }),
        certificates.distinct('accountId', {
          ...inForce,
          accountId: mongoose.trusted({ $in: [...accounts] }),
        }),
      ]);
      return { recipients: new Set(sent.map(String)), accounts: new Set(held.map(String)) };
    },

    /** The certificates of a batch in the order of its file, without what was signed. */
    entriesOfBatch: async (batchId: string, limit = 0): Promise<BatchEntry[]> => {
      const found = await certificates
        .find(
          { enrolmentId: mongoose.trusted({ $gte: `bulk:${batchId}:`, $lt: `bulk:${batchId};` }) },
          { enrolmentId: 1, state: 1, holderName: 1 },
        )
        .sort({ enrolmentId: 1 })
        .limit(limit)
        .lean();
      return found.map(({ _id, enrolmentId, state, holderName }) => ({
        row: Number(enrolmentId.split(':').at(-1)),
        identifier: _id,
        state,
        ...(holderName === undefined ? {} : { holderName }),
      }));
    },

    /** Makes a reservation a certificate, with its event, in one update. The first signature wins; answers what is kept. */
    sign: async (
      identifier: string,
      signed: {
        credential: JsonObject;
        status: readonly StatusEntry[];
        issuedAt: Date;
        offlineCode: OfflineCode;
      },
      event: EventRecord,
    ): Promise<Certificate | undefined> => {
      await certificates.updateOne(
        { _id: identifier, state: 'issuing' },
        {
          $set: { ...signed, state: 'valid', ...signedFields(signed.credential) },
          // They stand in the credential from now on.
          $unset: { claims: 1 },
          ...carrying(event),
        },
      );
      return findOne({ _id: identifier });
    },

    /** Keeps the second code of a certificate that was issued without one; the first one stays. */
    keepOfflineCode: async (identifier: string, offlineCode: OfflineCode): Promise<void> => {
      await certificates.updateOne(
        { _id: identifier, state: 'valid', offlineCode: absent },
        { $set: { offlineCode } },
      );
    },

    /** Replaces the credential of a certificate that is in force; false when it is not the one that was read any more. */
    resign: async (identifier: string, from: JsonObject, to: JsonObject): Promise<boolean> => {
      const result = await certificates.updateOne(
        { _id: identifier, state: 'valid', credential: JSON.stringify(from) },
        { $set: signedFields(to) },
      );
      return result.modifiedCount === 1;
    },

    /** Records the revocation and its event in one update; false when another was first. */
    revoke: async (identifier: string, revocation: Revocation, event: EventRecord): Promise<boolean> => {
      const unrevoked = { _id: identifier, revocation: absent };
      const held = await certificates.updateOne(
        { ...unrevoked, state: mongoose.trusted({ $in: ['valid', 'suspended'] }) },
        { $set: { state: 'revoked', revocation }, ...carrying(event) },
      );
      if (held.modifiedCount === 1) return true;
      const redacted = await certificates.updateOne(
        { ...unrevoked, state: 'redacted' },
        { $set: { revocation }, ...carrying(event) },
      );
      return redacted.modifiedCount === 1;
    },

    /** The same for many, each with its own event, in one write. Answers how many were not revoked before. */
    revokeMany: async (
      revocation: Revocation,
      events: readonly { identifier: string; event: EventRecord }[],
    ): Promise<number> => {
      const updates = events.flatMap(({ identifier, event }) => {
        const unrevoked = { _id: identifier, revocation: { $exists: false } };
        const push = { outbox: { $each: [event] } };
        const held = { ...unrevoked, state: { $in: ['valid', 'suspended'] } };
        const redacted = { ...unrevoked, state: 'redacted', issuedAt: { $exists: true } };
        return [
          { updateOne: { filter: held, update: { $set: { state: 'revoked', revocation }, $push: push } } },
          { updateOne: { filter: redacted, update: { $set: { revocation }, $push: push } } },
        ];
      });
      if (updates.length === 0) return 0;
      const result = await written.bulkWrite(updates as never, { ordered: true });
      return result.modifiedCount;
    },

    /** Records the suspension and its event in one update; false when it was not valid any more. */
    suspend: async (identifier: string, suspension: Suspension, event: EventRecord): Promise<boolean> => {
      const result = await certificates.updateOne(
        { _id: identifier, state: 'valid' },
        { $set: { state: 'suspended', suspension }, $inc: { statusChanges: 1 }, ...carrying(event) },
      );
      return result.modifiedCount === 1;
    },

    /** Lifts the suspension, with its event, in one update; false when none was in force. */
    lift: async (identifier: string, event: EventRecord): Promise<boolean> => {
      const change = { $unset: { suspension: 1 }, $inc: { statusChanges: 1 }, ...carrying(event) } as const;
      const held = await certificates.updateOne(
        { _id: identifier, state: 'suspended' },
        { $set: { state: 'valid' }, ...change },
      );
      if (held.modifiedCount === 1) return true;
      const suspended = { suspension: mongoose.trusted({ $exists: true }), revocation: absent };
      const redacted = await certificates.updateOne(
        { _id: identifier, state: 'redacted', ...suspended },
        change,
      );
      return redacted.modifiedCount === 1;
    },

    /** Those of these numbers that exist. */
    among: async (identifiers: readonly string[]): Promise<Certificate[]> => {
      const found = await certificates
        .find({ _id: mongoose.trusted({ $in: [...identifiers] }) }, { ...withoutOutbox, credential: 0 })
        .lean();
      return found.map(toCertificate);
    },

    countRevoked: (identifiers: readonly string[]): Promise<number> =>
      certificates.countDocuments({
        _id: mongoose.trusted({ $in: [...identifiers] }),
        revocation: mongoose.trusted({ $exists: true }),
      }),

    /** Names the key in certificates of the first version, so that they can be found by it. Safe to repeat. */
    nameKeys: async (): Promise<void> => {
      const unnamed = { signedWith: absent, credential: mongoose.trusted({ $exists: true }) };
      for await (const { _id, credential } of certificates.find(unnamed, { credential: 1 }).lean().cursor()) {
        const { signedWith } = signedFields(JSON.parse(String(credential)));
        await certificates.updateOne({ ...unnamed, _id }, { $set: { signedWith } });
      }
    },

    /** Some of the certificates whose signature is by this key. */
    signedWith: async (key: string, limit: number): Promise<Certificate[]> => {
      const found = await certificates.find({ signedWith: key }, withoutOutbox).limit(limit).lean();
      return found.map(toCertificate);
    },

    countSignedWith: (key: string): Promise<number> => certificates.countDocuments({ signedWith: key }),
    countReissuedFrom: (key: string): Promise<number> =>
      certificates.countDocuments({ 'reissues.formerKey': key }),

    /** Puts a new signature in the place of one by `formerKey`, with its event, in one update. */
    reissue: async (
      identifier: string,
      {
        credential,
        offlineCode,
        at,
        formerKey,
      }: Reissue & { credential: JsonObject; offlineCode: OfflineCode },
      event: EventRecord,
    ): Promise<boolean> => {
      const { $push: outbox } = carrying(event);
      const result = await certificates.updateOne(
        // The holder may have been erased in between: then there is no text any more.
        { _id: identifier, signedWith: formerKey, credential: mongoose.trusted({ $exists: true }) },
        {
          $set: { ...signedFields(credential), offlineCode },
          $push: { ...outbox, reissues: { at, formerKey } },
        },
      );
      return result.modifiedCount === 1;
    },

    heldBy: async (accountId: string): Promise<Certificate[]> => {
      const found = await certificates.find({ accountId }, withoutOutbox).sort({ awardedAt: -1 }).lean();
      return found.map(toCertificate);
    },

    /** What was sent to an address that no account has claimed. */
    sentTo: async (recipient: string): Promise<Certificate[]> => {
      const found = await certificates.find({ recipient }, withoutOutbox).sort({ awardedAt: -1 }).lean();
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
    redact: async (holder: { accountId: string } | { recipient: string }, now: Date): Promise<string[]> => {
      const found = await certificates.find(holder, { _id: 1 }).lean();
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
            signedWith: 1,
            offlineCode: 1,
            'revocation.note': 1,
            'suspension.note': 1,
          },
        },
      );
      return identifiers;
    },
  };
};

export type CertificateStore = ReturnType<typeof createCertificateStore>;
