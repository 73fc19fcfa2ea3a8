import mongoose, { type Connection } from 'mongoose';

/** Certificates under one address that nobody guesses. Whoever was given it sees them until the holder ends it. */
export type Collection = {
  /** Random, and the end of its address. Kept as it is: its holder wants to copy it again. */
  id: string;
  accountId: string;
  title: string;
  identifiers: readonly string[];
  createdAt: Date;
  endedAt?: Date;
};

type CollectionDocument = Omit<Collection, 'id' | 'identifiers'> & { _id: string; identifiers: string[] };

const schema = new mongoose.Schema<CollectionDocument>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    title: { type: String, required: true },
    identifiers: { type: [String], required: true },
    createdAt: { type: Date, required: true },
    endedAt: Date,
  },
  { collection: 'showcase_collections', versionKey: false },
).index({ accountId: 1, createdAt: -1 });

const toCollection = ({ _id, ...fields }: CollectionDocument): Collection => ({ id: _id, ...fields });

export const createCollectionStore = (connection: Connection) => {
  const collections = connection.model<CollectionDocument>('ShowcaseCollection', schema);
  const open = { endedAt: mongoose.trusted({ $exists: false }) };
  return {
    byId: async (id: string): Promise<Collection | undefined> => {
      const found = await collections.findById(id).lean();
      return found ? toCollection(found) : undefined;
    },
    openOf: async (accountId: string): Promise<Collection[]> => {
      const found = await collections
        .find({ accountId, ...open })
        .sort({ createdAt: -1 })
        .lean();
      return found.map(toCollection);
    },
    allOf: async (accountId: string): Promise<Collection[]> =>
      (await collections.find({ accountId }).lean()).map(toCollection),
    add: async ({ id, ...fields }: Collection): Promise<void> => {
      await collections.create({ _id: id, ...fields, identifiers: [...fields.identifiers] });
    },
    /** False when this person has no such collection; ending it twice changes nothing. */
    end: async (id: string, accountId: string, at: Date): Promise<boolean> => {
      const ended = await collections.updateOne({ _id: id, accountId, ...open }, { $set: { endedAt: at } });
      return ended.modifiedCount === 1 || (await collections.exists({ _id: id, accountId })) !== null;
    },
    forget: async (accountId: string): Promise<number> =>
      (await collections.deleteMany({ accountId })).deletedCount,
    /** What was ended says for a while that it was; then its address is as unknown as any other. */
    forgetEnded: async (before: Date): Promise<number> =>
      (await collections.deleteMany({ endedAt: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type CollectionStore = ReturnType<typeof createCollectionStore>;
