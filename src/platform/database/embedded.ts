import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describeError, type Logger } from '../logger.ts';
import { type Lease, takeLease } from './embedded-lease.ts';
import { reachable, runtimePaths } from './embedded-paths.ts';
import { nodeForEngine } from './embedded-runtime.ts';
import { EmbeddedUnavailable } from './embedded-unavailable.ts';
import type { EngineAnswer } from './engine.ts';

const engineProgram = fileURLToPath(new URL('engine.ts', import.meta.url));

/** How long another process may hold the directory without offering its engine, in milliseconds: one that is just
 * opening or closing it. */
const inUsePatience = 30_000;
const retryPause = 100;

/** A hold on the engine of one data directory, shared with every process that holds it too. */
export type EmbeddedEngine = {
  /** Stays the same when the engine is started anew. */
  readonly uri: string;
  /** Process id of the engine at this moment. */
  pid(): number;
  /** Lets go. The last process to do so waits until the engine has closed the directory and ended. */
  close(): Promise<void>;
};

type Place = {
  dir: string;
  cacheDir: string;
  logger: Logger;
  /** In milliseconds; see `inUsePatience`. */
  patience?: number;
};

/**
 * Joins the living engine of the directory, or starts one. While held, an engine that dies is started anew; its journal
 * brings back every acknowledged write.
 * @throws EmbeddedUnavailable when the engine cannot run on this machine.
 */
export const holdEngine = async (wanted: Place): Promise<EmbeddedEngine> => {
  const place = { ...wanted, dir: resolve(wanted.dir) };
  const { logger } = place;
  let closing = false;
  let holding = attach(place);
  let lease = await holding;

  const keep = async (): Promise<void> => {
    for (;;) {
      await lease.lost;
      if (closing) return;
      logger.warn({ pid: lease.pid }, 'the database engine is gone: starting it again');
      holding = attachPatiently(place, () => closing);
      lease = await holding;
    }
  };
  // Fails only while closing, when nobody needs the engine any more.
  void keep().catch((error: unknown) =>
    logger.debug(describeError(error), 'the database engine stays closed'),
  );

  return {
    uri: addressOf(place.dir),
    pid: () => lease.pid,
    close: async () => {
      closing = true;
      const last = await holding.catch(() => undefined);
      await last?.release();
    },
  };
};

const addressOf = (dir: string): string => {
  const socket = encodeURIComponent(reachable(runtimePaths(dir).databaseSocket));
  return `mongodb://${socket}/jinfo?directConnection=true&retryWrites=false`;
};

/** While the service runs, a failed start of the engine is tried again: people are waiting. */
const attachPatiently = async (place: Place, given: () => boolean): Promise<Lease> => {
  for (;;) {
    try {
      return await attach(place);
    } catch (error) {
      if (given()) throw error;
      place.logger.error(describeError(error), 'the database engine did not start: trying again');
      await delay(1000);
    }
  }
};

const attach = async (place: Place): Promise<Lease> => {
  const socket = reachable(runtimePaths(place.dir).leaseSocket);
  const deadline = Date.now() + (place.patience ?? inUsePatience);
  while (Date.now() < deadline) {
    const lease = (await takeLease(socket)) ?? (await startEngine(place, socket));
    if (lease) return lease;
    await delay(retryPause);
  }
  throw new Error(
    `The data directory ${place.dir} is in use by a program that does not share it${await ownerOf(place.dir)}. ` +
      'Stop that program, or set DATA_DIR to another folder.',
  );
};

const ownerOf = async (dir: string): Promise<string> => {
  const pid = await readFile(`${dir}/mongod.lock`, 'utf8').catch(() => '');
  return pid.trim() ? ` (process ${pid.trim()})` : '';
};

/** Nothing when another process has the directory: it may be starting its engine at this very moment. */
const startEngine = async ({ dir, cacheDir, logger }: Place, socket: string): Promise<Lease | undefined> => {
  const { command, args } = await nodeForEngine(cacheDir, { logger });
  const { run, log } = runtimePaths(dir);
  await mkdir(run, { recursive: true, mode: 0o700 });
  const errors = openSync(log, 'a', 0o600);
  // A session of its own: an interrupt at the terminal is for the web process, which lets go when it has finished.
  const child = spawn(command, [...args, engineProgram, dir], {
    stdio: ['pipe', 'pipe', errors],
    detached: true,
  });
  closeSync(errors);
  try {
    const answer = await answerOf(child, log);
    if (answer.state === 'failed') {
      throw new Error(`The database engine cannot open ${dir}: ${answer.message}`);
    }
    return answer.state === 'ready' ? await takeLease(socket) : undefined;
  } finally {
    // From now on the lease alone holds the engine, as for every other process.
    child.stdin?.destroy();
    child.stdout?.destroy();
    child.unref();
  }
};

const answerOf = (child: ChildProcess, log: string): Promise<EngineAnswer> =>
  new Promise((settle, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes('\n')) settle(JSON.parse(text) as EngineAnswer);
    });
    child.stdin?.on('error', () => undefined);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      void lastWords(log).then((words) =>
        reject(new EmbeddedUnavailable(`its engine ended at once (${signal ?? code}). ${words}`.trim())),
      );
    });
  });

const lastWords = async (log: string): Promise<string> => {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trim().slice(-1000);
};
