import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type { ApprovedCorrection, Correction, PendingCorrection, RefusedCorrection } from './correction.ts';

type CorrectionDocument = Omit<PendingCorrection, 'id' | 'state' | 'name'> &
  Partial<Pick<RefusedCorrection, 'decision' | 'reason' | 'message'>> & {
    _id: string;
    name?: string;
    state: Correction['state'];
    /** Present while it is under way; the unique index counts only these. */
    open?: true;
    replacement?: string;
  };

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<CorrectionDocument>(
  {
    _id: { type: String, required: true },
    certificate: { type: String, required: true },
    root: { type: String, required: true },
    accountId: { type: String, required: true },
    decidedBy: { type: String, enum: ['holder', 'staff'], required: true },
    state: { type: String, enum: ['pending', 'approved', 'refused', 'done'], required: true },
    open: Boolean,
    askedAt: { type: Date, required: true },
    name: String,
    explanation: String,
    decision: { type: Mixed },
    reason: String,
    message: String,
    replacement: String,
  },
  { collection: 'name_corrections', versionKey: false },
)
  // One at a time, and one without a person looking, whoever asks at once.
  .index({ certificate: 1 }, { unique: true, partialFilterExpression: { open: true } })
  .index(
    { root: 1 },
    { unique: true, name: 'one_by_holder', partialFilterExpression: { decidedBy: 'holder' } },
  )
  .index({ root: 1, askedAt: -1 })
  .index({ accountId: 1 })
  .index({ state: 1, askedAt: 1 });
addOutbox(schema);

const toCorrection = (document: CorrectionDocument & { outbox?: unknown }): Correction => {
  const { _id, open: _open, outbox: _outbox, ...fields } = document;
  return { id: _id, ...fields } as Correction;
};

/** Corrections of names, one document each. */
export const createCorrectionStore = (connection: Connection, outbox: Outbox) => {
  const corrections = connection.model<CorrectionDocument>('NameCorrection', schema);
  outbox.watch(corrections as never);

  const list = async (filter: object, sort: Record<string, 1 | -1>, limit = 0): Promise<Correction[]> => {
    const found = await corrections.find(filter, { outbox: 0 }).sort(sort).limit(limit).lean();
    return found.map(toCorrection);
  };

  const decide = async (id: string, change: object, event: EventRecord): Promise<boolean> => {
    const result = await corrections.updateOne(
      { _id: id, state: 'pending' },
      { ...change, ...carrying(event) },
    );
    return result.modifiedCount === 1;
  };

  return {
    byId: async (id: string): Promise<Correction | undefined> => (await list({ _id: id }, { _id: 1 }))[0],
    ofRoot: (root: string) => list({ root }, { askedAt: -1 }),
    ofAccount: (accountId: string) => list({ accountId }, { askedAt: -1 }),
    inState: (state: Correction['state'], limit: number) => list({ state }, { askedAt: 1 }, limit),
    countPending: (): Promise<number> => corrections.countDocuments({ state: 'pending' }),

    /** Answers false when one is under way for this certificate, or the holder has corrected it already. */
    insert: async (
      { id, ...fields }: PendingCorrection | ApprovedCorrection,
      event?: EventRecord,
    ): Promise<boolean> => {
      try {
        const waiting = event ? { outbox: [event] } : {};
        await corrections.create({ _id: id, ...fields, open: true, ...waiting } as never);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },

    /** Each of both with its event in one update; false when it was decided before. */
    approve: (id: string, decision: { by: string; at: Date }, event: EventRecord) =>
      decide(id, { $set: { state: 'approved', decision } }, event),
    refuse: (
      id: string,
      refusal: Pick<RefusedCorrection, 'decision' | 'reason' | 'message'>,
      event: EventRecord,
    ) => decide(id, { $set: { state: 'refused', ...refusal }, $unset: { open: 1 } }, event),

    /** The new certificate has the name: here it is forgotten. */
    finish: async (id: string, replacement: string | undefined): Promise<void> => {
      await corrections.updateOne(
        { _id: id, state: 'approved' },
        {
          $set: { state: 'done', ...(replacement ? { replacement } : {}) },
          $unset: { open: 1, name: 1, explanation: 1 },
        },
      );
    },

    forget: async (accountId: string): Promise<number> =>
      (await corrections.deleteMany({ accountId })).deletedCount,

    /** What was written in refused requests is kept as long as somebody may come back to it. */
    forgetRefused: async (before: Date): Promise<number> => {
      const result = await corrections.updateMany(
        {
          state: 'refused',
          askedAt: mongoose.trusted({ $lt: before }),
          name: mongoose.trusted({ $exists: true }),
        },
        { $unset: { name: 1, explanation: 1, message: 1 } },
      );
      return result.modifiedCount;
    },
  };
};

export type CorrectionStore = ReturnType<typeof createCorrectionStore>;
