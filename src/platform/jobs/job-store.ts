import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { ignoringDuplicates } from '../database/duplicates.ts';
import type { Job, JobRequest } from './job.ts';

type JobDocument = {
  _id: string;
  name: string;
  payload: unknown;
  state: 'due' | 'running' | 'done' | 'dead';
  runAt: Date;
  attempts: number;
  leaseId?: string;
  lastError?: string;
  createdAt: Date;
  finishedAt?: Date;
};

/** A job taken by one worker. `runAt` is the end of its lease while it runs. */
export type LeasedJob = { key: string; name: string; payload: unknown; attempts: number; leaseId: string };

const schema = new mongoose.Schema<JobDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    payload: { type: mongoose.Schema.Types.Mixed },
    state: { type: String, enum: ['due', 'running', 'done', 'dead'], required: true },
    runAt: { type: Date, required: true },
    attempts: { type: Number, required: true },
    leaseId: String,
    lastError: String,
    createdAt: { type: Date, required: true },
    finishedAt: Date,
  },
  { collection: 'jobs', versionKey: false },
)
  .index({ state: 1, runAt: 1 })
  .index({ finishedAt: 1 }, { sparse: true });

const present = ({ _id, leaseId: _lease, ...rest }: JobDocument): Job => ({ key: _id, ...rest });

/** The queue. A lease that runs out makes its job due again, so a killed worker loses nothing. */
export const createJobStore = (connection: Connection) => {
  const jobs = connection.model<JobDocument>('Job', schema);

  return {
    enqueue: async (requests: readonly JobRequest[], now: Date): Promise<void> => {
      if (requests.length === 0) return;
      const documents = requests.map(({ key, name, payload, runAt }) => ({
        _id: key,
        name,
        payload,
        state: 'due' as const,
        runAt: runAt ?? now,
        attempts: 0,
        createdAt: now,
      }));
      await ignoringDuplicates(jobs.collection.insertMany(documents as never, { ordered: false }));
    },

    /** Takes the job that has waited longest, or nothing. */
    lease: async (now: Date, leaseSeconds: number): Promise<LeasedJob | undefined> => {
      const leaseId = randomUUID();
      const taken = await jobs
        .findOneAndUpdate(
          { state: mongoose.trusted({ $in: ['due', 'running'] }), runAt: mongoose.trusted({ $lte: now }) },
          {
            $set: { state: 'running', leaseId, runAt: new Date(now.getTime() + leaseSeconds * 1000) },
            $inc: { attempts: 1 },
          },
          { sort: { runAt: 1 }, returnDocument: 'after' },
        )
        .lean();
      if (!taken) return undefined;
      return { key: taken._id, name: taken.name, payload: taken.payload, attempts: taken.attempts, leaseId };
    },

    /** Keeps a long job ours. Answers false when another worker has taken it over. */
    extend: async ({ key, leaseId }: LeasedJob, until: Date): Promise<boolean> => {
      const result = await jobs.updateOne(
        { _id: key, leaseId, state: 'running' },
        { $set: { runAt: until } },
      );
      return result.matchedCount === 1;
    },

    finish: async ({ key, leaseId }: LeasedJob, now: Date): Promise<void> => {
      await jobs.updateOne(
        { _id: key, leaseId },
        { $set: { state: 'done', finishedAt: now }, $unset: { leaseId: 1, lastError: 1 } },
      );
    },

    retryLater: async ({ key, leaseId }: LeasedJob, runAt: Date, lastError: string): Promise<void> => {
      await jobs.updateOne(
        { _id: key, leaseId },
        { $set: { state: 'due', runAt, lastError }, $unset: { leaseId: 1 } },
      );
    },

    giveUp: async ({ key, leaseId }: LeasedJob, now: Date, lastError: string): Promise<void> => {
      await jobs.updateOne(
        { _id: key, leaseId },
        { $set: { state: 'dead', finishedAt: now, lastError }, $unset: { leaseId: 1 } },
      );
    },

    /** A dead job gets a second life with all its attempts. Answers false when it is not dead. */
    revive: async (key: string, now: Date): Promise<boolean> => {
      const result = await jobs.updateOne(
        { _id: key, state: 'dead' },
        { $set: { state: 'due', runAt: now, attempts: 0 }, $unset: { finishedAt: 1 } },
      );
      return result.matchedCount === 1;
    },

    counts: async (): Promise<Record<string, number>> => {
      const rows = await jobs.aggregate<{ _id: string; n: number }>([
        { $group: { _id: '$state', n: { $sum: 1 } } },
      ]);
      return Object.fromEntries(rows.map(({ _id, n }) => [_id, n]));
    },

    list: async (state: Job['state'], limit: number): Promise<Job[]> => {
      const found = await jobs.find({ state }).sort({ runAt: -1 }).limit(limit).lean();
      return found.map(present);
    },

    /** Done jobs keep their key for a while, so that a late repetition is still recognised. */
    forgetDone: async (before: Date): Promise<number> => {
      const result = await jobs.deleteMany({ state: 'done', finishedAt: mongoose.trusted({ $lt: before }) });
      return result.deletedCount;
    },
  };
};

export type JobStore = ReturnType<typeof createJobStore>;
