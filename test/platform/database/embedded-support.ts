import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Shared by all runs: the C library is fetched once. */
export const cacheDir = resolve('var/cache');

export const throwAwayDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'jinfo-database-'));

/** Fails by the test's own time limit when the condition never comes true. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await delay(10);
};

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A killed child that nobody has collected yet still has a number.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

export const enginePid = (dir: string): number =>
  (JSON.parse(readFileSync(join(dir, 'run/engine.json'), 'utf8')) as { pid: number }).pid;

export const filesOfEngine = (dir: string): string[] =>
  existsSync(join(dir, 'run')) ? readdirSync(join(dir, 'run')) : [];

export type Holder = {
  process: ChildProcess;
  uri: string;
  write(name: string): Promise<void>;
  /** Ends it by the signal and waits for its end; answers its exit code. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
};

/** A process of its own that has the database open. */
export const startHolder = async (dir: string): Promise<Holder> => {
  const program = fileURLToPath(new URL('embedded-holder.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dir, cacheDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const uri = (await lines.next()).value as string;
  return {
    process: child,
    uri,
    write: async (name) => {
      child.stdin.write(`${name}\n`);
      await lines.next();
    },
    end: async (signal) => {
      const ended = once(child, 'exit');
      child.kill(signal);
      return (await ended)[0] as number | null;
    },
  };
};
