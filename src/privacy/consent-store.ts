import mongoose, { type Connection } from 'mongoose';
import type { CookieChoice } from './consent.ts';

/**
 * Proof that choices are asked and kept (GDPR art. 7(1)): what was shown and what was chosen, without the person. A
 * visitor has no identifier here, so the record proves the practice, not one visit.
 */
type ConsentDocument = {
  _id: string;
  at: Date;
  accountId?: string;
  choice: CookieChoice;
  language: string;
  textVersion: string;
  method: 'banner' | 'page';
  /** Whether the browser asked every site not to track (Global Privacy Control) at that moment. */
  signal: boolean;
};

const schema = new mongoose.Schema<ConsentDocument>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    accountId: String,
    choice: { type: mongoose.Schema.Types.Mixed, required: true } as never,
    language: { type: String, required: true },
    textVersion: { type: String, required: true },
    method: { type: String, enum: ['banner', 'page'], required: true },
    signal: { type: Boolean, required: true },
  },
  { collection: 'consents', versionKey: false },
)
  .index({ accountId: 1 }, { sparse: true })
  .index({ at: 1 });

export type ConsentRecord = Omit<ConsentDocument, '_id'>;

export const createConsentStore = (connection: Connection) => {
  const consents = connection.model<ConsentDocument>('Consent', schema);

  return {
    add: async (id: string, record: ConsentRecord): Promise<void> => {
      await consents.create({ _id: id, ...record });
    },
    of: async (accountId: string): Promise<ConsentRecord[]> =>
      consents.find({ accountId }, { _id: 0 }).sort({ at: 1 }).lean(),
    /** The proof stays, the person leaves it. */
    detach: async (accountId: string): Promise<number> =>
      (await consents.updateMany({ accountId }, { $unset: { accountId: 1 } })).modifiedCount,
    expire: async (before: Date): Promise<number> =>
      (await consents.deleteMany({ at: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type ConsentStore = ReturnType<typeof createConsentStore>;
