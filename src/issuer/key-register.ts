import mongoose, { type Connection } from 'mongoose';
import { countWrites } from '../platform/database/count-writes.ts';
import { isDuplicate } from '../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import { historyOf, type IssuerKey, type KeyRecord } from './key-history.ts';

type KeyDocument = Omit<KeyRecord, 'publicKeyMultibase'> & { _id: string };

const schema = new mongoose.Schema<KeyDocument>(
  {
    _id: { type: String, required: true },
    createdAt: { type: Date, required: true },
    generation: Number,
    activatedAt: Date,
    compromisedAt: Date,
  },
  { collection: 'issuer_keys', versionKey: false },
)
  // Of two that are put to use at once, one is the next in the row.
  .index({ generation: 1 }, { unique: true, partialFilterExpression: { generation: { $gt: 0 } } });
addOutbox(schema);

/** The index of the first version, which knew one active key and no others. */
const formerIndex = 'state_1';

const writes = countWrites(schema);

/**
 * Public halves of every key that ever issued here, or is about to. It outlives the key folder, so that `did.json` and
 * verification go on when the secret half is missing.
 */
export const createKeyRegister = (connection: Connection, outbox: Outbox) => {
  const keys = connection.model<KeyDocument>('IssuerKey', schema);
  outbox.watch(keys as never);

  return {
    /** Rises with every change that this process makes. */
    changes: (): number => writes.through(connection),

    /** The one key of the first version becomes the first of the row. Safe to repeat and to race. */
    prepare: async (): Promise<void> => {
      const present = await keys.collection.indexes();
      if (present.some(({ name }) => name === formerIndex)) {
        await keys.collection.dropIndex(formerIndex).catch(() => undefined);
      }
      await keys.collection.updateMany({ state: 'active', generation: { $exists: false } }, [
        { $set: { generation: 1, createdAt: '$since', activatedAt: '$since' } },
        { $unset: ['state', 'since'] },
      ]);
    },

    all: async (): Promise<readonly IssuerKey[]> => {
      const found = await keys.find({}, { outbox: 0 }).lean();
      return historyOf(found.map(({ _id, ...dates }) => ({ publicKeyMultibase: _id, ...dates })));
    },

    /** Puts the very first key to use. When another process was first with its own, that one stays. */
    begin: async (publicKeyMultibase: string, at: Date): Promise<void> => {
      try {
        await keys.create({ _id: publicKeyMultibase, createdAt: at, generation: 1, activatedAt: at });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    /** Announces a key that is to be put to use later. */
    announce: async (publicKeyMultibase: string, createdAt: Date): Promise<void> => {
      try {
        await keys.create({ _id: publicKeyMultibase, createdAt });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    /** Puts a waiting key to use, with its event, in one update; false when another was faster. */
    activate: async (
      publicKeyMultibase: string,
      put: { generation: number; activatedAt: Date },
      event: EventRecord,
    ): Promise<boolean> => {
      const absent = mongoose.trusted({ $exists: false });
      const waiting = { _id: publicKeyMultibase, generation: absent, compromisedAt: absent };
      try {
        const result = await keys.updateOne(waiting, { $set: put, ...carrying(event) });
        return result.modifiedCount === 1;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return false;
      }
    },

    /** Records that somebody else may hold the key, with its event; the first report's date stays. */
    compromise: async (publicKeyMultibase: string, at: Date, event: EventRecord): Promise<boolean> => {
      const sound = { _id: publicKeyMultibase, compromisedAt: mongoose.trusted({ $exists: false }) };
      const result = await keys.updateOne(sound, { $set: { compromisedAt: at }, ...carrying(event) });
      return result.modifiedCount === 1;
    },
  };
};

export type KeyRegister = ReturnType<typeof createKeyRegister>;
