import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';

/** One letter that was asked for. Neither its address nor its words are kept: they are looked up when it is sent. */
type MailDocument = {
  _id: string;
  message: string;
  accountId?: string;
  state: 'queued' | 'sent';
  queuedAt: Date;
  sentAt?: Date;
};

const schema = new mongoose.Schema<MailDocument>(
  {
    _id: { type: String, required: true },
    message: { type: String, required: true },
    accountId: String,
    state: { type: String, enum: ['queued', 'sent'], required: true },
    queuedAt: { type: Date, required: true },
    sentAt: Date,
  },
  { collection: 'mail_outbox', versionKey: false },
)
  .index({ accountId: 1 })
  .index({ queuedAt: 1 });

export type MailRecord = { message: string; state: 'queued' | 'sent'; queuedAt: Date; sentAt?: Date };

export const createMailOutboxStore = (connection: Connection) => {
  const mails = connection.model<MailDocument>('Mail', schema);

  return {
    /** Notes the letter, and says whether it still has to be sent. */
    queue: async (
      key: string,
      message: string,
      accountId: string | undefined,
      now: Date,
    ): Promise<boolean> => {
      try {
        await mails.create({
          _id: key,
          message,
          ...(accountId ? { accountId } : {}),
          state: 'queued',
          queuedAt: now,
        });
        return true;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return (await mails.exists({ _id: key, state: 'queued' })) !== null;
      }
    },

    sent: async (key: string, now: Date): Promise<void> => {
      await mails.updateOne({ _id: key }, { $set: { state: 'sent', sentAt: now } });
    },

    ofAccount: async (accountId: string): Promise<MailRecord[]> =>
      mails.find({ accountId }, { _id: 0, message: 1, state: 1, queuedAt: 1, sentAt: 1 }).lean(),

    erase: async (accountId: string): Promise<number> => (await mails.deleteMany({ accountId })).deletedCount,

    expire: async (before: Date): Promise<number> =>
      (await mails.deleteMany({ queuedAt: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type MailOutboxStore = ReturnType<typeof createMailOutboxStore>;
