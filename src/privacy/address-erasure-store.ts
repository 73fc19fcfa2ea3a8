import { createHash } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { addOutbox, carrying, type Outbox } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import type { Language } from '../platform/i18n.ts';

/** Somebody asks to erase what was issued to an address. Done, the address is gone and a number stays as proof. */
export type AddressErasure = {
  id: string;
  address: string;
  language: Language;
  askedAt: Date;
  expiresAt: Date;
};

type AddressErasureDocument = {
  _id: string;
  state: 'asked' | 'done';
  address?: string;
  language?: Language;
  /** SHA-256 of the secret in the link, once there is a letter. */
  linkHash?: string;
  askedAt: Date;
  expiresAt?: Date;
  doneAt?: Date;
  certificates?: number;
  outbox?: EventRecord[];
};

const schema = new mongoose.Schema<AddressErasureDocument>(
  {
    _id: { type: String, required: true },
    state: { type: String, enum: ['asked', 'done'], required: true },
    address: String,
    language: { type: String, enum: ['en', 'fr'] },
    linkHash: String,
    askedAt: { type: Date, required: true },
    expiresAt: Date,
    doneAt: Date,
    certificates: Number,
  },
  { collection: 'address_erasures', versionKey: false },
)
  .index({ linkHash: 1 }, { unique: true, sparse: true })
  .index({ expiresAt: 1 });
addOutbox(schema);

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const toErasure = ({ _id, address = '', language = 'en', askedAt, expiresAt }: AddressErasureDocument) => ({
  id: _id,
  address,
  language,
  askedAt,
  expiresAt: expiresAt ?? askedAt,
});

export const createAddressErasureStore = (connection: Connection, outbox: Outbox) => {
  const requests = connection.model<AddressErasureDocument>('AddressErasure', schema);
  outbox.watch(requests as never);

  const open = (now: Date) => ({ state: 'asked' as const, expiresAt: mongoose.trusted({ $gt: now }) });

  return {
    ask: async ({ id, ...asked }: AddressErasure, event: EventRecord): Promise<void> => {
      await requests.create({ _id: id, state: 'asked', ...asked, outbox: [event] } as never);
    },

    byId: async (id: string, now: Date): Promise<AddressErasure | undefined> => {
      const found = await requests.findOne({ _id: id, ...open(now) }).lean();
      return found ? toErasure(found) : undefined;
    },

    /** The link of the newest letter is the one that works. */
    link: async (id: string, secret: string): Promise<void> => {
      await requests.updateOne({ _id: id, state: 'asked' }, { $set: { linkHash: hashOf(secret) } });
    },

    bySecret: async (secret: string, now: Date): Promise<AddressErasure | undefined> => {
      const found = await requests.findOne({ linkHash: hashOf(secret), ...open(now) }).lean();
      return found ? toErasure(found) : undefined;
    },

    /** Once; of several at once the first one counts. */
    close: async (
      id: string,
      done: { doneAt: Date; certificates: number },
      event: EventRecord,
    ): Promise<void> => {
      await requests.updateOne(
        { _id: id, state: 'asked' },
        {
          $set: { state: 'done', ...done },
          $unset: { address: 1, language: 1, linkHash: 1, expiresAt: 1 },
          ...carrying(event),
        },
      );
    },

    /** Requests that nobody went on with by their end, and proofs that are no longer needed. */
    expire: async (ended: Date, done: Date): Promise<number> => {
      const forgotten = await requests.deleteMany({
        state: 'asked',
        expiresAt: mongoose.trusted({ $lt: ended }),
      });
      const proofs = await requests.deleteMany({ state: 'done', doneAt: mongoose.trusted({ $lt: done }) });
      return forgotten.deletedCount + proofs.deletedCount;
    },
  };
};

export type AddressErasureStore = ReturnType<typeof createAddressErasureStore>;
