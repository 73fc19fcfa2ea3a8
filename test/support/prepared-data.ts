import { rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Db, Document } from 'mongodb';
import type { LentDatabase } from './shared-engine.ts';

type Prepared = { dir: string; documents: ReadonlyMap<string, Document[]> };

const kept = new Map<string, Promise<Prepared>>();

/** As they are stored: numbers keep their type on the way back. */
const documentsOf = async (db: Db): Promise<ReadonlyMap<string, Document[]>> => {
  const listed = await db.listCollections({}, { nameOnly: true }).toArray();
  const all = await Promise.all(
    listed.map(async ({ name }) => {
      const found = await db.collection(name).find({}, { promoteValues: false }).toArray();
      return [name, found] as const;
    }),
  );
  return new Map(all.filter(([, documents]) => documents.length > 0));
};

const prepare = async (db: Db, make: (dir: string) => Promise<void>): Promise<Prepared> => {
  const dir = await mkdtemp(join(tmpdir(), 'prepared-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  await make(dir);
  return { dir, documents: await documentsOf(db) };
};

/**
 * Fills a data directory and an empty database with what an installation has after its first start. Only the first call
 * of this process for a key makes it; the others get a copy, which spares them the seed and, in a database that was used
 * before, the indexes.
 */
export const fillInstallation = async (
  { dir, lent }: { dir: string; lent: LentDatabase },
  key: string,
  make: (dir: string) => Promise<void>,
): Promise<void> => {
  const known = kept.get(key);
  const making = known ?? prepare(lent.db, make);
  kept.set(key, making);
  const prepared = await making;
  await cp(prepared.dir, dir, { recursive: true });
  if (!known) return;
  const insert = ([name, documents]: [string, Document[]]) => lent.db.collection(name).insertMany(documents);
  await Promise.all([...prepared.documents].map(insert));
};
