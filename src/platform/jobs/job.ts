import type { z } from 'zod';

/** Asks for one job. `key` is unique for ever: asking twice is asking once. */
export type JobRequest = { key: string; name: string; payload: unknown; runAt?: Date };

export type JobState = 'due' | 'running' | 'done' | 'dead';

/** A job as the administrator sees it. */
export type Job = {
  key: string;
  name: string;
  payload: unknown;
  state: JobState;
  runAt: Date;
  attempts: number;
  lastError?: string;
  createdAt: Date;
  finishedAt?: Date;
};

/** How a kind of job is done. `run` is called at least once per key, so it must be harmless when repeated. */
export type JobKind = {
  name: string;
  run(payload: unknown): Promise<void>;
  /** Waiting times in seconds before each retry; when they are used up the job is dead and stays visible. */
  retrySeconds: readonly number[];
};

const patient: readonly number[] = [2, 10, 60, 300, 1800, 7200, 21600];

/** Declares a kind of job; the payload is parsed before `run` sees it. */
export const defineJob = <S extends z.ZodType>(
  name: string,
  payload: S,
  run: (payload: z.infer<S>) => Promise<void>,
  retrySeconds: readonly number[] = patient,
): JobKind => ({ name, retrySeconds, run: async (raw) => run(payload.parse(raw)) });

/** A job that every period owes once, however many servers run. `period` names the bucket that an instant falls in. */
export type Schedule = { name: string; period(now: Date): string };

/** One key per UTC day, from the given hour on: before that hour the instant belongs to the day before. */
export const nightly = (name: string, hour = 2): Schedule => ({
  name,
  period: (now) => new Date(now.getTime() - hour * 3_600_000).toISOString().slice(0, 10),
});

export const hourly = (name: string): Schedule => ({ name, period: (now) => now.toISOString().slice(0, 13) });
