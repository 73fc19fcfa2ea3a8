import { createHmac } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { type Random, token } from '../../platform/random.ts';

/**
 * Where an attempt was sat, as a keyed hash: enough to see that two attempts came from one place, useless for anything
 * else. The key belongs to one month and is deleted with its traces, after which no hash can be made again.
 */
type TraceDocument = { _id: string; attemptId: string; kind: TraceKind; hash: string; at: Date };
export type TraceKind = 'address' | 'device';
type KeyDocument = { _id: string; key: string };

const traceSchema = new mongoose.Schema<TraceDocument>(
  {
    _id: { type: String, required: true },
    attemptId: { type: String, required: true },
    kind: { type: String, enum: ['address', 'device'], required: true },
    hash: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'attempt_traces', versionKey: false },
)
  .index({ kind: 1, hash: 1 })
  .index({ attemptId: 1 })
  .index({ at: 1 });

const keySchema = new mongoose.Schema<KeyDocument>(
  { _id: { type: String, required: true }, key: { type: String, required: true } },
  { collection: 'attempt_trace_keys', versionKey: false },
);

const monthOf = (date: Date): string => date.toISOString().slice(0, 7);

export type Place = { address: string; agent: string };

export const createTraceStore = (connection: Connection, random: Random) => {
  const traces = connection.model<TraceDocument>('AttemptTrace', traceSchema);
  const keys = connection.model<KeyDocument>('AttemptTraceKey', keySchema);
  const known = new Map<string, string>();

  const keyOf = async (month: string): Promise<string> => {
    const cached = known.get(month);
    if (cached) return cached;
    const fresh = { $setOnInsert: { key: token(random) } };
    const find = () =>
      keys.findOneAndUpdate({ _id: month }, fresh, { upsert: true, returnDocument: 'after' }).lean();
    const found = await find().catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
      return find();
    });
    if (!found) throw new Error('no key for traces');
    known.set(month, found.key);
    return found.key;
  };

  const note = async (attemptId: string, kind: TraceKind, hash: string, at: Date): Promise<void> => {
    try {
      const _id = `${attemptId}:${kind}:${hash}`;
      await traces.updateOne({ _id }, { $setOnInsert: { attemptId, kind, hash, at } }, { upsert: true });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  };

  return {
    /** Notes where an attempt is sat. The address itself is kept nowhere. */
    note: async (attemptId: string, { address, agent }: Place, at: Date): Promise<void> => {
      const key = await keyOf(monthOf(at));
      const hash = (...parts: string[]) =>
        createHmac('sha256', key).update(parts.join('\n')).digest('base64url').slice(0, 16);
      await note(attemptId, 'address', hash(address), at);
      await note(attemptId, 'device', hash(address, agent), at);
    },

    /** Other attempts that left the same trace. */
    sharedWith: async (attemptId: string, kind: TraceKind): Promise<string[]> => {
      const own = await traces.find({ attemptId, kind }).limit(20).lean();
      const hashes = own.map(({ hash }) => hash);
      if (hashes.length === 0) return [];
      const others = await traces
        .find({
          kind,
          hash: mongoose.trusted({ $in: hashes }),
          attemptId: mongoose.trusted({ $ne: attemptId }),
        })
        .limit(500)
        .lean();
      return [...new Set(others.map((one) => one.attemptId))];
    },

    forget: async (attemptIds: readonly string[]): Promise<number> =>
      (await traces.deleteMany({ attemptId: mongoose.trusted({ $in: [...attemptIds] }) })).deletedCount,

    expire: async (before: Date): Promise<number> => {
      await keys.deleteMany({ _id: mongoose.trusted({ $lt: monthOf(before) }) });
      known.clear();
      return (await traces.deleteMany({ at: mongoose.trusted({ $lt: before }) })).deletedCount;
    },
  };
};

export type TraceStore = ReturnType<typeof createTraceStore>;
