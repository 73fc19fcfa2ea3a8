import type { IndexDescription } from 'mongodb';
import mongoose, { type Connection, type Model } from 'mongoose';
import { type Logger, silentLogger } from '../logger.ts';
import { holdEngine } from './embedded.ts';

/** Where the data lives: the operator's MongoDB, or our own engine on a directory. */
export type DatabaseChoice =
  | { kind: 'server'; uri: string }
  | { kind: 'embedded'; dir: string; cacheDir: string };

export type Database = {
  readonly connection: Connection;
  /** For people, without secrets. */
  readonly description: string;
  /** For other programs of this machine; holds the operator's password when the choice was a server. */
  readonly uri: string;
  /** Whether the database answers, within two seconds. */
  ping(): Promise<boolean>;
  /** Closes the connection, then lets the engine go; the last process to do so waits until it has closed its files. */
  close(): Promise<void>;
};

const defaultName = 'jinfo';
/** How long a server may take to be found, in milliseconds, unless the operator's address says otherwise. */
const startPatience = 10_000;
const pingPatience = 2000;

/**
 * Opens the database: the one place that knows which kind it is.
 *
 * Everything written through the connection is in the journal (of a majority, on a server) before it is acknowledged. Filters of Mongoose queries
 * name only fields of the schema (`strictQuery`), and an operator inside one counts only when the code says so:
 * `{ runAt: mongoose.trusted({ $lte: now }) }` (`sanitizeFilter`). No transactions and no sessions: not every database has
 * them. Indexes are made by `ensureIndexes`, not by the way.
 * @throws EmbeddedUnavailable when the embedded engine cannot run here; Error when the server cannot be reached.
 */
export const openDatabase = async (
  choice: DatabaseChoice,
  { logger = silentLogger }: { logger?: Logger } = {},
): Promise<Database> => (choice.kind === 'server' ? openServer(choice.uri) : openEmbedded(choice, logger));

const openServer = async (uri: string): Promise<Database> => {
  const hosts = hostsOf(uri);
  try {
    const connection = await connect(uri, { writeConcern: { w: 'majority', journal: true } });
    const description = `MongoDB server at ${hosts}, database ${connection.name}`;
    return databaseOf({ connection, description, uri, letGo: async () => undefined });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The database at ${hosts} (MONGODB_URI) cannot be used: ${reason}`, { cause: error });
  }
};

const openEmbedded = async (
  { dir, cacheDir }: Extract<DatabaseChoice, { kind: 'embedded' }>,
  logger: Logger,
): Promise<Database> => {
  const engine = await holdEngine({ dir, cacheDir, logger });
  try {
    const connection = await connect(engine.uri, {
      // Not `majority`: this engine accepts it, but then answers about one write in four before the journal has it, and
      // a kill loses some of those (5 of 13,735). With 1 it lost none.
      writeConcern: { w: 1, journal: true },
      // The engine has no sessions, which retries of writes need.
      retryWrites: false,
    });
    const description = `embedded MongoDB engine on ${dir} (process ${engine.pid()})`;
    return databaseOf({ connection, description, uri: engine.uri, letGo: engine.close });
  } catch (error) {
    await engine.close();
    throw error;
  }
};

const connect = async (uri: string, options: mongoose.ConnectOptions): Promise<Connection> => {
  // Mongoose reads these two from its own instance, not from the connection.
  mongoose.set('strictQuery', 'throw');
  mongoose.set('sanitizeFilter', true);
  const connection = mongoose.createConnection(uri, {
    autoIndex: false,
    autoCreate: false,
    ...(/[?&]serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: startPatience }),
    ...(nameIn(uri) ? {} : { dbName: defaultName }),
    ...options,
  });
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw error;
  }
};

const nameIn = (uri: string): string | undefined => /^[^:]+:\/\/[^/]+\/([^?]+)/.exec(uri)?.[1];

const hostsOf = (uri: string): string =>
  /^[^:]+:\/\/(?:[^@/]*@)?([^/?]+)/.exec(uri)?.[1] ?? 'an unreadable address';

type Parts = { connection: Connection; description: string; uri: string; letGo(): Promise<void> };

const databaseOf = ({ connection, description, uri, letGo }: Parts): Database => ({
  connection,
  description,
  uri,
  ping: async () => {
    const answer = connection.db?.command({ ping: 1 }, { timeoutMS: pingPatience });
    return (await answer?.catch(() => undefined))?.ok === 1;
  },
  close: async () => {
    await connection.close();
    await letGo();
  },
});

/** All of a collection in one command: a start would otherwise wait for hundreds of them, one after the other. */
const createIndexesOf = async ({ schema, collection }: Model<unknown>): Promise<void> => {
  const indexes = schema
    .indexes()
    .map(([key, { background: _outdated, ...options }]) => ({ key, ...options }));
  if (indexes.length > 0) await collection.createIndexes(indexes as IndexDescription[]);
};

/**
 * Makes the indexes of every registered model that are not there yet. Call it once all models are registered, before the
 * first request: races are decided by unique indexes.
 * @throws Error naming the collection when its data or an older index stands in the way.
 */
export const ensureIndexes = async (connection: Connection): Promise<void> => {
  await Promise.all(
    Object.values(connection.models).map(async (model) => {
      try {
        await createIndexesOf(model);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`Indexes of ${model.collection.name} cannot be made: ${reason}`, { cause: error });
      }
    }),
  );
};
