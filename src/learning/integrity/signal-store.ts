import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import type { Signal } from './signal.ts';

/** What was found about one attempt, once: a second computation changes nothing. */
export type AttemptSignals = {
  attemptId: string;
  accountId?: string;
  courseId: string;
  activityId: string;
  signals: readonly Signal[];
  /** Sum of the strengths. */
  strength: number;
  computedAt: Date;
  /** Somebody has looked and found nothing worth a case. */
  dismissedBy?: string;
};

type SignalsDocument = Omit<AttemptSignals, 'attemptId'> & { _id: string };

const schema = new mongoose.Schema<SignalsDocument>(
  {
    _id: { type: String, required: true },
    accountId: String,
    courseId: { type: String, required: true },
    activityId: { type: String, required: true },
    signals: { type: [mongoose.Schema.Types.Mixed] as never, required: true },
    strength: { type: Number, required: true },
    computedAt: { type: Date, required: true },
    dismissedBy: String,
  },
  { collection: 'integrity_signals', versionKey: false, minimize: false },
)
  .index({ strength: -1, computedAt: -1 })
  .index({ computedAt: 1 })
  .index({ accountId: 1 }, { sparse: true });

const toSignals = ({ _id, ...rest }: SignalsDocument): AttemptSignals => ({ attemptId: _id, ...rest });

/** Signals by attempt. */
export const createSignalStore = (connection: Connection) => {
  const found = connection.model<SignalsDocument>('IntegritySignals', schema);
  return {
    ofAttempt: async (attemptId: string): Promise<AttemptSignals | undefined> => {
      const one = await found.findById(attemptId).lean();
      return one ? toSignals(one) : undefined;
    },
    ofAccount: async (accountId: string): Promise<AttemptSignals[]> =>
      (await found.find({ accountId }).lean()).map(toSignals),

    /** Keeps the first computation of an attempt. */
    keep: async ({ attemptId, ...rest }: AttemptSignals): Promise<void> => {
      try {
        await found.create({ _id: attemptId, ...rest } as never);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    /** The strongest first; those that somebody has dismissed are left out. */
    strongest: async (limit: number): Promise<AttemptSignals[]> =>
      (
        await found
          .find({ strength: mongoose.trusted({ $gt: 0 }), dismissedBy: mongoose.trusted({ $exists: false }) })
          .sort({ strength: -1, computedAt: -1 })
          .limit(limit)
          .lean()
      ).map(toSignals),

    dismiss: async (attemptId: string, by: string): Promise<boolean> =>
      (await found.updateOne({ _id: attemptId }, { $set: { dismissedBy: by } })).matchedCount === 1,

    forget: async (accountId: string): Promise<number> =>
      (await found.deleteMany({ accountId })).deletedCount,
    expire: async (before: Date): Promise<number> =>
      (await found.deleteMany({ computedAt: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type SignalStore = ReturnType<typeof createSignalStore>;
