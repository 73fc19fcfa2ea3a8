import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { type EmbeddedEngine, holdEngine } from '../../src/platform/database/embedded.ts';
import { silentLogger } from '../../src/platform/logger.ts';

/** A database of the engine that the tests of this process share: its own name, the indexes of an earlier use. */
export type LentDatabase = {
  /** For `openDatabase({ kind: 'server', uri })` and for MONGODB_URI. */
  readonly uri: string;
  readonly db: Db;
  /** Deletes every document and keeps the indexes, which cost more than all else. */
  empty(): Promise<void>;
  giveBack(): Promise<void>;
};

type Shared = { engine: EmbeddedEngine; client: MongoClient; dir: string; free: Map<string, string[]> };

/** Fetched once: what an older system needs to run the engine. */
const cacheDir = resolve('var/cache');

/** How long the engine waits for another holder, in milliseconds: the next test file comes sooner. */
const patience = 4000;

let shared: Promise<Shared> | undefined;
let holders = 0;
let names = 0;
let ending: NodeJS.Timeout | undefined;

const start = async (): Promise<Shared> => {
  const dir = await mkdtemp(join(tmpdir(), 'shared-engine-'));
  const engine = await holdEngine({ dir, cacheDir, logger: silentLogger });
  const client = await MongoClient.connect(engine.uri, { writeConcern: { w: 1, journal: false } });
  return { engine, client, dir, free: new Map() };
};

const end = async ({ engine, client, dir }: Shared): Promise<void> => {
  await client.close();
  await engine.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
};

const letGo = (): void => {
  holders -= 1;
  if (holders > 0) return;
  ending = setTimeout(() => {
    void shared?.then(end);
    shared = undefined;
  }, patience);
};

/** Asks all collections at once which of them hold anything: most do not. */
const filledCollections = async (db: Db): Promise<string[]> => {
  const listed = await db.listCollections({}, { nameOnly: true }).toArray();
  const one = (name: string) => [{ $limit: 1 }, { $project: { _id: 0, name: { $literal: name } } }];
  const [first, ...others] = listed.map(({ name }) => name);
  if (first === undefined) return [];
  const unions = others.map((coll) => ({ $unionWith: { coll, pipeline: one(coll) } }));
  const filled = await db
    .collection(first)
    .aggregate([...one(first), ...unions])
    .toArray();
  return filled.map(({ name }) => name as string);
};

const empty = async (db: Db): Promise<void> => {
  const filled = await filledCollections(db);
  await Promise.all(filled.map((name) => db.collection(name).deleteMany({})));
};

/**
 * An empty database. Only borrowers of the same kind get each other's databases, so that nobody finds the indexes of
 * another product part. Starting an engine costs more than most tests: give it back, and it serves the next file.
 */
export const borrowDatabase = async (kind: string): Promise<LentDatabase> => {
  clearTimeout(ending);
  holders += 1;
  shared ??= start();
  const { engine, client, free } = await shared;
  const name = free.get(kind)?.pop() ?? `${kind}-${++names}`;
  const db = client.db(name);
  await empty(db);
  let held = true;
  return {
    uri: engine.uri.replace('/jinfo?', `/${name}?`),
    db,
    empty: () => empty(db),
    giveBack: async () => {
      if (!held) return;
      held = false;
      free.set(kind, [...(free.get(kind) ?? []), name]);
      letGo();
    },
  };
};
