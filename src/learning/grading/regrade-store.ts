import mongoose, { type Connection } from 'mongoose';
import { addOutbox, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type { Regrade } from './regrade.ts';

type RegradeDocument = Omit<Regrade, 'id'> & { _id: string };

const schema = new mongoose.Schema<RegradeDocument>(
  {
    _id: { type: String, required: true },
    courseId: { type: String, required: true },
    questionId: { type: String, required: true },
    change: { type: mongoose.Schema.Types.Mixed, required: true } as never,
    by: { type: String, required: true },
    reason: { type: String, required: true },
    at: { type: Date, required: true },
    state: { type: String, enum: ['running', 'done'], required: true },
    total: { type: Number, required: true },
    looked: { type: Number, required: true },
    after: { type: String, default: '' },
    finishedAt: Date,
  },
  { collection: 'regrades', versionKey: false, minimize: false },
).index({ courseId: 1, at: 1 });
addOutbox(schema);

const toRegrade = ({ _id, outbox: _outbox, ...rest }: RegradeDocument & { outbox?: unknown }): Regrade => ({
  id: _id,
  ...rest,
});

/** Decisions about questions, with the progress of carrying them out. They stay: later attempts are graded by them. */
export const createRegradeStore = (connection: Connection, outbox: Outbox) => {
  const regrades = connection.model<RegradeDocument>('Regrade', schema);
  outbox.watch(regrades as never);

  const list = async (filter: object, sort: Record<string, 1 | -1>, limit = 0): Promise<Regrade[]> =>
    (await regrades.find(filter, { outbox: 0 }).sort(sort).limit(limit).lean()).map((one) =>
      toRegrade(one as never),
    );

  return {
    byId: async (id: string) => (await list({ _id: id }, { _id: 1 }, 1))[0],
    newest: (limit: number) => list({}, { at: -1 }, limit),
    /** In the order in which they were made. */
    inForce: (courseId: string) => list({ courseId }, { at: 1, _id: 1 }),

    /** Writes the decision with its event; the id comes from the form, so that a form sent twice decides once. */
    insert: async ({ id, ...fields }: Regrade, event: EventRecord): Promise<boolean> => {
      try {
        await regrades.create({ _id: id, ...fields, outbox: [event] } as never);
        return true;
      } catch (error) {
        if ((error as { code?: number }).code !== 11000) throw error;
        return false;
      }
    },

    /** Notes how far it has come, unless another process is further. */
    advance: async (id: string, from: string, to: { after: string; looked: number }): Promise<void> => {
      await regrades.updateOne(
        { _id: id, after: from },
        { $set: { after: to.after }, $inc: { looked: to.looked } },
      );
    },

    finish: async (id: string, at: Date): Promise<void> => {
      await regrades.updateOne({ _id: id, state: 'running' }, { $set: { state: 'done', finishedAt: at } });
    },
  };
};

export type RegradeStore = ReturnType<typeof createRegradeStore>;
