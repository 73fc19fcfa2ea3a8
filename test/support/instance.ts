import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from './client.ts';
import { familyOf, processesOn, type RunningProcess } from './processes.ts';

const programs = {
  server: fileURLToPath(new URL('../../src/server.ts', import.meta.url)),
  withClock: fileURLToPath(new URL('programs/server-with-clock.ts', import.meta.url)),
};

/** One web process of a throw-away installation. */
export type Instance = {
  baseUrl: string;
  pid: number;
  /** From the start of the program to its line `ready:`, in milliseconds. */
  readyAfter: number;
  /** Lines of both streams so far. */
  output: readonly string[];
  /** A new visitor, without cookies. */
  client(): Client;
  /** Moves the clock; not for the system's own one. */
  moveTime(milliseconds: number): Promise<void>;
  /** This process and all that it started. */
  family(): RunningProcess[];
  /** SIGTERM; answers after how many milliseconds it had ended. @throws unless it ends with code 0 in 10 s */
  stop(): Promise<number>;
  /** As a power cut: nothing is asked. */
  kill(): Promise<void>;
};

/** `behind`: a clock that can be moved and begins so many milliseconds ago; otherwise the system's. */
export type StartOptions = { clock?: { behind: number }; env?: Readonly<Record<string, string>> };

export type Installation = {
  dataDir: string;
  mailDir: string;
  baseUrl: string;
  /** Starts a web process; the first takes the port of the base URL, a second one beside it any other. */
  start(options?: StartOptions): Promise<Instance>;
  /** Runs a program on the same data and answers the JSON of its last line. */
  run<T>(program: string, args?: readonly string[]): Promise<T>;
  demoAccount(role: string): Promise<{ email: string; password: string }>;
  /** Ends what still runs and removes the folder. @throws when a process had been left behind */
  remove(): Promise<void>;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

const signals = ['SIGINT', 'SIGTERM'] as const;

const patience = { start: 60_000, stop: 10_000, ending: 15_000 };

const linesOf = (child: ChildProcess): string[] => {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = `${rest}${chunk}`.split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
  }
  return lines;
};

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const readiness = async (child: ChildProcess, output: readonly string[]): Promise<number> => {
  const started = performance.now();
  while (!output.some((line) => line.startsWith('ready: '))) {
    const tooLate = performance.now() - started > patience.start;
    if (ended(child) || tooLate) {
      child.kill('SIGKILL');
      throw new Error(`the service did not become ready:\n${output.slice(-30).join('\n')}`);
    }
    await delay(5);
  }
  return performance.now() - started;
};

const exitOf = async (child: ChildProcess): Promise<void> => {
  if (!ended(child)) await once(child, 'exit');
};

const stopChild = async (child: ChildProcess, output: readonly string[]): Promise<number> => {
  const asked = performance.now();
  child.kill('SIGTERM');
  await Promise.race([exitOf(child), delay(patience.stop, undefined, { ref: false })]);
  if (child.exitCode === 0) return performance.now() - asked;
  const how = ended(child) ? `ended with ${child.exitCode ?? child.signalCode}` : 'still runs after 10 s';
  child.kill('SIGKILL');
  throw new Error(`asked to stop, the service ${how}:\n${output.slice(-30).join('\n')}`);
};

const moveClock = async (child: ChildProcess, milliseconds: number): Promise<void> => {
  if (!child.connected) throw new Error('this instance has no movable clock');
  const moved = once(child, 'message');
  child.send({ moveBy: milliseconds });
  await moved;
};

/** What belongs to the machine. The settings of a real installation (MONGODB_URI, MAIL_URL …) must not reach a test. */
const machineSettings = (): NodeJS.ProcessEnv => {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'XDG_CACHE_HOME', 'CACHE_DIR', 'CHROME_PATH'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]).filter(([, value]) => value));
};

/** A data directory of its own under the temporary folder, with a short path: sockets lie in it. */
export const createInstallation = async (
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'jinfo-'));
  const port = await freePort();
  const baseUrl = `http://localhost:${port}`;
  const children = new Set<ChildProcess>();

  const environment = (extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
    ...machineSettings(),
    NODE_ENV: 'development',
    RATE_LIMITS: 'relaxed',
    LOG_LEVEL: 'warn',
    BASE_URL: baseUrl,
    ...settings,
    ...extra,
    DATA_DIR: dataDir,
  });

  const begin = (program: string, args: readonly string[], env: NodeJS.ProcessEnv, ipc: boolean) => {
    const child = spawn(process.execPath, [program, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };

  const start = async ({ clock, env = {} }: StartOptions = {}): Promise<Instance> => {
    const own = children.size === 0 ? port : await freePort();
    const program = clock ? programs.withClock : programs.server;
    const args = clock ? [String(clock.behind)] : [];
    const child = begin(program, args, environment({ PORT: String(own), ...env }), clock !== undefined);
    const output = linesOf(child);
    const readyAfter = await readiness(child, output);
    const here = `http://localhost:${own}`;
    return {
      baseUrl: here,
      pid: child.pid ?? 0,
      readyAfter,
      output,
      client: () => createClient(here, baseUrl),
      moveTime: (milliseconds) => moveClock(child, milliseconds),
      family: () => familyOf(child.pid ?? 0),
      stop: () => stopChild(child, output),
      kill: async () => {
        child.kill('SIGKILL');
        await exitOf(child);
      },
    };
  };

  const run = async <T>(program: string, args: readonly string[] = []): Promise<T> => {
    const child = begin(program, args, environment({ WORKER: 'off' }), false);
    const output = linesOf(child);
    await once(child, 'close');
    if (child.exitCode !== 0) throw new Error(`${program} failed:\n${output.join('\n')}`);
    return JSON.parse(output.findLast((line) => line.startsWith('{') || line.startsWith('[')) ?? 'null') as T;
  };

  const leftovers = async (): Promise<RunningProcess[]> => {
    const deadline = Date.now() + patience.ending;
    let left = processesOn(dataDir);
    while (left.length > 0 && Date.now() < deadline) {
      await delay(50);
      left = processesOn(dataDir);
    }
    return left;
  };

  const remove = async (): Promise<void> => {
    for (const signal of signals) process.off(signal, interrupted);
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([...children].map(exitOf));
    const left = await leftovers();
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    if (left.length > 0) {
      throw new Error(`left behind: ${left.map(({ pid, command }) => `${pid} ${command}`).join('; ')}`);
    }
  };

  // An interrupted demo leaves neither processes nor folders either.
  const interrupted = (): void => void remove().finally(() => process.exit(130));
  for (const signal of signals) process.once(signal, interrupted);

  return {
    dataDir,
    mailDir: join(dataDir, 'mail'),
    baseUrl,
    start,
    run,
    demoAccount: async (role) => {
      const text = await readFile(join(dataDir, 'demo-accounts.json'), 'utf8');
      const people = JSON.parse(text) as { role: string; email: string; password: string }[];
      const person = people.find((one) => one.role === role);
      if (!person) throw new Error(`no demo account is ${role}`);
      return person;
    },
    remove,
  };
};
