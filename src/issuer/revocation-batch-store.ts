import mongoose, { type Connection } from 'mongoose';
import type { RevocationReason } from './certificate.ts';

/** Many certificates that staff asked to withdraw in one go. */
export type RevocationBatch = {
  id: string;
  identifiers: readonly string[];
  by: string;
  reason: RevocationReason;
  note?: string;
  createdAt: Date;
  finishedAt?: Date;
};

type BatchDocument = Omit<RevocationBatch, 'id' | 'identifiers'> & { _id: string; identifiers: string[] };

const schema = new mongoose.Schema<BatchDocument>(
  {
    _id: { type: String, required: true },
    identifiers: { type: [String], required: true },
    by: { type: String, required: true },
    reason: { type: String, required: true },
    note: String,
    createdAt: { type: Date, required: true },
    finishedAt: Date,
  },
  { collection: 'revocation_batches', versionKey: false },
);

export const createRevocationBatchStore = (connection: Connection) => {
  const batches = connection.model<BatchDocument>('RevocationBatch', schema);

  return {
    keep: async ({ id, identifiers, ...rest }: RevocationBatch): Promise<void> => {
      await batches.create({ _id: id, identifiers: [...identifiers], ...rest });
    },

    byId: async (id: string): Promise<RevocationBatch | undefined> => {
      const found = await batches.findById(id).lean();
      if (!found) return undefined;
      const { _id, ...rest } = found;
      return { id: _id, ...rest };
    },

    finish: async (id: string, at: Date): Promise<void> => {
      await batches.updateOne({ _id: id }, { $set: { finishedAt: at } });
    },

    /** What was done is in the certificates and the audit trail. */
    forgetFinished: async (before: Date): Promise<void> => {
      await batches.deleteMany({ finishedAt: mongoose.trusted({ $lt: before }) });
    },
  };
};

export type RevocationBatchStore = ReturnType<typeof createRevocationBatchStore>;
