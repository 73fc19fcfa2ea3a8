import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import type { IntegrityEvent, IntegrityEventType, ReportedType, Rule } from './integrity-event.ts';

type EventDocument = Omit<IntegrityEvent, 'at' | 'lastAt'> & { _id: string; at: Date; lastAt: Date };

const schema = new mongoose.Schema<EventDocument>(
  {
    _id: { type: String, required: true },
    type: { type: String, required: true },
    accountId: { type: String, required: true },
    attemptId: String,
    enrolmentId: String,
    rule: String,
    at: { type: Date, required: true },
    lastAt: { type: Date, required: true },
    count: { type: Number, required: true },
  },
  { collection: 'integrity_events', versionKey: false },
)
  .index({ attemptId: 1, at: 1 })
  .index({ accountId: 1, at: 1 })
  .index({ lastAt: 1 });

const toEvent = ({ _id, ...event }: EventDocument): IntegrityEvent => event;

/** The reports of a page that are kept of one attempt; a page that says more says nothing new. */
export const mostReports = 200;

const shownAtMost = 1000;

/** What was noticed around tests, bounded: one record per kind and minute, and so many reports per attempt. */
export const createIntegrityEventStore = (connection: Connection) => {
  const events = connection.model<EventDocument>('IntegrityEvent', schema);

  const find = async (filter: object): Promise<IntegrityEvent[]> => {
    const found = await events.find(filter).sort({ at: 1 }).limit(shownAtMost).lean();
    return found.map(toEvent);
  };

  return {
    /** Counts an event; the first of its minute is a new record. */
    count: async (event: {
      type: IntegrityEventType;
      accountId: string;
      attemptId?: string;
      enrolmentId?: string;
      rule?: Rule;
      at: Date;
    }): Promise<void> => {
      const { at, ...fields } = event;
      const minute = at.toISOString().slice(0, 16);
      const about = [
        event.accountId,
        event.attemptId ?? event.enrolmentId ?? '',
        event.type,
        event.rule ?? '',
      ];
      const _id = [...about, minute].join(':');
      const add = () =>
        events.updateOne(
          { _id },
          { $setOnInsert: { ...fields, at }, $max: { lastAt: at }, $inc: { count: 1 } },
          { upsert: true },
        );
      try {
        await add();
      } catch (error) {
        // Two first ones at once: the loser finds the winner's record the second time.
        if (!isDuplicate(error)) throw error;
        await add();
      }
    },

    /** Keeps a report of a page once, by the number that the page gave it. */
    report: async (
      number: number,
      event: { type: ReportedType; accountId: string; attemptId: string; at: Date },
    ): Promise<void> => {
      try {
        await events.create({
          _id: `${event.attemptId}:report:${number}`,
          ...event,
          lastAt: event.at,
          count: 1,
        });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    ofAttempt: (attemptId: string) => find({ attemptId }),
    ofAccount: (accountId: string) => find({ accountId }),
    countOf: (accountId: string): Promise<number> => events.countDocuments({ accountId }),
    forget: async (accountId: string): Promise<number> =>
      (await events.deleteMany({ accountId })).deletedCount,
    expire: async (before: Date): Promise<number> =>
      (await events.deleteMany({ lastAt: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type IntegrityEventStore = ReturnType<typeof createIntegrityEventStore>;
