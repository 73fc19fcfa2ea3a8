import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import {
  emailKeyOf,
  type Ticket,
  type TicketFile,
  type TicketState,
  type TicketStep,
  type Topic,
  topics,
} from './ticket.ts';

type TicketDocument = {
  _id: string;
  number: string;
  topic: Topic;
  name?: string;
  email?: string;
  emailKey?: string;
  message: string;
  language: Ticket['language'];
  accountId?: string;
  suspicion?: Ticket['suspicion'];
  file?: { type: TicketFile['type']; size: number; bytes?: Buffer };
  state: TicketState;
  receivedAt: Date;
  handledAt?: Date;
  steps: TicketStep[];
  outbox?: EventRecord[];
};

const states = ['open', 'answered', 'closed'] as const;

const schema = new mongoose.Schema<TicketDocument>(
  {
    _id: { type: String, required: true },
    number: { type: String, required: true },
    topic: { type: String, enum: topics, required: true },
    name: String,
    email: String,
    emailKey: String,
    message: { type: String, required: true },
    language: { type: String, required: true },
    accountId: String,
    suspicion: { type: mongoose.Schema.Types.Mixed },
    file: { type: new mongoose.Schema({ type: String, size: Number, bytes: Buffer }, { _id: false }) },
    state: { type: String, enum: states, required: true },
    receivedAt: { type: Date, required: true },
    handledAt: Date,
    steps: { type: [mongoose.Schema.Types.Mixed], required: true } as never,
  },
  { collection: 'tickets', versionKey: false },
)
  .index({ number: 1 }, { unique: true })
  .index({ accountId: 1 }, { sparse: true })
  // Not the key of before, which was not sparse: an index of the same name cannot be made over it.
  .index({ emailKey: 1, _id: 1 })
  .index({ state: 1, receivedAt: 1 });
addOutbox(schema);

type CounterDocument = { _id: string; last: number };

const counterSchema = new mongoose.Schema<CounterDocument>(
  { _id: { type: String, required: true }, last: { type: Number, required: true } },
  { collection: 'ticket_counters', versionKey: false },
);

const toTicket = ({ _id, emailKey: _key, outbox: _outbox, ...rest }: TicketDocument): Ticket =>
  ({ id: _id, ...rest }) as Ticket;

/** Whose tickets: those sent while signed in, and those sent from the account's address without signing in. */
export type Person = { accountId: string; email?: string | undefined };

const ofPerson = ({ accountId, email }: Person) => ({
  $or: [{ accountId }, ...(email ? [{ emailKey: emailKeyOf(email) }] : [])],
});

/** Lists of tickets must not bring megabytes of files. */
const withoutBytes = { 'file.bytes': 0 };

export const createTicketStore = (connection: Connection, outbox: Outbox) => {
  const tickets = connection.model<TicketDocument>('Ticket', schema);
  const counters = connection.model<CounterDocument>('TicketCounter', counterSchema);
  outbox.watch(tickets as never);

  const countUp = (year: string) =>
    counters
      .findOneAndUpdate({ _id: year }, { $inc: { last: 1 } }, { upsert: true, returnDocument: 'after' })
      .lean();

  return {
    /** The next count of the year, never given twice, even when a ticket has since been erased. Gaps are harmless. */
    nextCount: async (year: number): Promise<number> => {
      try {
        return (await countUp(String(year)))?.last ?? 1;
      } catch (error) {
        // Two first messages of a year: the other one made the counter.
        if (!isDuplicate(error)) throw error;
        return (await countUp(String(year)))?.last ?? 1;
      }
    },

    /** The file stands in the ticket itself, so that both come and go together. */
    add: async (
      { id, ...ticket }: Ticket,
      bytes: Uint8Array | undefined,
      event: EventRecord,
    ): Promise<void> => {
      const { email, file } = ticket;
      await tickets.create({
        ...ticket,
        _id: id,
        ...(email === undefined ? {} : { emailKey: emailKeyOf(email) }),
        ...(file && bytes ? { file: { ...file, bytes: Buffer.from(bytes) } } : {}),
        outbox: [event],
      } as never);
    },

    find: async (id: string): Promise<Ticket | undefined> => {
      const found = await tickets.findById(id, withoutBytes).lean();
      return found ? toTicket(found as TicketDocument) : undefined;
    },

    file: async (id: string): Promise<TicketFile | undefined> => {
      const file = (await tickets.findById(id, { file: 1 }))?.file;
      return file?.bytes && { type: file.type, bytes: Uint8Array.from(file.bytes) };
    },

    /** Oldest first, since they have waited longest; handled ones newest first. */
    list: async (query: {
      state: TicketState;
      topics: readonly Topic[];
      limit: number;
    }): Promise<Ticket[]> => {
      const found = await tickets
        .find({ state: query.state, topic: mongoose.trusted({ $in: [...query.topics] }) }, withoutBytes)
        .sort({ receivedAt: query.state === 'open' ? 1 : -1 })
        .limit(query.limit)
        .lean();
      return found.map((document) => toTicket(document as TicketDocument));
    },

    /** Notes a step of staff, unless the ticket is closed already; answers whether it was noted. */
    handle: async (id: string, step: TicketStep, event: EventRecord): Promise<boolean> => {
      const { modifiedCount } = await tickets.updateOne(
        { _id: id, state: mongoose.trusted({ $ne: 'closed' }) },
        {
          $set: { state: step.did, handledAt: step.at },
          $push: { steps: step, ...carrying(event).$push },
        } as never,
      );
      return modifiedCount === 1;
    },

    of: async (person: Person): Promise<Ticket[]> => {
      const found = await tickets.find(ofPerson(person), withoutBytes).sort({ receivedAt: 1 }).lean();
      return found.map((document) => toTicket(document as TicketDocument));
    },

    erase: async (person: Person): Promise<number> =>
      (await tickets.deleteMany(ofPerson(person))).deletedCount,

    /** Deletes what was last handled before the date. An open ticket is work, and stays. */
    expire: async (before: Date): Promise<number> =>
      (
        await tickets.deleteMany({
          state: mongoose.trusted({ $ne: 'open' }),
          handledAt: mongoose.trusted({ $lt: before }),
        })
      ).deletedCount,
  };
};

export type TicketStore = ReturnType<typeof createTicketStore>;
