import mongoose, { type Connection } from 'mongoose';

type NonceDocument = { _id: string; expiresAt: Date };

const schema = new mongoose.Schema<NonceDocument>(
  { _id: { type: String, required: true }, expiresAt: { type: Date, required: true } },
  { collection: 'wallet_nonces', versionKey: false },
).index({ expiresAt: 1 });

/** Challenges that were given out, by their hashes. Who deletes one has used it: so it counts once. */
export const createNonceStore = (connection: Connection) => {
  const nonces = connection.model<NonceDocument>('WalletNonce', schema);
  return {
    add: async (hash: string, expiresAt: Date): Promise<void> => {
      await nonces.create({ _id: hash, expiresAt });
    },
    /** Whether it was given out, not used before, and has not run out. */
    use: async (hash: string, now: Date): Promise<boolean> => {
      const used = await nonces.deleteOne({ _id: hash, expiresAt: mongoose.trusted({ $gt: now }) });
      return used.deletedCount === 1;
    },
    expire: async (now: Date): Promise<number> =>
      (await nonces.deleteMany({ expiresAt: mongoose.trusted({ $lte: now }) })).deletedCount,
  };
};

export type NonceStore = ReturnType<typeof createNonceStore>;
