import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';
import type { JsonObject } from '../vc/index.ts';
import type { StatusEntry } from './certificate.ts';

/** One published list. `version` counts its signatures; two processes that sign at once are told apart by it. */
export type StatusList = {
  id: string;
  url: string;
  issuer: string;
  number: number;
  length: number;
  allocated: number;
  version: number;
  /** How many set bits the published list shows; -1 before the first signature. Bits are never cleared. */
  listed: number;
  credential: JsonObject | undefined;
  publishedAt: Date | undefined;
};

type ListDocument = {
  _id: string;
  url: string;
  issuer: string;
  number: number;
  length: number;
  allocated: number;
  version: number;
  listed: number;
  credential?: string;
  publishedAt?: Date;
};

/** One bit that belongs to one certificate for ever. Its `_id` is the list and the index, so no bit is given twice. */
type EntryDocument = { _id: string; list: string; index: number; certificate: string; set: boolean };

const listSchema = new mongoose.Schema<ListDocument>(
  {
    _id: { type: String, required: true },
    url: { type: String, required: true },
    issuer: { type: String, required: true },
    number: { type: Number, required: true },
    length: { type: Number, required: true },
    allocated: { type: Number, required: true },
    version: { type: Number, required: true },
    listed: { type: Number, required: true },
    credential: String,
    publishedAt: Date,
  },
  { collection: 'status_lists', versionKey: false },
).index({ url: 1 }, { unique: true });

const entrySchema = new mongoose.Schema<EntryDocument>(
  {
    _id: { type: String, required: true },
    list: { type: String, required: true },
    index: { type: Number, required: true },
    certificate: { type: String, required: true },
    set: { type: Boolean, required: true },
  },
  { collection: 'status_entries', versionKey: false },
)
  .index({ certificate: 1 }, { unique: true })
  .index({ list: 1, index: 1 }, { partialFilterExpression: { set: true } });

const toList = ({ _id, credential, publishedAt, ...rest }: ListDocument): StatusList => ({
  id: _id,
  ...rest,
  credential: credential === undefined ? undefined : (JSON.parse(credential) as JsonObject),
  publishedAt,
});

export const createStatusListStore = (connection: Connection) => {
  const lists = connection.model<ListDocument>('StatusList', listSchema);
  const entries = connection.model<EntryDocument>('StatusEntry', entrySchema);

  const entryOf = async (certificate: string): Promise<StatusEntry | undefined> => {
    const found = await entries.findOne({ certificate }).lean();
    return found ? { list: found.list, index: found.index } : undefined;
  };

  return {
    entryOf,

    /** Gives the bit to the certificate, unless the bit is taken: then nothing, and the caller tries another. */
    claim: async (certificate: string, { list, index }: StatusEntry): Promise<StatusEntry | undefined> => {
      try {
        await entries.create({ _id: `${list}:${index}`, list, index, certificate, set: false });
        await lists.updateOne({ _id: list }, { $inc: { allocated: 1 } });
        return { list, index };
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return entryOf(certificate);
      }
    },

    setBit: async (certificate: string): Promise<StatusEntry | undefined> => {
      const found = await entries.findOneAndUpdate({ certificate }, { $set: { set: true } }).lean();
      return found ? { list: found.list, index: found.index } : undefined;
    },

    bitsSet: async (list: string): Promise<number[]> => {
      const found = await entries.find({ list, set: true }, { index: 1 }).lean();
      return found.map(({ index }) => index);
    },

    countSet: (list: string): Promise<number> => entries.countDocuments({ list, set: true }),

    byId: async (id: string): Promise<StatusList | undefined> => {
      const found = await lists.findById(id).lean();
      return found ? toList(found) : undefined;
    },

    byUrl: async (url: string): Promise<StatusList | undefined> => {
      const found = await lists.findOne({ url }).lean();
      return found ? toList(found) : undefined;
    },

    /** Every DID under which a list was opened: those this service has issued under, also before it moved. */
    issuers: (): Promise<string[]> => lists.distinct('issuer'),

    all: async (): Promise<StatusList[]> => (await lists.find().sort({ number: 1 }).lean()).map(toList),

    newest: async (issuer: string, origin: string): Promise<StatusList | undefined> => {
      const own = {
        issuer,
        url: mongoose.trusted({ $regex: `^${origin.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}/` }),
      };
      const found = await lists.findOne(own).sort({ number: -1 }).lean();
      return found ? toList(found) : undefined;
    },

    highestNumber: async (): Promise<number> =>
      (await lists.findOne({}, { number: 1 }).sort({ number: -1 }).lean())?.number ?? 0,

    /** Opens a list; when another process opened the same number first, that one counts. */
    open: async (list: {
      id: string;
      url: string;
      issuer: string;
      number: number;
      length: number;
    }): Promise<void> => {
      const { id, ...rest } = list;
      try {
        await lists.create({ _id: id, ...rest, allocated: 0, version: 0, listed: -1 });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    /** Publishes a signature made from version `from`. False when another one came in between: read and sign again. */
    publish: async (
      id: string,
      from: number,
      published: { credential: JsonObject; listed: number; publishedAt: Date },
    ): Promise<boolean> => {
      const credential = JSON.stringify(published.credential);
      const result = await lists.updateOne(
        { _id: id, version: from },
        { $set: { ...published, credential, version: from + 1 } },
      );
      return result.modifiedCount === 1;
    },
  };
};

export type StatusListStore = ReturnType<typeof createStatusListStore>;
