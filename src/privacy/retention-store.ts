import mongoose, { type Connection } from 'mongoose';

/** One night's work: how much was removed of what. */
export type RetentionRun = {
  at: Date;
  lines: readonly { module: string; category: string; removed: number }[];
};

type RunDocument = RetentionRun & { _id: string };

const schema = new mongoose.Schema<RunDocument>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    lines: { type: [mongoose.Schema.Types.Mixed], required: true } as never,
  },
  { collection: 'retention_runs', versionKey: false },
).index({ at: -1 });

export const createRetentionStore = (connection: Connection) => {
  const runs = connection.model<RunDocument>('RetentionRun', schema);

  return {
    add: async (run: RetentionRun): Promise<void> => {
      await runs.updateOne({ _id: run.at.toISOString() }, { $setOnInsert: run }, { upsert: true });
    },
    newest: async (limit: number): Promise<RetentionRun[]> =>
      runs.find({}, { _id: 0 }).sort({ at: -1 }).limit(limit).lean(),
    expire: async (before: Date): Promise<number> =>
      (await runs.deleteMany({ at: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type RetentionStore = ReturnType<typeof createRetentionStore>;
