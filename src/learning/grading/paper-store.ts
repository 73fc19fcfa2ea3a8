import mongoose, { type Connection } from 'mongoose';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import { isMarked, type Paper } from './paper.ts';

type PaperDocument = Omit<Paper, 'attemptId'> & { _id: string; marked: boolean };

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<PaperDocument>(
  {
    _id: { type: String, required: true },
    courseId: { type: String, required: true },
    courseVersion: { type: Number, required: true },
    activityId: { type: String, required: true },
    questions: { type: [Mixed] as never, required: true },
    markers: { type: Number, required: true } as never,
    threshold: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    lease: { type: Mixed } as never,
    recused: { type: [String], required: true } as never,
    markings: { type: [Mixed] as never, required: true },
    revision: { type: Number, required: true },
    marked: { type: Boolean, required: true },
  },
  { collection: 'papers', versionKey: false, minimize: false },
).index({ marked: 1, dueAt: 1 });
addOutbox(schema);

const toPaper = ({
  _id,
  marked: _marked,
  outbox: _outbox,
  ...rest
}: PaperDocument & { outbox?: unknown }): Paper => ({ attemptId: _id, ...rest });

/** Papers that wait for marks; the id is that of the attempt. */
export const createPaperStore = (connection: Connection, outbox: Outbox) => {
  const papers = connection.model<PaperDocument>('Paper', schema);
  outbox.watch(papers as never);

  const list = async (filter: object, limit: number): Promise<Paper[]> =>
    (await papers.find(filter, { outbox: 0 }).sort({ dueAt: 1, _id: 1 }).limit(limit).lean()).map((one) =>
      toPaper(one as never),
    );

  return {
    byId: async (attemptId: string) => (await list({ _id: attemptId }, 1))[0],
    waiting: (limit: number) => list({ marked: false }, limit),
    countWaiting: (): Promise<number> => papers.countDocuments({ marked: false }),

    /** Safe to repeat. */
    put: async ({ attemptId, ...fields }: Paper): Promise<void> => {
      try {
        await papers.create({ _id: attemptId, ...fields, marked: false } as never);
      } catch (error) {
        if ((error as { code?: number }).code !== 11000) throw error;
      }
    },

    /** Takes the paper unless somebody else changed or took it since it was read. */
    take: async (
      { attemptId, revision }: Paper,
      lease: NonNullable<Paper['lease']>,
      now: Date,
    ): Promise<boolean> => {
      const changed = await papers.updateOne(
        {
          _id: attemptId,
          revision,
          marked: false,
          $or: [
            { lease: mongoose.trusted({ $exists: false }) },
            { 'lease.by': lease.by },
            { 'lease.until': mongoose.trusted({ $lte: now }) },
          ],
        },
        { $set: { lease } },
      );
      return changed.matchedCount === 1;
    },

    putBack: async (attemptId: string, by: string): Promise<void> => {
      await papers.updateOne({ _id: attemptId, 'lease.by': by }, { $unset: { lease: 1 } });
    },

    recuse: async (attemptId: string, by: string): Promise<void> => {
      await papers.updateOne({ _id: attemptId }, { $addToSet: { recused: by } });
    },

    /** Writes marks from a known revision by the holder of the lease; the event rides along. */
    addMarks: async (from: Paper, to: Paper, by: string, event: EventRecord): Promise<boolean> => {
      const changed = await papers.updateOne(
        { _id: from.attemptId, revision: from.revision, 'lease.by': by },
        {
          $set: { markings: to.markings, revision: to.revision, marked: isMarked(to) },
          $unset: { lease: 1 },
          ...carrying(event),
        } as never,
      );
      return changed.modifiedCount === 1;
    },

    forget: async (attemptIds: readonly string[]): Promise<number> =>
      (await papers.deleteMany({ _id: mongoose.trusted({ $in: [...attemptIds] }) })).deletedCount,
    countOf: (attemptIds: readonly string[]): Promise<number> =>
      papers.countDocuments({ _id: mongoose.trusted({ $in: [...attemptIds] }) }),
  };
};

export type PaperStore = ReturnType<typeof createPaperStore>;
