import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type { Language } from '../../platform/i18n.ts';
import { type Item, type ItemState, type ItemVersion, poolsOf, summaryOf } from './item.ts';
import type { QuestionKind } from './question.ts';

/** `key` is a fixed chance between 0 and 1, the source of every draw; `pools` are empty unless published. */
type ItemDocument = Omit<Item, 'id'> & { _id: string; key: number; pools: readonly string[] };
type VersionDocument = Omit<ItemVersion, 'itemId'> & { _id: string; item: string };

const { Mixed } = mongoose.Schema.Types;

const itemSchema = new mongoose.Schema<ItemDocument>(
  {
    _id: { type: String, required: true },
    state: { type: String, enum: ['draft', 'published', 'retired'], required: true },
    latest: { type: Number, required: true },
    current: Number,
    kind: { type: String, required: true },
    tags: { type: [String], required: true } as never,
    languages: { type: [String], required: true } as never,
    title: { type: Mixed, required: true } as never,
    updatedAt: { type: Date, required: true },
    key: { type: Number, required: true },
    pools: { type: [String], required: true } as never,
  },
  { collection: 'items', versionKey: false, minimize: false },
)
  .index({ pools: 1 })
  .index({ updatedAt: -1, _id: 1 })
  .index({ tags: 1, updatedAt: -1 });
addOutbox(itemSchema);

const versionSchema = new mongoose.Schema<VersionDocument>(
  {
    _id: { type: String, required: true },
    item: { type: String, required: true },
    version: { type: Number, required: true },
    question: { type: Mixed, required: true } as never,
    hash: { type: String, required: true },
    languages: { type: [String], required: true } as never,
    by: { type: String, required: true },
    authors: { type: [String], required: true } as never,
    createdAt: { type: Date, required: true },
    source: { type: Mixed } as never,
    publishedBy: String,
    publishedAt: Date,
  },
  { collection: 'item_versions', versionKey: false, minimize: false },
)
  // Two who write the next version at once: one of them is told.
  .index({ item: 1, version: 1 }, { unique: true })
  .index({ hash: 1 })
  .index({ 'source.importId': 1 }, { sparse: true });

/** The name of a version, unique in the bank: what a frozen form keeps. */
export const versionId = (itemId: string, version: number): string => `${itemId}@${version}`;

const toItem = ({ _id, key: _key, pools: _pools, ...rest }: ItemDocument & { outbox?: unknown }): Item => {
  const { outbox: _outbox, ...item } = rest as typeof rest & { outbox?: unknown };
  return { id: _id, ...item };
};

const toVersion = ({ _id, item, ...rest }: VersionDocument): ItemVersion => ({ itemId: item, ...rest });

export type ItemFilter = {
  tag?: string;
  kind?: QuestionKind;
  state?: ItemState;
  /** Complete in it, or `missing-<language>`: not complete in it. */
  language?: Language | `missing-${Language}`;
  /** Only those whose newest version waits to be published. */
  waiting?: boolean;
  importId?: string;
};

const languageFilter = (language: NonNullable<ItemFilter['language']>) =>
  language.startsWith('missing-')
    ? mongoose.trusted({ $ne: language.slice('missing-'.length) })
    : (language as Language);

const waitingFilter = {
  $expr: mongoose.trusted({ $gt: ['$latest', { $ifNull: ['$current', 0] }] }),
  state: mongoose.trusted({ $ne: 'retired' }),
};

/** Items and their versions. */
export const createItemStore = (connection: Connection, outbox: Outbox) => {
  const items = connection.model<ItemDocument>('Item', itemSchema);
  const versions = connection.model<VersionDocument>('ItemVersion', versionSchema);
  outbox.watch(items as never);

  const filterOf = async ({ tag, kind, state, language, waiting, importId }: ItemFilter) => ({
    ...(importId
      ? { _id: mongoose.trusted({ $in: await versions.distinct('item', { 'source.importId': importId }) }) }
      : {}),
    ...(waiting ? waitingFilter : {}),
    ...(tag ? { tags: tag } : {}),
    ...(kind ? { kind } : {}),
    ...(state ? { state } : {}),
    ...(language ? { languages: languageFilter(language) } : {}),
  });

  const version = async (itemId: string, number: number): Promise<ItemVersion | undefined> => {
    const found = await versions.findById(versionId(itemId, number)).lean();
    return found ? toVersion(found as VersionDocument) : undefined;
  };

  return {
    version,

    /** Keeps a version, unless this number is taken. */
    addVersion: async ({ itemId, ...rest }: ItemVersion): Promise<boolean> => {
      try {
        await versions.create({ _id: versionId(itemId, rest.version), item: itemId, ...rest } as never);
        return true;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return false;
      }
    },

    /** Makes the item show its newest version. Safe to repeat, and to come late. */
    show: async (newest: ItemVersion, key: number): Promise<void> => {
      const { itemId, version: latest, question, createdAt } = newest;
      const summary = { ...summaryOf(question), latest, updatedAt: createdAt };
      const write = () =>
        items.updateOne(
          { _id: itemId },
          { $setOnInsert: { ...summary, state: 'draft', key, pools: [] } as never },
          { upsert: true },
        );
      await write().catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
      });
      await items.updateOne(
        { _id: itemId, latest: mongoose.trusted({ $lt: latest }) },
        { $set: summary as never },
      );
    },

    /**
     * Offers the newest version to tests. False when a newer one was written meanwhile; true when it is offered already.
     */
    publish: async (published: ItemVersion, event: EventRecord): Promise<boolean> => {
      const { itemId, version: number, question, publishedBy, publishedAt } = published;
      const earlier = [
        { current: mongoose.trusted({ $exists: false }) },
        { current: mongoose.trusted({ $lt: number }) },
      ];
      await items.updateOne(
        { _id: itemId, latest: number, state: mongoose.trusted({ $ne: 'retired' }), $or: earlier } as never,
        {
          $set: {
            state: 'published',
            current: number,
            pools: poolsOf(question),
            updatedAt: publishedAt,
          } as never,
          ...carrying(event),
        },
      );
      if ((await items.exists({ _id: itemId, current: number })) === null) return false;
      // After the item: a cut leaves a published version without its date, which the next attempt writes.
      await versions.updateOne(
        { _id: versionId(itemId, number), publishedAt: mongoose.trusted({ $exists: false }) },
        { $set: { publishedBy, publishedAt } as never },
      );
      return true;
    },

    retire: async (itemId: string, at: Date, event: EventRecord): Promise<boolean> => {
      const { modifiedCount } = await items.updateOne(
        { _id: itemId, state: mongoose.trusted({ $ne: 'retired' }) },
        { $set: { state: 'retired', pools: [], updatedAt: at } as never, ...carrying(event) },
      );
      return modifiedCount === 1;
    },

    /** Takes a retirement back: the item is again what it was. */
    restore: async (
      item: Item,
      published: ItemVersion | undefined,
      at: Date,
      event: EventRecord,
    ): Promise<boolean> => {
      const pools = published ? poolsOf(published.question) : [];
      const { modifiedCount } = await items.updateOne(
        { _id: item.id, state: 'retired' },
        {
          $set: { state: published ? 'published' : 'draft', pools, updatedAt: at } as never,
          ...carrying(event),
        },
      );
      return modifiedCount === 1;
    },

    byId: async (itemId: string): Promise<Item | undefined> => {
      const found = await items.findById(itemId, { outbox: 0 }).lean();
      return found ? toItem(found as ItemDocument) : undefined;
    },

    newestOf: async (itemId: string): Promise<ItemVersion | undefined> => {
      const found = await versions.findOne({ item: itemId }).sort({ version: -1 }).lean();
      return found ? toVersion(found as VersionDocument) : undefined;
    },

    versionsOf: async (itemId: string): Promise<ItemVersion[]> => {
      const found = await versions.find({ item: itemId }).sort({ version: -1 }).lean();
      return (found as VersionDocument[]).map(toVersion);
    },

    hasHash: async (itemId: string, hash: string): Promise<boolean> =>
      (await versions.exists({ item: itemId, hash })) !== null,

    /** Which of these questions the bank has already, in any version: hash to item. */
    withHashes: async (hashes: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      const found = await versions
        .find({ hash: mongoose.trusted({ $in: [...hashes] }) }, { hash: 1, item: 1 })
        .lean();
      return new Map((found as VersionDocument[]).map(({ hash, item }) => [hash, item]));
    },

    /** Versions by their names. */
    versionsNamed: async (ids: readonly string[]): Promise<ItemVersion[]> => {
      const found = await versions.find({ _id: mongoose.trusted({ $in: [...ids] }) }).lean();
      return (found as VersionDocument[]).map(toVersion);
    },

    list: async (filter: ItemFilter, { skip, limit }: { skip: number; limit: number }): Promise<Item[]> => {
      const found = await items
        .find((await filterOf(filter)) as never, { outbox: 0 })
        .sort({ updatedAt: -1, _id: 1 })
        .skip(skip)
        .limit(limit)
        .lean();
      return (found as unknown as ItemDocument[]).map(toItem);
    },

    /** The newest version of everything that fits, for an export. */
    newestVersions: async (filter: ItemFilter, limit: number): Promise<ItemVersion[]> => {
      const found = (await items
        .find((await filterOf(filter)) as never, { latest: 1 })
        .sort({ _id: 1 })
        .limit(limit)
        .lean()) as unknown as ItemDocument[];
      const ids = found.map(({ _id, latest }) => versionId(_id, latest));
      const newest = (await versions
        .find({ _id: mongoose.trusted({ $in: ids }) })
        .lean()) as unknown as VersionDocument[];
      const named = new Map(newest.map((version) => [version._id, version]));
      // In the order of the items: `i-10@1` would stand before `i-1@1` by itself.
      return ids.flatMap((id) => {
        const version = named.get(id);
        return version ? [toVersion(version)] : [];
      });
    },

    count: async (filter: ItemFilter): Promise<number> =>
      items.countDocuments((await filterOf(filter)) as never),

    tags: async (): Promise<string[]> => (await items.distinct('tags')).sort(),

    /**
     * Items of a pool in an order that the two numbers of chance decide: the same numbers give the same order, other
     * numbers an unrelated one. Only ids leave the database.
     */
    drawFrom: async (
      pool: string,
      { factor, shift, limit }: { factor: number; shift: number; limit: number },
    ): Promise<{ itemId: string; version: number }[]> => {
      const found = await items.aggregate<{ _id: string; current: number }>([
        { $match: { pools: pool } },
        { $project: { current: 1, at: { $mod: [{ $add: [{ $multiply: ['$key', factor] }, shift] }, 1] } } },
        { $sort: { at: 1, _id: 1 } },
        { $limit: limit },
        { $project: { current: 1 } },
      ]);
      return found.map(({ _id, current }) => ({ itemId: _id, version: current }));
    },

    /** How many published items are in each set of these pools: enough to tell what can be drawn, without an item. */
    overlaps: async (pools: readonly string[]): Promise<{ pools: string[]; count: number }[]> => {
      const found = await items.aggregate<{ _id: string[]; count: number }>([
        { $match: { pools: { $in: [...pools] } } },
        {
          $group: {
            _id: { $filter: { input: '$pools', cond: { $in: ['$$this', [...pools]] } } },
            count: { $sum: 1 },
          },
        },
      ]);
      return found.map(({ _id, count }) => ({ pools: _id, count }));
    },
  };
};

export type ItemStore = ReturnType<typeof createItemStore>;
