import type { Connection } from 'mongoose';
import { ensureIndexes } from '../../src/platform/database/open.ts';
import { type LentConnection, openLent } from '../support/lent-connection.ts';

/** The real database for one `describe`: opened before its tests, emptied after each, gone at the end. */
export const testDatabase = () => {
  let database: LentConnection | undefined;

  before(async function () {
    this.timeout(60_000);
    database = await openLent('platform');
  });
  after(() => database?.close());

  const connection = (): Connection => {
    if (!database) throw new Error('the database is not open yet');
    return database.connection;
  };
  return {
    connection,
    uri: () => database?.uri ?? '',
    /** Forgets the models, so that the next test builds its own, and empties what they wrote. */
    empty: async (): Promise<void> => {
      await database?.empty();
      connection().deleteModel(/.*/);
    },
    prepare: (): Promise<void> => ensureIndexes(connection()),
  };
};
