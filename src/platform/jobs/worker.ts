import type { Clock } from '../clock.ts';
import type { Outbox } from '../database/outbox.ts';
import { describeError, type Logger } from '../logger.ts';
import type { JobKind, Schedule } from './job.ts';
import type { JobStore, LeasedJob } from './job-store.ts';

type WorkerDeps = {
  jobs: JobStore;
  outbox: Outbox;
  kinds: readonly JobKind[];
  schedules: readonly Schedule[];
  clock: Clock;
  logger: Logger;
  /** How many jobs run at once in this process. */
  concurrency?: number;
};

export type Worker = {
  /** Runs in the background until `stop`. */
  start(): void;
  /** Takes no new job and waits for the running ones. */
  stop(): Promise<void>;
  /** Relays and runs until nothing is due: for tests, seeds and proofs. */
  settle(): Promise<void>;
};

const leaseSeconds = 60;
const sweepMilliseconds = 1000;
/** How often a worker may be killed over one job before the job itself is suspected. */
const forgivenCuts = 5;

export const createWorker = (deps: WorkerDeps): Worker => {
  const kinds = new Map(deps.kinds.map((kind) => [kind.name, kind]));
  const { jobs, clock, logger } = deps;
  let stopping = false;
  const sleepers = new Set<() => void>();
  /** Counts the calls to work, so that one that comes just before a loop lies down is not slept through. */
  let calls = 0;
  let loops: Promise<void>[] = [];

  const perform = async (job: LeasedJob): Promise<void> => {
    const kind = kinds.get(job.name);
    const heartbeat = setInterval(
      () => {
        const until = new Date(clock.now().getTime() + leaseSeconds * 1000);
        jobs
          .extend(job, until)
          .catch((error) => logger.warn(describeError(error), 'a lease could not be extended'));
      },
      (leaseSeconds * 1000) / 3,
    );
    try {
      // Taken this often, it is what ends the workers that take it.
      if (kind && job.attempts > kind.retrySeconds.length + 1 + forgivenCuts)
        throw new Error('its workers were cut off');
      if (!kind) throw new Error(`no job is called ${job.name}`);
      await kind.run(job.payload);
      await jobs.finish(job, clock.now());
      logger.debug({ job: job.name, key: job.key, attempts: job.attempts }, 'a job is done');
    } catch (error) {
      await failed(job, kind?.retrySeconds ?? [], error);
    } finally {
      clearInterval(heartbeat);
    }
  };

  const failed = async (job: LeasedJob, retrySeconds: readonly number[], error: unknown): Promise<void> => {
    const wait = retrySeconds[job.attempts - 1];
    const details = { job: job.name, key: job.key, attempts: job.attempts, ...describeError(error) };
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (wait === undefined) {
      logger.error(details, 'a job was given up');
      await jobs.giveUp(job, clock.now(), text);
    } else {
      logger.warn(details, 'a job failed and will be tried again');
      await jobs.retryLater(job, new Date(clock.now().getTime() + wait * 1000), text);
    }
  };

  const runOne = async (): Promise<boolean> => {
    const job = await jobs.lease(clock.now(), leaseSeconds);
    if (!job) return false;
    await perform(job);
    return true;
  };

  const enqueueSchedules = async (): Promise<void> => {
    const now = clock.now();
    const requests = deps.schedules.map(({ name, period }) => ({
      key: `${name}:${period(now)}`,
      name,
      payload: {},
    }));
    await jobs.enqueue(requests, now);
  };

  const wakeAll = (): void => {
    calls += 1;
    for (const wake of [...sleepers]) wake();
  };

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, sweepMilliseconds);
      sleepers.add(wake);
    });

  const sweep = async (): Promise<void> => {
    await enqueueSchedules();
    if ((await deps.outbox.relay()) > 0) wakeAll();
  };

  const runAll = async (): Promise<void> => {
    while (!stopping && (await runOne()));
  };

  const loop = async (round: () => Promise<void>): Promise<void> => {
    while (!stopping) {
      const heard = calls;
      try {
        await round();
      } catch (error) {
        logger.error(describeError(error), 'the worker stumbled');
      }
      if (!stopping && calls === heard) await pause();
    }
  };

  return {
    start: () => {
      deps.outbox.onPoke(wakeAll);
      const runners = Array.from({ length: deps.concurrency ?? 2 }, () => loop(runAll));
      // Schedules and outboxes have a loop of their own: a slow job must not hold up what others are waiting for.
      loops = [loop(sweep), ...runners];
    },
    stop: async () => {
      stopping = true;
      wakeAll();
      await Promise.all(loops);
    },
    settle: async () => {
      await enqueueSchedules();
      while ((await deps.outbox.relay()) > 0 || (await runOne()));
    },
  };
};
