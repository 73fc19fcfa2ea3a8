import { join, relative } from 'node:path';

/** Shortest limit of the supported systems for the path of a Unix socket, in bytes (macOS 104, Linux 108, with the NUL). */
const longestSocketPath = 103;

/**
 * What the engine and the web processes leave for each other, beside MongoDB's own files: all of it in `<dir>/run`, all
 * of it removed by a clean close.
 */
export const runtimePaths = (dir: string) => {
  const run = join(dir, 'run');
  return {
    run,
    /** `{ pid, startedAt }` of the living engine, for people and tools; nothing decides by it. */
    engineFile: join(run, 'engine.json'),
    /** A fixed name for the engine's own socket: the address stays the same when the engine is started anew. */
    databaseSocket: join(run, 'mongodb.sock'),
    /** Whoever is connected here keeps the engine alive. */
    leaseSocket: join(run, 'lease.sock'),
    /** What the engine process says on its error stream. */
    log: join(run, 'engine.log'),
  };
};

/**
 * The path by which this process reaches a socket: the absolute one, or the one relative to the working folder when only
 * that is short enough for the system.
 * @throws Error when both are too long.
 */
export const reachable = (socket: string, workingFolder = process.cwd()): string => {
  const short = [socket, relative(workingFolder, socket)].find(
    (path) => Buffer.byteLength(path) <= longestSocketPath,
  );
  if (short) return short;
  throw new Error(
    `The data folder's path is too long for the database's socket (at most ${longestSocketPath} bytes): ${socket}. ` +
      'Set DATA_DIR to a shorter path.',
  );
};
