import mongoose, { type Connection } from 'mongoose';
import { countWrites } from '../platform/database/count-writes.ts';
import type { StatusEntry, StatusPurpose } from './status-entry.ts';

/**
 * One bit that belongs to one credential for ever. Its `_id` is the list and the index, so no bit is given twice.
 * `certificate` names the credential: our number for a certificate, another key of ours for any other.
 */
type EntryDocument = {
  _id: string;
  list: string;
  index: number;
  certificate: string;
  purpose: StatusPurpose;
  set: boolean;
  /** How often the bit has changed. Only ever grows, so the sum over a list tells whether a signature shows everything. */
  changes: number;
  /** The last of the credential's own changes that was applied; an older one that comes late is not. */
  asOf: number;
};

export type HeldEntry = StatusEntry & { certificate: string };

const schema = new mongoose.Schema<EntryDocument>(
  {
    _id: { type: String, required: true },
    list: { type: String, required: true },
    index: { type: Number, required: true },
    certificate: { type: String, required: true },
    purpose: { type: String, required: true },
    set: { type: Boolean, required: true },
    changes: { type: Number, required: true },
    asOf: { type: Number, required: true },
  },
  { collection: 'status_entries', versionKey: false },
)
  .index({ certificate: 1, purpose: 1 }, { unique: true })
  // Neither field ever changes, so a scan meets each entry once, whatever is being set meanwhile.
  .index(
    { list: 1, index: 1 },
    {
      name: 'changed_bits',
      partialFilterExpression: { changes: { $gt: 0 } },
    },
  );

const writes = countWrites(schema);

/** Indexes of the first version: one entry per certificate, and bits that were only ever set. */
const formerIndexes = ['certificate_1', 'list_1_index_1'];
const atOnce = 1000;

const chunks = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / atOnce) }, (_, n) => all.slice(n * atOnce, (n + 1) * atOnce));

/** Those of the test issuer lie apart, as their lists do. */
export const createStatusEntryStore = (connection: Connection, kept: 'genuine' | 'test' = 'genuine') => {
  // Bits are counted in tens of thousands: the driver itself, without the checks of Mongoose on every document.
  const model =
    kept === 'genuine'
      ? connection.model<EntryDocument>('StatusEntry', schema)
      : connection.model<EntryDocument>('TestStatusEntry', schema, 'test_status_entries');
  const entries = writes.watched(connection, model.collection);
  const changed = (list: string) => ({ list, changes: { $gt: 0 } });

  return {
    /** Rises with every change that this process makes. */
    writes: (): number => writes.through(connection),

    /** Entries of the first version learn what the others know from birth. Safe to repeat and to race. */
    prepare: async (): Promise<void> => {
      const present = new Set((await entries.indexes()).map(({ name }) => name));
      for (const name of formerIndexes.filter((former) => present.has(former))) {
        await entries.dropIndex(name).catch(() => undefined);
      }
      const changes = { $cond: ['$set', 1, 0] };
      await entries.updateMany({ changes: { $exists: false } }, [
        { $set: { purpose: 'revocation', asOf: 0, changes } },
      ]);
    },

    /** The entries that these credentials have. */
    of: async (certificates: readonly string[], purposes: readonly StatusPurpose[]): Promise<HeldEntry[]> => {
      const found: HeldEntry[] = [];
      for (const some of chunks(certificates)) {
        const projection = { _id: 0, certificate: 1, purpose: 1, list: 1, index: 1 };
        const filter = { certificate: { $in: some }, purpose: { $in: [...purposes] } };
        found.push(...((await entries.find(filter, { projection }).toArray()) as unknown as HeldEntry[]));
      }
      return found;
    },

    /** Gives each bit to its credential; answers those that were free, for credentials that had none. */
    claim: async (wanted: readonly HeldEntry[]): Promise<HeldEntry[]> => {
      const documents = wanted.map((entry) => ({
        ...entry,
        _id: `${entry.list}:${entry.index}`,
        set: false,
        changes: 0,
        asOf: 0,
      }));
      const refused = await refusedOf(entries.insertMany(documents as never[], { ordered: false }));
      return wanted.filter((_entry, place) => !refused.has(place));
    },

    /** Puts the bit where it belongs. With `asOf`, only when no later change of the credential was applied before. */
    change: async (
      { certificate, purpose }: { certificate: string; purpose: StatusPurpose },
      to: boolean,
      asOf?: number,
    ): Promise<void> => {
      const order = asOf === undefined ? {} : { asOf: { $lt: asOf } };
      const changes = { $add: ['$changes', { $cond: [{ $eq: ['$set', to] }, 0, 1] }] };
      await entries.updateOne({ certificate, purpose, ...order }, [
        { $set: { set: to, changes, ...(asOf === undefined ? {} : { asOf }) } },
      ]);
    },

    /** Sets the bits of many, without regard to order: for what is never taken back. */
    setMany: async (certificates: readonly string[], purpose: StatusPurpose): Promise<void> => {
      for (const some of chunks(certificates)) {
        const unset = { certificate: { $in: some }, purpose, set: false };
        await entries.updateMany(unset, { $set: { set: true }, $inc: { changes: 1 } });
      }
    },

    /** The bits of a list that are 1, and how many changes led there: both from one reading of each entry. */
    bits: async (list: string): Promise<{ set: number[]; changes: number }> => {
      const projection = { _id: 0, index: 1, set: 1, changes: 1 };
      const found = await entries.find(changed(list), { projection }).toArray();
      const read = found as unknown as Pick<EntryDocument, 'index' | 'set' | 'changes'>[];
      return {
        set: read.filter(({ set }) => set).map(({ index }) => index),
        changes: read.reduce((sum, { changes }) => sum + changes, 0),
      };
    },

    /** How many changes the bits of a list have seen. */
    changesOf: async (list: string): Promise<number> => {
      const total = { $group: { _id: null, changes: { $sum: '$changes' } } };
      const [row] = await entries
        .aggregate<{ changes: number }>([{ $match: changed(list) }, total])
        .toArray();
      return row?.changes ?? 0;
    },
  };
};

export type StatusEntryStore = ReturnType<typeof createStatusEntryStore>;

const duplicateKey = 11_000;

/** The places that an unordered insertion refused as duplicates. @throws what else went wrong */
const refusedOf = async (insertion: Promise<unknown>): Promise<ReadonlySet<number>> => {
  try {
    await insertion;
    return new Set();
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
    const faults = [error.writeErrors].flat();
    const others = faults.filter(({ code }) => code !== duplicateKey);
    if (others.length > 0 || error.result.getWriteConcernError()) throw error;
    return new Set(faults.map(({ index }) => index));
  }
};
