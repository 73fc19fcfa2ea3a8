import { type Database, openDatabase } from '../../src/platform/database/open.ts';
import { borrowDatabase, type LentDatabase } from './shared-engine.ts';

export type LentConnection = Database & Pick<LentDatabase, 'empty'>;

/** A connection of the product on an empty database of the shared engine; closing it gives the database back. */
export const openLent = async (kind: string): Promise<LentConnection> => {
  const lent = await borrowDatabase(kind);
  const database = await openDatabase({ kind: 'server', uri: lent.uri });
  return {
    ...database,
    empty: lent.empty,
    close: async () => {
      await database.close();
      await lent.giveBack();
    },
  };
};
