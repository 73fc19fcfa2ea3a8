import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';
import type { StripeNotice } from './gateways/stripe-signature.ts';

export type InboxEntry = StripeNotice & { receivedAt: Date; outcome?: 'recorded' | 'ignored'; doneAt?: Date };

type InboxDocument = Omit<InboxEntry, 'eventId'> & { _id: string };

const schema = new mongoose.Schema<InboxDocument>(
  {
    _id: { type: String, required: true },
    type: { type: String, required: true },
    objectId: { type: String, required: true },
    created: { type: Date, required: true },
    receivedAt: { type: Date, required: true },
    outcome: { type: String, enum: ['recorded', 'ignored'] },
    doneAt: Date,
  },
  { collection: 'webhook_events', versionKey: false },
).index({ receivedAt: 1 });

/** Webhooks that have come in, once per event id, reduced to what they are about. */
export const createWebhookInbox = (connection: Connection) => {
  const inbox = connection.model<InboxDocument>('WebhookEvent', schema);

  return {
    /** Answers false when the event was there already. */
    keep: async ({ eventId, ...notice }: StripeNotice, receivedAt: Date): Promise<boolean> => {
      try {
        await inbox.create({ _id: eventId, ...notice, receivedAt });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    find: async (eventId: string): Promise<InboxEntry | undefined> => {
      const found = await inbox.findById(eventId).lean();
      if (!found) return undefined;
      const { _id, ...rest } = found;
      return { eventId: _id, ...rest };
    },
    done: async (eventId: string, outcome: 'recorded' | 'ignored', doneAt: Date): Promise<void> => {
      await inbox.updateOne({ _id: eventId }, { $set: { outcome, doneAt } });
    },
    forget: async (before: Date): Promise<number> =>
      (await inbox.deleteMany({ receivedAt: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type WebhookInbox = ReturnType<typeof createWebhookInbox>;
