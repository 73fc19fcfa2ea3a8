import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import type { ErasureRequest } from './erasure.ts';

type ErasureDocument = {
  _id: string;
  state: 'running' | 'done';
  requestedAt: Date;
  requestedBy: string;
  lines: ErasureRequest['lines'];
  doneAt?: Date;
};

const schema = new mongoose.Schema<ErasureDocument>(
  {
    _id: { type: String, required: true },
    state: { type: String, enum: ['running', 'done'], required: true },
    requestedAt: { type: Date, required: true },
    requestedBy: { type: String, required: true },
    lines: { type: [mongoose.Schema.Types.Mixed], required: true } as never,
    doneAt: Date,
  },
  { collection: 'erasures', versionKey: false },
).index({ state: 1, requestedAt: 1 });
addOutbox(schema);

const toRequest = ({ _id, ...rest }: ErasureDocument): ErasureRequest => {
  const { outbox: _outbox, ...fields } = rest as typeof rest & { outbox?: unknown };
  return { accountId: _id, ...fields } as ErasureRequest;
};

/** Requests to be erased, one per account. */
export const createErasureStore = (connection: Connection, outbox: Outbox) => {
  const erasures = connection.model<ErasureDocument>('Erasure', schema);
  outbox.watch(erasures as never);

  return {
    of: async (accountId: string): Promise<ErasureRequest | undefined> => {
      const found = await erasures.findById(accountId).lean();
      return found ? toRequest(found) : undefined;
    },

    /** Keeps the first request of an account; a second one changes nothing. */
    open: async ({ accountId, ...rest }: ErasureRequest): Promise<void> => {
      try {
        await erasures.create({ _id: accountId, ...rest });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    close: async (accountId: string, doneAt: Date, event: EventRecord): Promise<void> => {
      await erasures.updateOne(
        { _id: accountId, state: 'running' },
        { $set: { state: 'done', doneAt }, ...carrying(event) },
      );
    },

    /** Requests that a crash may have left half done. */
    running: async (): Promise<ErasureRequest[]> =>
      (await erasures.find({ state: 'running' }).lean()).map(toRequest),

    newest: async (limit: number): Promise<ErasureRequest[]> =>
      (await erasures.find().sort({ requestedAt: -1 }).limit(limit).lean()).map(toRequest),

    expire: async (before: Date): Promise<number> =>
      (await erasures.deleteMany({ state: 'done', doneAt: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type ErasureStore = ReturnType<typeof createErasureStore>;
