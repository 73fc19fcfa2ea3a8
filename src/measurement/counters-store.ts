import mongoose, { type Connection } from 'mongoose';

/** One page on one day. No visitor, no address, no order of visits: nothing that could be a person. */
type CounterDocument = { _id: string; day: string; view: string; language: string; visits: number };

const schema = new mongoose.Schema<CounterDocument>(
  {
    _id: { type: String, required: true },
    day: { type: String, required: true },
    view: { type: String, required: true },
    language: { type: String, required: true },
    visits: { type: Number, required: true },
  },
  { collection: 'visit_counters', versionKey: false },
).index({ day: 1 });

export type VisitCount = { day: string; view: string; language: string; visits: number };

export const createCountersStore = (connection: Connection) => {
  const counters = connection.model<CounterDocument>('VisitCounter', schema);

  return {
    add: async (counts: readonly VisitCount[]): Promise<void> => {
      if (counts.length === 0) return;
      await counters.bulkWrite(
        counts.map(({ day, view, language, visits }) => ({
          updateOne: {
            filter: { _id: `${day}:${language}:${view}` },
            update: { $inc: { visits }, $setOnInsert: { day, view, language } },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    since: async (day: string): Promise<VisitCount[]> =>
      counters
        .find({ day: mongoose.trusted({ $gte: day }) }, { _id: 0 })
        .sort({ day: -1, visits: -1 })
        .lean(),

    expire: async (day: string): Promise<number> =>
      (await counters.deleteMany({ day: mongoose.trusted({ $lt: day }) })).deletedCount,
  };
};
