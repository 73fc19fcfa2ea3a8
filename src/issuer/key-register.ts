import mongoose, { type Connection } from 'mongoose';
import { countWrites } from '../platform/database/count-writes.ts';
import { isDuplicate } from '../platform/database/duplicates.ts';
import type { DidKey } from '../vc/index.ts';

type KeyDocument = { _id: string; state: 'active' | 'retired'; since: Date };

const schema = new mongoose.Schema<KeyDocument>(
  {
    _id: { type: String, required: true },
    state: { type: String, enum: ['active', 'retired'], required: true },
    since: { type: Date, required: true },
  },
  { collection: 'issuer_keys', versionKey: false },
).index({ state: 1 }, { unique: true, partialFilterExpression: { state: 'active' } });

const writes = countWrites(schema);

/**
 * Public halves of every key that ever issued here. It outlives the key folder, so that `did.json` and verification
 * go on when the secret half is missing.
 */
export const createKeyRegister = (connection: Connection) => {
  const keys = connection.model<KeyDocument>('IssuerKey', schema);

  return {
    /** Rises with every change that this process makes. */
    changes: (): number => writes.through(connection),

    /** The public key that issues, by its Multikey value. */
    active: async (): Promise<string | undefined> => (await keys.findOne({ state: 'active' }).lean())?._id,

    /** Records the first key. When another process was first with its own, that one stays. */
    activate: async (publicKeyMultibase: string, since: Date): Promise<void> => {
      try {
        await keys.create({ _id: publicKeyMultibase, state: 'active', since });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    all: async (): Promise<DidKey[]> => {
      const found = await keys.find().sort({ since: 1 }).lean();
      return found.map(({ _id, state }) => ({ publicKeyMultibase: _id, state }));
    },
  };
};

export type KeyRegister = ReturnType<typeof createKeyRegister>;
