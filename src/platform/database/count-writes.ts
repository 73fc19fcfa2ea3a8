import type { Collection, Connection, Schema } from 'mongoose';

/** How many writes to one collection this process has seen acknowledged. */
export type WriteCount = {
  through(connection: Connection): number;
  /** The collection of the driver, for stores that write without Mongoose: those writes count as well. */
  watched<C extends Collection>(connection: Connection, collection: C): C;
};

type Written = { model?: { db: Connection }; constructor?: { db?: Connection }; db?: Connection };

/** A query knows its model, a document its constructor; a model itself is `this` where many are written at once. */
const connectionOf = (written: Written): Connection | undefined =>
  written.model?.db ?? written.constructor?.db ?? written.db;

const queries = [
  'updateOne',
  'updateMany',
  'replaceOne',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'deleteOne',
  'deleteMany',
] as const;
const writing: ReadonlySet<PropertyKey> = new Set([...queries, 'insertOne', 'insertMany', 'bulkWrite']);

type Method = (...parameters: unknown[]) => unknown;

const watch = <C extends Collection>(collection: C, count: () => void): C =>
  new Proxy(collection, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const method = (member as Method).bind(target);
      if (!writing.has(name)) return method;
      return async (...parameters: unknown[]) => {
        try {
          return await method(...parameters);
        } finally {
          // What failed may have been done in part.
          count();
        }
      };
    },
  });

/**
 * Counts the writes to a collection, whichever use case makes them. What this process keeps in memory of the collection
 * is out of date as soon as the count differs from the one before it was read; the count rises before the writer hears
 * that the write is done. To be called before the model is made.
 */
// biome-ignore lint/suspicious/noExplicitAny: of any collection
export const countWrites = (schema: Schema<any>): WriteCount => {
  const counts = new WeakMap<Connection, number>();
  const add = (connection: Connection): void => {
    counts.set(connection, (counts.get(connection) ?? 0) + 1);
  };
  const count = (written: unknown): void => {
    const connection = connectionOf(written as Written);
    if (connection) add(connection);
  };
  schema.post([...queries], function () {
    count(this);
  });
  schema.post('save', function () {
    count(this);
  });
  schema.post('insertMany', function () {
    count(this);
  });
  schema.post('bulkWrite', function () {
    count(this);
  });
  return {
    through: (connection) => counts.get(connection) ?? 0,
    watched: (connection, collection) => watch(collection, () => add(connection)),
  };
};
