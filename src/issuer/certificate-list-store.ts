import mongoose, { type Model } from 'mongoose';
import type { Certificate } from './certificate.ts';
import { type CertificateDocument, toCertificate, withoutOutbox } from './certificate-schema.ts';

/** One line of a batch: what its list shows. `holderName` is missing once the holder is erased. */
export type BatchEntry = {
  row: number;
  identifier: string;
  state: Certificate['state'];
  holderName?: string;
};

/** Many certificates at once, for lists and counts. */
export const createCertificateLists = (certificates: Model<CertificateDocument>) => ({
  /** Those of these that there are, in no order. */
  byIdentifiers: async (identifiers: readonly string[]): Promise<Certificate[]> => {
    const some = { _id: mongoose.trusted({ $in: [...identifiers] }) };
    return (await certificates.find(some, withoutOutbox).lean()).map((one) => toCertificate(one));
  },

  /** Which of these are stored already. */
  present: async (identifiers: readonly string[]): Promise<ReadonlySet<string>> => {
    if (identifiers.length === 0) return new Set();
    const known = { _id: mongoose.trusted({ $in: [...identifiers] }) };
    const found = await certificates.find(known, { _id: 1 }).lean();
    return new Set(found.map(({ _id }) => _id));
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

  /** Some of the certificates whose signature is by this key. */
  signedWith: async (key: string, limit: number): Promise<Certificate[]> => {
    const found = await certificates.find({ signedWith: key }, withoutOutbox).limit(limit).lean();
    return found.map(toCertificate);
  },

  countSignedWith: (key: string): Promise<number> => certificates.countDocuments({ signedWith: key }),
  countReissuedFrom: (key: string): Promise<number> =>
    certificates.countDocuments({ 'reissues.formerKey': key }),

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
});
