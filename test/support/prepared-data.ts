import { rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kept = new Map<string, Promise<string>>();

const prepare = async (make: (dir: string) => Promise<void>): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'prepared-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  await make(dir);
  return dir;
};

/**
 * Fills a data directory with what an installation has after its first start. Only the first call of this process for a
 * key makes it; the others get a copy, which spares them the indexes and the seed.
 */
export const fillDataDir = async (
  dir: string,
  key: string,
  make: (dir: string) => Promise<void>,
): Promise<void> => {
  const prepared = kept.get(key) ?? prepare(make);
  kept.set(key, prepared);
  await cp(await prepared, dir, { recursive: true });
};
