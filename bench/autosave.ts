import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createAnswerStore } from '../src/learning/attempts/answer-store.ts';
import { readConfig } from '../src/platform/config.ts';
import { openService, type Service } from '../src/service.ts';
import { readAnswerKey } from '../test/support/answer-key.ts';
import { createClient } from '../test/support/client.ts';
import { learnThrough } from '../test/support/learn-through.ts';
import { signIn } from '../test/support/walk.ts';
import { type Bench, compared, type Figure } from './bench.ts';
import { type Line, openLine } from './http-client.ts';
import { median, ratesPerSecond, wallClock } from './measure.ts';

const courseId = 'protecting-personal-data';
const candidates = 500;
/** Each saves once in so many seconds. */
const every = 10;

const person = {
  givenName: 'Ana',
  familyName: 'Õunapuu',
  email: 'ana@example.org',
  password: 'velvet harbour tulip 91 okapi',
  country: 'EE',
  language: 'en' as const,
};

type Seat = { attemptId: string; sitting: string; seq: number };
type Desk = { port: number; cookie: string; token: string };

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** One save, as the page sends it, on a connection that is kept. @throws unless it is acknowledged */
const save = (line: Line, desk: Desk, seat: Seat): Promise<void> => {
  seat.seq += 1;
  const { sitting, seq } = seat;
  const body = JSON.stringify({ sitting, slot: 1, value: null, seq });
  const lines = [
    `POST /en/learn/attempts/${seat.attemptId}/answers HTTP/1.1`,
    `Host: localhost:${desk.port}`,
    'Accept: application/json',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-CSRF-Token: ${desk.token}`,
    `Cookie: ${desk.cookie}`,
  ];
  return line.ask(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`));
};

const signedIn = async (port: number): Promise<Desk> => {
  const origin = `http://127.0.0.1:${port}`;
  const client = createClient(origin, 'http://localhost');
  await signIn(client, person);
  const page = (await client.get('/en/account/profile')).page();
  const token = new Map(page.form(/\/account\/profile$/).values).get('_csrf') ?? '';
  return { port, cookie: client.cookies(), token };
};

/** The learner's attempt, and as many copies of it as wanted, each in an enrolment of its own. */
const seats = async ({ modules }: Service, accountId: string): Promise<Seat[]> => {
  const { learning, platform } = modules;
  const { enrolmentId } = await learning.enrol({ accountId, courseId });
  const key = await readAnswerKey(courseId);
  const activityId = await learnThrough(modules, { accountId, enrolmentId }, key);
  const request = { accountId, enrolmentId, activityId, accepted: true, nameConfirmed: true };
  const { attemptId, sitting } = await learning.startAttempt(request);
  const { connection } = platform.database;
  const copies = async (name: string, id: string, change: (number: number) => object) => {
    const collection = connection.collection<{ _id: string }>(name);
    const { outbox: _none, ...original } = ((await collection.findOne({ _id: id })) ?? {}) as {
      outbox?: unknown;
    };
    const numbers = Array.from({ length: candidates - 1 }, (_none, index) => index + 1);
    await collection.insertMany(
      numbers.map((number) => ({ ...original, _id: `${id}-${number}`, ...change(number) })),
    );
  };
  await copies('enrolments', enrolmentId, (number) => ({ courseId: `${courseId}-${number}` }));
  await copies('attempts', attemptId, (number) => ({ enrolmentId: `${enrolmentId}-${number}` }));
  const ids = [
    attemptId,
    ...Array.from({ length: candidates - 1 }, (_none, index) => `${attemptId}-${index + 1}`),
  ];
  return ids.map((id) => ({ attemptId: id, sitting, seq: 0 }));
};

/** How many of the candidates save one after the other: as many saves lie in each attempt as in a real one. */
const savingInTurn = 40;

/** The service's clock; `jump` lets time pass that nobody waits for. */
const createBenchClock = () => {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    jump: (milliseconds: number) => {
      ahead += milliseconds;
    },
  };
};
type BenchClock = ReturnType<typeof createBenchClock>;

/**
 * One save after another over HTTP, each of the next candidate, in turns with one journalled write of the same documents,
 * and with the very write that a save makes, past HTTP, session and checks.
 */
const single = async (
  service: Service,
  { desk, accountId, clock }: { desk: Desk; accountId: string; clock: BenchClock },
  all: readonly Seat[],
  effort: number,
): Promise<Figure[]> => {
  const line = await openLine(desk.port);
  const { connection } = service.modules.platform.database;
  const attempts = connection.collection<{ _id: string }>('attempts');
  const answers = createAnswerStore(connection);
  let count = 0;
  /** The same candidates in the same order for everything that is compared. */
  const inTurn =
    (act: (seat: Seat) => Promise<unknown>) =>
    async (times: number): Promise<void> => {
      for (let done = 0; done < times; done += 1) await act(all[done % all.length] as Seat);
    };
  /** By the service's clock each candidate saves every ten seconds: some saves are judged anew, as in a real sitting. */
  const autosave = inTurn((seat) => {
    clock.jump((every * 1000) / all.length);
    return save(line, desk, seat);
  });
  await autosave(2 * all.length);
  const rates = await ratesPerSecond(
    {
      write: inTurn((seat) => {
        count += 1;
        return attempts.updateOne({ _id: seat.attemptId }, { $set: { 'answers.9': { value: null, count } } });
      }),
      ownWrite: inTurn(async (seat) => {
        seat.seq += 1;
        const { attemptId: id, sitting, seq } = seat;
        const kept = await answers.saveNewer({ id, accountId, sitting, at: clock.now() }, 1, {
          value: null,
          seq,
        });
        if (!kept) throw new Error('a save was not kept');
      }),
      autosave,
    },
    { rounds: Math.max(5, Math.round(15 * effort)), milliseconds: 400, watchOf: () => wallClock },
  );
  line.close();
  const baseline = { name: 'one journalled write of the same document', value: rates.write };
  return [
    compared({
      name: 'autosave over HTTP, one after the other',
      value: rates.autosave,
      unit: 'saves/s',
      baseline,
      goal: 1 / 3,
    }),
    compared({
      name: 'the write of a save alone: conditional, with a mark of when it was',
      value: rates.ownWrite,
      unit: 'writes/s',
      baseline,
    }),
  ];
};

const countSaves = async ({ modules }: Service): Promise<number> => {
  const attempts = modules.platform.database.connection.collection('attempts');
  const [found] = await attempts
    .aggregate<{ saves: number }>([{ $group: { _id: null, saves: { $sum: { $size: '$saves' } } } }])
    .toArray();
  return found?.saves ?? 0;
};

/** 500 candidates, each saving every ten seconds at a moment of their own. @throws when one save is lost */
const sitting = async (
  service: Service,
  desk: Desk,
  all: readonly Seat[],
  effort: number,
): Promise<Figure[]> => {
  const lines: Line[] = [];
  const free: Line[] = [];
  const openOne = async (): Promise<Line> => {
    const line = await openLine(desk.port);
    lines.push(line);
    return line;
  };
  const before = await countSaves(service);
  const rounds = Math.max(1, Math.round(3 * effort));
  const latencies: number[] = [];
  const began = performance.now();
  await Promise.all(
    all.map(async (seat, index) => {
      for (let round = 0; round < rounds; round += 1) {
        const due = (round + index / all.length) * every * 1000;
        await delay(Math.max(0, due - (performance.now() - began)));
        const asked = performance.now();
        const line = free.shift() ?? (await openOne());
        await save(line, desk, seat);
        free.push(line);
        latencies.push(performance.now() - asked);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  for (const line of lines) line.close();
  const kept = (await countSaves(service)) - before;
  if (kept !== latencies.length) throw new Error(`${latencies.length} saves acknowledged, ${kept} kept`);
  const sorted = latencies.toSorted((a, b) => a - b);
  const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
  return [
    compared({
      name: `${candidates} candidates saving every ${every} s, none lost`,
      value: latencies.length / seconds,
      unit: 'saves/s',
      baseline: { name: 'asked for', value: candidates / every },
      goal: 0.95,
    }),
    { name: 'half of these saves answered within', value: median(latencies), unit: 'ms' },
    { name: '95 % of these saves answered within', value: p95, unit: 'ms' },
  ];
};

/** Saving answers during a test: what one costs, and whether one process carries a large sitting. */
export const bench: Bench = async ({ effort, say }) => {
  const dir = await mkdtemp(join(tmpdir(), 'autosave-'));
  const settings = { NODE_ENV: 'test', RATE_LIMITS: 'relaxed', SEED: 'catalogue', LOG_LEVEL: 'silent' };
  const home = process.env.HOME ? { HOME: process.env.HOME } : {};
  const config = readConfig({ ...settings, ...home, BASE_URL: 'http://localhost', DATA_DIR: dir });
  const mail = { description: 'nowhere', send: async () => undefined };
  const clock = createBenchClock();
  const service = await openService(config, { logger: silent, mail, clock });
  const server = createServer(service.listener).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const accountId = await service.modules.accounts.createAccount({
      ...person,
      roles: ['learner'],
      confirmed: true,
    });
    // Before the copies: their courses exist for no page.
    const desk = await signedIn(port);
    const all = await seats(service, accountId);
    say(`${all.length} attempts are under way`);
    const figures = await single(service, { desk, accountId, clock }, all.slice(0, savingInTurn), effort);
    say('now all of them');
    return [...figures, ...(await sitting(service, desk, all, effort))];
  } finally {
    server.closeAllConnections();
    server.close();
    await service.close();
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
};
