import { expect } from 'chai';
import { z } from 'zod';
import { createOutbox } from '../../../src/platform/database/outbox.ts';
import { defineJob, hourly, type JobKind, nightly, type Schedule } from '../../../src/platform/jobs/job.ts';
import { createJobStore, type JobStore } from '../../../src/platform/jobs/job-store.ts';
import { createWorker, type Worker } from '../../../src/platform/jobs/worker.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { movableClock } from '../movable-clock.ts';
import { testDatabase } from '../test-database.ts';

const any = z.unknown();

describe('Worker', () => {
  const database = testDatabase();
  let clock: ReturnType<typeof movableClock>;
  let jobs: JobStore;
  let worker: Worker;

  beforeEach(async () => {
    clock = movableClock();
    jobs = createJobStore(database.connection());
    await database.prepare();
  });
  afterEach(() => database.empty());

  const workerFor = (kinds: readonly JobKind[], schedules: readonly Schedule[] = []): Worker => {
    const outbox = createOutbox({ jobsFor: () => [], enqueue: async () => undefined });
    return createWorker({ jobs, outbox, kinds, schedules, clock, logger: silentLogger });
  };
  const ask = (key: string, name = 'work', payload: unknown = {}) =>
    jobs.enqueue([{ key, name, payload }], clock.now());
  const inState = async (state: 'due' | 'running' | 'done' | 'dead') =>
    (await jobs.list(state, 100)).map(({ key }) => key);

  it('does a job once, with its payload, and keeps its key', async () => {
    const seen: unknown[] = [];
    const kind = defineJob('work', z.strictObject({ id: z.string() }), async (payload) => {
      seen.push(payload);
    });
    await ask('a', 'work', { id: 'x' });
    await workerFor([kind]).settle();
    await ask('a', 'work', { id: 'x' });
    await workerFor([kind]).settle();
    expect(seen).to.deep.equal([{ id: 'x' }]);
    expect(await inState('done')).to.deep.equal(['a']);
  });

  it('counts two requests with one key as one, and still takes the new ones beside it', async () => {
    await jobs.enqueue(
      [
        { key: 'a', name: 'work', payload: 1 },
        { key: 'a', name: 'work', payload: 2 },
        { key: 'b', name: 'work', payload: 3 },
      ],
      clock.now(),
    );
    const seen: unknown[] = [];
    const kind = defineJob('work', any, async (payload) => {
      seen.push(payload);
    });
    await workerFor([kind]).settle();
    expect(seen).to.have.members([1, 3]);
  });

  it('waits for the moment that was asked for', async () => {
    let done = 0;
    const kind = defineJob('work', any, async () => {
      done += 1;
    });
    const runAt = new Date(clock.now().getTime() + 60_000);
    await jobs.enqueue([{ key: 'later', name: 'work', payload: {}, runAt }], clock.now());
    await workerFor([kind]).settle();
    expect(done).to.equal(0);
    clock.advance(60);
    await workerFor([kind]).settle();
    expect(done).to.equal(1);
  });

  it('tries again after each of the waiting times, then gives up and keeps the job with its error', async () => {
    const triedAt: number[] = [];
    const start = clock.now().getTime();
    const kind = defineJob(
      'work',
      any,
      async () => {
        triedAt.push((clock.now().getTime() - start) / 1000);
        throw new Error('no paper');
      },
      [2, 10],
    );
    await ask('a');
    const worker = workerFor([kind]);
    for (let second = 0; second < 30; second += 1) {
      await worker.settle();
      clock.advance(1);
    }
    expect(triedAt).to.deep.equal([0, 2, 12]);
    const [dead] = await jobs.list('dead', 10);
    expect(dead).to.include({ key: 'a', attempts: 3, lastError: 'Error: no paper' });
  });

  it('succeeds on a later try and forgets the error', async () => {
    let tries = 0;
    const kind = defineJob(
      'work',
      any,
      async () => {
        tries += 1;
        if (tries === 1) throw new Error('once');
      },
      [5],
    );
    await ask('a');
    const worker = workerFor([kind]);
    await worker.settle();
    expect(await inState('due')).to.deep.equal(['a']);
    clock.advance(5);
    await worker.settle();
    const [done] = await jobs.list('done', 10);
    expect(done?.lastError).to.equal(undefined);
    expect(done?.attempts).to.equal(2);
  });

  it('gives a dead job all its attempts again when it is revived, and revives nothing else', async () => {
    let broken = true;
    const kind = defineJob(
      'work',
      any,
      async () => {
        if (broken) throw new Error('broken');
      },
      [],
    );
    await ask('a');
    await workerFor([kind]).settle();
    expect(await inState('dead')).to.deep.equal(['a']);
    broken = false;
    expect(await jobs.revive('a', clock.now())).to.equal(true);
    await workerFor([kind]).settle();
    expect(await inState('done')).to.deep.equal(['a']);
    expect(await jobs.revive('a', clock.now())).to.equal(false);
    expect(await jobs.revive('unknown', clock.now())).to.equal(false);
  });

  it('gives up a job that nobody knows, or whose payload is not what its kind declares', async () => {
    const kind = defineJob('work', z.strictObject({ id: z.string() }), async () => undefined, []);
    await ask('unknown', 'nobody-knows-this');
    await ask('wrong', 'work', { id: 7 });
    await workerFor([kind]).settle();
    expect(await inState('dead')).to.have.members(['unknown', 'wrong']);
  });

  it('takes over the job of a killed worker when its lease is over, not before', async () => {
    await ask('a');
    const lost = await jobs.lease(clock.now(), 60);
    expect(lost?.key).to.equal('a');
    let done = 0;
    const worker = workerFor([
      defineJob('work', any, async () => {
        done += 1;
      }),
    ]);
    clock.advance(59);
    await worker.settle();
    expect(done).to.equal(0);
    clock.advance(1);
    await worker.settle();
    expect(done).to.equal(1);
  });

  it('lets a worker that lost its lease change nothing any more', async () => {
    await ask('a');
    const slow = await jobs.lease(clock.now(), 60);
    clock.advance(60);
    const second = await jobs.lease(clock.now(), 60);
    if (!slow || !second) throw new Error('no lease');
    expect(await jobs.extend(slow, new Date(clock.now().getTime() + 3_600_000))).to.equal(false);
    await jobs.giveUp(slow, clock.now(), 'too late');
    await jobs.retryLater(slow, clock.now(), 'too late');
    await jobs.finish(slow, clock.now());
    expect(await inState('running')).to.deep.equal(['a']);
    expect(await jobs.extend(second, new Date(clock.now().getTime() + 60_000))).to.equal(true);
  });

  it('gives up a job that ends every worker that takes it', async () => {
    await ask('poison');
    const kind = defineJob('work', any, async () => undefined, [1, 1]);
    for (let life = 0; life < 8; life += 1) {
      await jobs.lease(clock.now(), 60);
      clock.advance(60);
    }
    let done = false;
    await workerFor([
      {
        ...kind,
        run: async () => {
          done = true;
        },
      },
    ]).settle();
    expect(done).to.equal(false);
    const [dead] = await jobs.list('dead', 10);
    expect(dead?.key).to.equal('poison');
  });

  it('hands each job to one of many workers that ask at once', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `job-${index}`);
    await jobs.enqueue(
      keys.map((key) => ({ key, name: 'work', payload: key })),
      clock.now(),
    );
    const seen: unknown[] = [];
    const kind = defineJob('work', any, async (payload) => {
      seen.push(payload);
    });
    await Promise.all([1, 2, 3, 4].map(() => workerFor([kind]).settle()));
    expect(seen).to.have.length(40);
    expect(seen).to.have.members(keys);
  });

  it('does scheduled work once per period, however many servers there are', async () => {
    const runs: string[] = [];
    const kinds = ['every-hour', 'every-night'].map((name) =>
      defineJob(name, z.object({}), async () => {
        runs.push(`${name} ${clock.now().toISOString().slice(0, 13)}`);
      }),
    );
    const schedules = [hourly('every-hour'), nightly('every-night')];
    const workers = [workerFor(kinds, schedules), workerFor(kinds, schedules)];
    for (let hour = 0; hour < 24; hour += 1) {
      await Promise.all(workers.map((worker) => worker.settle()));
      clock.advance(3600);
    }
    expect(runs.filter((run) => run.startsWith('every-hour'))).to.have.length(24);
    expect(runs.filter((run) => run.startsWith('every-night'))).to.deep.equal([
      'every-night 2026-11-23T14',
      'every-night 2026-11-24T02',
    ]);
    expect(new Set(runs).size).to.equal(runs.length);
  });

  it('works in the background until it is stopped, and finishes what it has begun', async () => {
    let begin: () => void = () => undefined;
    let end: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const mayEnd = new Promise<void>((resolve) => {
      end = resolve;
    });
    const kind = defineJob('work', any, async () => {
      begin();
      await mayEnd;
    });
    await ask('a');
    const worker = workerFor([kind]);
    worker.start();
    await begun;
    const stopped = worker.stop();
    await ask('b');
    end();
    await stopped;
    expect(await inState('done')).to.deep.equal(['a']);
    expect(await inState('due')).to.deep.equal(['b']);
  });

  it('goes on relaying events while slow jobs are running', async () => {
    let end: () => void = () => undefined;
    const mayEnd = new Promise<void>((resolve) => {
      end = resolve;
    });
    let running = 0;
    const kind = defineJob('work', any, async () => {
      running += 1;
      if (running === 2) waiting = true;
      await mayEnd;
    });
    let waiting = false;
    let wake: () => void = () => undefined;
    const relayed = new Promise<void>((resolve) => {
      const relay = async () => {
        if (waiting) resolve();
        return 0;
      };
      const outbox = {
        watch: () => undefined,
        relay,
        poke: () => wake(),
        onPoke: (run: () => void) => {
          wake = run;
        },
      };
      worker = createWorker({ jobs, outbox, kinds: [kind], schedules: [], clock, logger: silentLogger });
    });
    await ask('a');
    await ask('b');
    worker.start();
    await relayed;
    end();
    await worker.stop();
    expect(await inState('done')).to.have.members(['a', 'b']);
  });

  it('forgets done jobs after their time, and never dead or due ones', async () => {
    const failing = defineJob(
      'failing',
      any,
      async () => {
        throw new Error('no');
      },
      [],
    );
    await ask('done');
    await ask('dead', 'failing');
    await workerFor([defineJob('work', any, async () => undefined), failing]).settle();
    await ask('due');
    clock.advance(31 * 86_400);
    expect(await jobs.forgetDone(clock.now())).to.equal(1);
    expect(await inState('dead')).to.deep.equal(['dead']);
    expect(await inState('due')).to.deep.equal(['due']);
  });
});
