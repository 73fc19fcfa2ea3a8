import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type { Revocation } from '../certificate.ts';
import type { Batch, BatchRow, BatchWarning } from './batch.ts';

type BatchDocument = Omit<Batch, 'id' | 'warnings'> & { _id: string; warnings: BatchWarning[] };

/** People of a batch that are not issued yet; once they are, their certificates say all that is still needed. */
type ChunkDocument = { _id: string; batch: string; position: number; rows: BatchRow[] };

const { Mixed } = mongoose.Schema.Types;

const batchSchema = new mongoose.Schema<BatchDocument>(
  {
    _id: { type: String, required: true },
    state: { type: String, enum: ['previewed', 'confirmed', 'issued'], required: true },
    courseId: { type: String, required: true },
    courseVersion: { type: Number, required: true },
    fileDigest: { type: String, required: true },
    by: { type: String, required: true },
    rows: { type: Number, required: true },
    repeated: { type: Number, required: true },
    warnings: { type: [Mixed], required: true } as never,
    warned: { type: Number, required: true },
    chunks: { type: Number, required: true },
    position: { type: Number, required: true },
    issued: { type: Number, required: true },
    includeRepeated: { type: Boolean, required: true },
    letters: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    confirmedAt: Date,
    finishedAt: Date,
    revocation: { type: Mixed },
  },
  { collection: 'batches', versionKey: false },
)
  .index({ createdAt: -1 })
  // One file is issued by one batch at a time, whoever confirms it how often.
  .index(
    { fileDigest: 1, courseId: 1 },
    { unique: true, partialFilterExpression: { state: 'confirmed' }, name: 'file_under_way' },
  );
addOutbox(batchSchema);

const chunkSchema = new mongoose.Schema<ChunkDocument>(
  {
    _id: { type: String, required: true },
    batch: { type: String, required: true },
    position: { type: Number, required: true },
    rows: { type: [Mixed], required: true } as never,
  },
  { collection: 'batch_chunks', versionKey: false },
).index({ batch: 1 });

const toBatch = ({ _id, outbox: _outbox, ...rest }: BatchDocument & { outbox?: unknown }): Batch => ({
  id: _id,
  ...rest,
});

const withoutOutbox = { outbox: 0 } as const;

export const createBatchStore = (connection: Connection, outbox: Outbox) => {
  const batches = connection.model<BatchDocument>('Batch', batchSchema);
  const chunks = connection.model<ChunkDocument>('BatchChunk', chunkSchema);
  outbox.watch(batches as never);

  const forget = async (ids: readonly string[]): Promise<void> => {
    // The people first: a batch without its people is still found and forgotten.
    await chunks.deleteMany({ batch: mongoose.trusted({ $in: [...ids] }) });
    await batches.deleteMany({ _id: mongoose.trusted({ $in: [...ids] }), state: 'previewed' });
  };

  return {
    /** The batch first: what leads to the people is there before they are, so they are always found and forgotten. */
    add: async ({ id, warnings, ...batch }: Batch, rows: readonly (readonly BatchRow[])[]): Promise<void> => {
      const documents = rows.map((chunk, position) => ({
        _id: `${id}:${position}`,
        batch: id,
        position,
        rows: [...chunk],
      }));
      await batches.create({ _id: id, ...batch, warnings: [...warnings] } as never);
      await chunks.collection.insertMany(documents as never);
    },

    byId: async (id: string): Promise<Batch | undefined> => {
      const found = await batches.findById(id, withoutOutbox).lean();
      return found ? toBatch(found as BatchDocument) : undefined;
    },

    newest: async (limit: number): Promise<Batch[]> => {
      const found = await batches.find({}, withoutOutbox).sort({ createdAt: -1 }).limit(limit).lean();
      return (found as BatchDocument[]).map(toBatch);
    },

    /** The batch that was made from the same file and is under way. */
    unfinished: async (fileDigest: string, courseId: string): Promise<Batch | undefined> => {
      const found = await batches.findOne({ fileDigest, courseId, state: 'confirmed' }, withoutOutbox).lean();
      return found ? toBatch(found as BatchDocument) : undefined;
    },

    /** Whether another batch of the same file was confirmed since this one was read. */
    isOvertaken: async ({ id, fileDigest, courseId, createdAt }: Batch): Promise<boolean> => {
      const others = {
        _id: mongoose.trusted({ $ne: id }),
        fileDigest,
        courseId,
        confirmedAt: mongoose.trusted({ $gte: createdAt }),
      };
      return (await batches.exists(others)) !== null;
    },

    /** Confirms once; nothing changes when somebody has done so already. False while the same file is under way. */
    confirm: async (
      id: string,
      choice: Pick<Batch, 'includeRepeated' | 'letters'> & { confirmedAt: Date },
      event: EventRecord,
    ): Promise<boolean> => {
      try {
        await batches.updateOne(
          { _id: id, state: 'previewed' },
          { $set: { ...choice, state: 'confirmed' }, ...carrying(event) },
        );
        return true;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return false;
      }
    },

    /** Whether all its people were written down before whoever read the file was cut. */
    isComplete: async ({ id, chunks: all }: Batch): Promise<boolean> =>
      (await chunks.countDocuments({ batch: id })) === all,

    chunk: async (id: string, position: number): Promise<BatchRow[]> => {
      const found = await chunks.findById(`${id}:${position}`).lean();
      return (found as ChunkDocument | null)?.rows ?? [];
    },

    /** A chunk is done: nobody goes back behind it, and its people are in their certificates. */
    advance: async (id: string, position: number, issued: number): Promise<void> => {
      await batches.updateOne({ _id: id, position }, { $set: { position: position + 1 }, $inc: { issued } });
      await chunks.deleteOne({ _id: `${id}:${position}` });
    },

    finish: async (id: string, finishedAt: Date, event: EventRecord): Promise<void> => {
      await chunks.deleteMany({ batch: id });
      await batches.updateOne(
        { _id: id, state: 'confirmed' },
        { $set: { state: 'issued', finishedAt }, ...carrying(event) },
      );
    },

    revoke: async (id: string, revocation: Revocation, event: EventRecord): Promise<boolean> => {
      const result = await batches.updateOne(
        { _id: id, state: 'issued', revocation: mongoose.trusted({ $exists: false }) },
        { $set: { revocation }, ...carrying(event) },
      );
      return result.modifiedCount === 1;
    },

    /** Files that were read before this and never confirmed. */
    forgetPreviewed: async (before: Date): Promise<number> => {
      const found = await batches
        .find({ state: 'previewed', createdAt: mongoose.trusted({ $lt: before }) }, { _id: 1 })
        .lean();
      await forget(found.map(({ _id }) => _id));
      return found.length;
    },
  };
};

export type BatchStore = ReturnType<typeof createBatchStore>;
