import { rm } from 'node:fs/promises';
import type { Connection } from 'mongoose';
import { type Database, ensureIndexes, openDatabase } from '../../src/platform/database/open.ts';
import { cacheDir, throwAwayDir } from './database/embedded-support.ts';

/** The real database for one `describe`: opened before its tests, emptied after each, gone at the end. */
export const testDatabase = () => {
  let database: Database | undefined;
  let dir = '';

  before(async function () {
    this.timeout(60_000);
    dir = await throwAwayDir();
    database = await openDatabase({ kind: 'embedded', dir, cacheDir });
  });
  after(async () => {
    await database?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const connection = (): Connection => {
    if (!database) throw new Error('the database is not open yet');
    return database.connection;
  };
  return {
    connection,
    uri: () => database?.uri ?? '',
    /** Forgets the models, so that the next test builds its own, and empties what they wrote. */
    empty: async (): Promise<void> => {
      const { db } = connection();
      const collections = (await db?.listCollections().toArray()) ?? [];
      await Promise.all(collections.map(({ name }) => connection().collection(name).deleteMany({})));
      connection().deleteModel(/.*/);
    },
    prepare: (): Promise<void> => ensureIndexes(connection()),
  };
};
