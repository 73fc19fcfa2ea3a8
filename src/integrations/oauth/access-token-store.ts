import mongoose, { type Connection } from 'mongoose';
import type { Scope } from '../clients/api-client.ts';

/** What a token allows. It holds as long as the secret it was got with, and no longer than ten minutes. */
export type AccessToken = {
  clientId: string;
  scopes: readonly Scope[];
  secretNumber: number;
  expiresAt: Date;
};

/** `_id` is the hash of the token: whoever reads the database can use none. */
type TokenDocument = {
  _id: string;
  clientId: string;
  scopes: Scope[];
  secretNumber: number;
  expiresAt: Date;
};

const schema = new mongoose.Schema<TokenDocument>(
  {
    _id: { type: String, required: true },
    clientId: { type: String, required: true },
    scopes: { type: [String], required: true } as never,
    secretNumber: { type: Number, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'access_tokens', versionKey: false },
).index({ expiresAt: 1 });

export const createAccessTokenStore = (connection: Connection) => {
  const tokens = connection.model<TokenDocument>('AccessToken', schema);

  return {
    add: async (hash: string, token: AccessToken): Promise<void> => {
      await tokens.create({ _id: hash, ...token } as never);
    },

    find: async (hash: string): Promise<AccessToken | undefined> => {
      const found = await tokens.findById(hash).lean();
      if (!found) return undefined;
      const { _id, ...token } = found;
      return token;
    },

    expire: async (now: Date): Promise<number> =>
      (await tokens.deleteMany({ expiresAt: mongoose.trusted({ $lte: now }) })).deletedCount,
  };
};

export type AccessTokenStore = ReturnType<typeof createAccessTokenStore>;
