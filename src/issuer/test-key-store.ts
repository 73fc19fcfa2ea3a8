import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';
import type { KeyFile } from '../vc/index.ts';

type TestKeyDocument = { _id: string; key: KeyFile };

const schema = new mongoose.Schema<TestKeyDocument>(
  {
    _id: { type: String, required: true },
    key: { type: mongoose.Schema.Types.Mixed, required: true } as never,
  },
  { collection: 'test_keys', versionKey: false },
);

const only = 'test-issuer';

/**
 * The key of the test issuer, with both halves. It may lie in the database: nothing that it signs is worth forging, and
 * every process finds the same one.
 */
export const createTestKeyStore = (connection: Connection) => {
  const keys = connection.model<TestKeyDocument>('TestKey', schema);

  return {
    /** The key that was kept first; the given one when there is none yet. */
    keep: async (key: KeyFile): Promise<KeyFile> => {
      try {
        await keys.create({ _id: only, key });
        return key;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return (await keys.findById(only).lean())?.key ?? key;
      }
    },
  };
};

export type TestKeyStore = ReturnType<typeof createTestKeyStore>;
