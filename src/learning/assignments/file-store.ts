import mongoose, { type Connection } from 'mongoose';

type FileDocument = { _id: string; accountId: string; bytes: Buffer; at: Date };

const schema = new mongoose.Schema<FileDocument>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    bytes: { type: Buffer, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'assignment_files', versionKey: false },
)
  .index({ accountId: 1 })
  .index({ at: 1 });

/** The files that learners hand in, one document each. What leads to them stands in the work. */
export const createWorkFileStore = (connection: Connection) => {
  const files = connection.model<FileDocument>('AssignmentFile', schema);

  return {
    keep: async (file: { id: string; accountId: string; bytes: Uint8Array; at: Date }): Promise<void> => {
      const { id, accountId, bytes, at } = file;
      await files.create({ _id: id, accountId, bytes: Buffer.from(bytes), at });
    },

    read: async (id: string): Promise<Buffer | undefined> => {
      const found = await files.findById(id);
      return found ? Buffer.from(found.bytes) : undefined;
    },

    drop: async (ids: readonly string[]): Promise<void> => {
      await files.deleteMany({ _id: mongoose.trusted({ $in: [...ids] }) });
    },

    /** Ids of what was stored between the two moments. */
    storedBetween: async (from: Date, until: Date): Promise<string[]> => {
      const found = await files.find({ at: mongoose.trusted({ $gte: from, $lt: until }) }, { _id: 1 }).lean();
      return found.map(({ _id }) => _id);
    },

    forget: async (accountId: string): Promise<number> =>
      (await files.deleteMany({ accountId })).deletedCount,
  };
};

export type WorkFileStore = ReturnType<typeof createWorkFileStore>;
