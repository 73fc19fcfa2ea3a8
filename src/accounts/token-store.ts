import { createHash } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';

export const purposes = ['confirm-address', 'reset-password'] as const;
export type Purpose = (typeof purposes)[number];

/** The secret of a link is only in the letter; here is its SHA-256. */
type TokenDocument = { _id: string; accountId: string; purpose: Purpose; expiresAt: Date; usedAt?: Date };

const schema = new mongoose.Schema<TokenDocument>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    purpose: { type: String, enum: purposes, required: true },
    expiresAt: { type: Date, required: true },
    usedAt: Date,
  },
  { collection: 'account_tokens', versionKey: false },
)
  .index({ accountId: 1 })
  .index({ expiresAt: 1 });

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export const createTokenStore = (connection: Connection) => {
  const tokens = connection.model<TokenDocument>('AccountToken', schema);

  return {
    keep: async (
      token: string,
      entry: { accountId: string; purpose: Purpose; expiresAt: Date },
    ): Promise<void> => {
      await tokens.create({ _id: hashOf(token), ...entry });
    },

    /** Whose link this is, while it can be used. */
    find: async (token: string, purpose: Purpose, now: Date): Promise<string | undefined> => {
      const found = await tokens.findById(hashOf(token)).lean();
      return found && found.purpose === purpose && !found.usedAt && found.expiresAt > now
        ? found.accountId
        : undefined;
    },

    /** Uses the link up. Of two at once, one gets the account. */
    use: async (token: string, purpose: Purpose, now: Date): Promise<string | undefined> => {
      const usable = {
        _id: hashOf(token),
        purpose,
        usedAt: mongoose.trusted({ $exists: false }),
        expiresAt: mongoose.trusted({ $gt: now }),
      };
      const found = await tokens.findOneAndUpdate(usable, { $set: { usedAt: now } }).lean();
      return found?.accountId;
    },

    forget: async (accountId: string, purpose?: Purpose): Promise<number> =>
      (await tokens.deleteMany({ accountId, ...(purpose ? { purpose } : {}) })).deletedCount,

    expire: async (before: Date): Promise<number> =>
      (await tokens.deleteMany({ expiresAt: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type TokenStore = ReturnType<typeof createTokenStore>;
