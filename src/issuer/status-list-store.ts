import mongoose, { type Connection } from 'mongoose';
import { countWrites } from '../platform/database/count-writes.ts';
import { isDuplicate } from '../platform/database/duplicates.ts';
import type { JsonObject } from '../vc/index.ts';
import type { StatusPurpose } from './status-entry.ts';

/** One published list. `version` counts its signatures; two processes that sign at once are told apart by it. */
export type StatusList = {
  id: string;
  purpose: StatusPurpose;
  url: string;
  /** The DID it was opened under. */
  issuer: string;
  number: number;
  length: number;
  allocated: number;
  version: number;
  /** How many changes of its bits the published list shows; -1 before the first signature. */
  listed: number;
  /** Which key in the row of those put to use signed it; 0 when that is not known. */
  signedBy: number;
  credential: JsonObject | undefined;
  publishedAt: Date | undefined;
};

type ListDocument = Omit<StatusList, 'id' | 'purpose' | 'signedBy' | 'credential' | 'publishedAt'> & {
  _id: string;
  /** Missing in lists of the first version, which were all for revocations. */
  purpose?: StatusPurpose;
  signedBy?: number;
  credential?: string;
  publishedAt?: Date;
};

const schema = new mongoose.Schema<ListDocument>(
  {
    _id: { type: String, required: true },
    purpose: String,
    url: { type: String, required: true },
    issuer: { type: String, required: true },
    number: { type: Number, required: true },
    length: { type: Number, required: true },
    allocated: { type: Number, required: true },
    version: { type: Number, required: true },
    listed: { type: Number, required: true },
    signedBy: Number,
    credential: String,
    publishedAt: Date,
  },
  { collection: 'status_lists', versionKey: false },
).index({ url: 1 }, { unique: true });

const writes = countWrites(schema);

const toList = ({ _id, purpose, signedBy, credential, publishedAt, ...rest }: ListDocument): StatusList => ({
  id: _id,
  purpose: purpose ?? 'revocation',
  ...rest,
  signedBy: signedBy ?? 0,
  credential: credential === undefined ? undefined : (JSON.parse(credential) as JsonObject),
  publishedAt,
});

/** The lists of one purpose that one issuer opened at one address. */
export type Series = { purpose: StatusPurpose; issuer: string; origin: string };

const ofPurpose = (purpose: StatusPurpose) =>
  purpose === 'revocation'
    ? { purpose: mongoose.trusted({ $in: [purpose, null] }) }
    : ({ purpose } as Record<string, unknown>);

const inSeries = ({ purpose, issuer, origin }: Series) => ({
  ...ofPurpose(purpose),
  issuer,
  url: mongoose.trusted({ $regex: `^${origin.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}/` }),
});

/** Those of the test issuer lie apart, so that no count and no search ever mixes them with genuine ones. */
export const createStatusListStore = (connection: Connection, kept: 'genuine' | 'test' = 'genuine') => {
  const lists =
    kept === 'genuine'
      ? connection.model<ListDocument>('StatusList', schema)
      : connection.model<ListDocument>('TestStatusList', schema, 'test_status_lists');

  const one = async (filter: object, sort: Record<string, 1 | -1> = {}): Promise<StatusList | undefined> => {
    const found = await lists.findOne(filter).sort(sort).lean();
    return found ? toList(found) : undefined;
  };

  return {
    /** Rises with every change that this process makes. */
    changes: (): number => writes.through(connection),

    byId: (id: string) => one({ _id: id }),
    byUrl: (url: string) => one({ url }),

    /** The address of each of these lists. */
    urlsOf: async (ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      const found = await lists.find({ _id: mongoose.trusted({ $in: [...ids] }) }, { url: 1 }).lean();
      return new Map(found.map(({ _id, url }) => [_id, url]));
    },

    /** Every DID under which a list was opened: those this service has issued under, also before it moved. */
    issuers: (): Promise<string[]> => lists.distinct('issuer'),

    ids: async (): Promise<string[]> =>
      (await lists.find({}, { _id: 1 }).sort({ number: 1 }).lean()).map(({ _id }) => _id),

    /** The oldest list of the series in which fewer bits than this are given out. */
    withRoom: (series: Series, below: number) =>
      one({ ...inSeries(series), allocated: mongoose.trusted({ $lt: below }) }, { number: 1 }),

    newest: (series: Series) => one(inSeries(series), { number: -1 }),

    /** Numbers count on within a purpose, whoever the issuer was: they are part of the address. */
    highestNumber: async (purpose: StatusPurpose): Promise<number> =>
      (await one(ofPurpose(purpose), { number: -1 }))?.number ?? 0,

    /** Opens a list; when another process opened the same number first, that one counts. */
    open: async (
      list: Pick<StatusList, 'id' | 'purpose' | 'url' | 'issuer' | 'number' | 'length'>,
    ): Promise<void> => {
      const { id, ...rest } = list;
      try {
        await lists.create({ _id: id, ...rest, allocated: 0, version: 0, listed: -1 });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    /** Counts bits that were given out; a cut before it leaves the list a little fuller than it says. */
    countAllocated: async (id: string, more: number): Promise<void> => {
      await lists.updateOne({ _id: id }, { $inc: { allocated: more } });
    },

    /** Publishes a signature made from version `from`. False when another one came in between: read and sign again. */
    publish: async (
      id: string,
      from: number,
      published: { credential: JsonObject; listed: number; publishedAt: Date; signedBy: number },
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
