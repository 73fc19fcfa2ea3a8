import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Bench, compared, type Figure } from './bench.ts';
import { askOften } from './http-client.ts';
import { ratesPerSecond, type Variant, type Watch, wallClock } from './measure.ts';

const connections = 20;
const certificates = 50;
/** Of the processor. */
const unit = 'requests/s';

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Starts a program in a process of its own, its log thrown away as it is written, and waits for a line of it. */
const start = async (path: string, env: NodeJS.ProcessEnv, line: RegExp) => {
  const child = spawn(process.execPath, [program(path)], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', openSync('/dev/null', 'w')],
  });
  for await (const said of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const found = line.exec(said);
    if (found) return { child, said: found[1] ?? '' };
  }
  throw new Error(`${path} ended before it was ready`);
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

type Paths = { identifiers: string[]; list: string };

const asking =
  (port: number, paths: readonly string[], headers: Record<string, string> = {}): Variant =>
  (times) =>
    askOften({ port, paths, headers, connections }, times);

const variantsOf = (port: number, { identifiers, list }: Paths) => {
  const numbers = identifiers.map((identifier) => `/v/${identifier}`);
  const json = { Accept: 'application/json' };
  return {
    'status-list': asking(port, [list]),
    'did-document': asking(port, ['/.well-known/did.json']),
    context: asking(port, ['/contexts/credentials-v2.json']),
    // What is asked for again within the second; a record that lay longer is read from the database first.
    'verdict-kept': asking(port, numbers.slice(0, 10), json),
    'verdict-full': asking(port, numbers, { ...json, 'Cache-Control': 'no-cache' }),
  };
};

const goals = {
  'status-list': 3,
  'did-document': 3,
  context: 3,
  'verdict-kept': 0.8,
  'verdict-full': 0.35,
} as const;

/**
 * The processor's seconds on a server, all its threads: on two cores the client and the server are in each other's way by
 * the clock. In hundredths, from Linux alone; elsewhere the clock must do.
 */
const processorOf = ({ pid }: ChildProcess): Watch => {
  if (process.platform !== 'linux') return wallClock;
  return () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
};

type Server = { port: number; child: ChildProcess };
type Servers = { hello: Server; bare: Server; ours: Server; paths: Paths };

const measure = async ({ hello, bare, ours, paths }: Servers, effort: number): Promise<readonly Figure[]> => {
  const ownWatch = processorOf(ours.child);
  const watches: Record<string, Watch> = { hello: processorOf(hello.child), bare: processorOf(bare.child) };
  const rates = await ratesPerSecond(
    { hello: asking(hello.port, ['/']), bare: asking(bare.port, ['/']), ...variantsOf(ours.port, paths) },
    {
      rounds: Math.ceil(5 * effort),
      milliseconds: 1000 * effort,
      watchOf: (name) => watches[name] ?? ownWatch,
    },
  );
  const baseline = { name: 'Express answering hello', value: rates.hello };
  const figures = Object.entries(goals).map(([name, goal]) =>
    compared({ name: `http-${name}`, value: rates[name as keyof typeof goals], unit, baseline, goal }),
  );
  // What Node's HTTP server takes when it has nothing to think about; it reads each request anew.
  const limit = { name: 'node:http sending bytes that lie ready', value: rates.bare };
  return [
    ...figures,
    compared({ name: 'http-status-list-limit', value: rates['status-list'], unit, baseline: limit }),
    compared({ name: 'http-limit', value: rates.bare, unit, baseline }),
  ];
};

/** The product in a process of its own, with its log, on a fresh database with certificates; Express in another. */
export const bench: Bench = async ({ effort, say }) => {
  const dir = await mkdtemp(join(tmpdir(), 'bench-'));
  const port = await freePort();
  const env = {
    NODE_ENV: 'development',
    DATA_DIR: dir,
    PORT: String(port),
    BASE_URL: `http://localhost:${port}`,
    RATE_LIMITS: 'relaxed',
    SEED: 'catalogue',
    LOG_LEVEL: 'info',
    CERTIFICATES: String(certificates),
  };
  const children: ChildProcess[] = [];
  try {
    say(`issuing ${certificates} certificates`);
    const prepared = await start('http-certificates.ts', env, /^(\{.*)$/);
    await once(prepared.child, 'exit');
    const hello = await start('hello.ts', {}, /^(\d+ \d+)$/);
    children.push(hello.child);
    // Not in the same process: what Express does to the prototypes of Node slows Node down as well.
    const bare = await start('hello.ts', {}, /^(\d+ \d+)$/);
    children.push(bare.child);
    const ours = await start('../src/server.ts', env, /^(ready): /);
    children.push(ours.child);
    say('asking');
    const paths = JSON.parse(prepared.said) as Paths;
    return await measure(
      {
        hello: { port: Number(hello.said.split(' ')[0]), child: hello.child },
        bare: { port: Number(bare.said.split(' ')[1]), child: bare.child },
        ours: { port, child: ours.child },
        paths,
      },
      effort,
    );
  } finally {
    for (const child of children) await stop(child);
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
};
