import { createHash } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { canonicalJson } from '../canonical-json.ts';
import type { Clock } from '../clock.ts';
import { isDuplicate } from '../database/duplicates.ts';

/**
 * One line of the trail: who did what to which thing, and why. Ids and codes only, never names or addresses: the trail
 * outlives the people in it.
 */
export type AuditEntry = {
  /** Makes a repetition harmless: the same key is recorded once. An event's id does well. */
  key: string;
  /** Account id, or `system`. */
  actor: string;
  action: string;
  target: string;
  reason?: string;
  details?: Record<string, string | number | boolean>;
};

export type AuditRecord = AuditEntry & { seq: number; at: Date; prevHash: string; hash: string };

export type Audit = {
  /** Appends one record; a second append with the same key changes nothing. */
  append(entry: AuditEntry): Promise<void>;
  /** The newest records first, older than `before` when given. */
  list(query: { limit: number; before?: number; target?: string }): Promise<AuditRecord[]>;
  /** Walks the whole chain. `brokenAt` is the first number whose hash or predecessor does not fit, or which is missing. */
  verify(): Promise<{ length: number; brokenAt?: number }>;
};

type AuditDocument = Omit<AuditRecord, 'seq'> & { _id: number };

const genesis = '0'.repeat(64);

const schema = new mongoose.Schema<AuditDocument>(
  {
    _id: { type: Number, required: true },
    key: { type: String, required: true },
    at: { type: Date, required: true },
    actor: { type: String, required: true },
    action: { type: String, required: true },
    target: { type: String, required: true },
    reason: String,
    details: { type: mongoose.Schema.Types.Mixed },
    prevHash: { type: String, required: true },
    hash: { type: String, required: true },
  },
  // Without `minimize: false` empty details would be hashed, and not stored.
  { collection: 'audit_events', versionKey: false, minimize: false },
)
  .index({ key: 1 }, { unique: true })
  .index({ target: 1, _id: -1 });

const hashOf = (record: Omit<AuditRecord, 'hash'>): string =>
  createHash('sha256').update(canonicalJson(record)).digest('hex');

const present = ({ _id, ...rest }: AuditDocument): AuditRecord => ({ seq: _id, ...rest });

/** Append-only and hash-chained. The number is the primary key, so two writers race for it and one tries again. */
export const createAudit = (connection: Connection, clock: Clock): Audit => {
  const trail = connection.model<AuditDocument>('AuditEvent', schema);

  const appendOnce = async (entry: AuditEntry): Promise<void> => {
    const last = await trail.findOne({}, { hash: 1 }).sort({ _id: -1 }).lean();
    const record = { ...entry, seq: (last?._id ?? 0) + 1, at: clock.now(), prevHash: last?.hash ?? genesis };
    const { seq, ...rest } = record;
    await trail.create({ _id: seq, ...rest, hash: hashOf(record) });
  };

  return {
    append: async (entry) => {
      for (;;) {
        try {
          return await appendOnce(entry);
        } catch (error) {
          if (!isDuplicate(error)) throw error;
          if (await trail.exists({ key: entry.key })) return;
        }
      }
    },

    list: async ({ limit, before, target }) => {
      const filter = {
        ...(before ? { _id: mongoose.trusted({ $lt: before }) } : {}),
        ...(target ? { target } : {}),
      };
      return (await trail.find(filter).sort({ _id: -1 }).limit(limit).lean()).map(present);
    },

    verify: async () => {
      let previous = { seq: 0, hash: genesis };
      for await (const document of trail.find().sort({ _id: 1 }).lean().cursor()) {
        const { hash, ...record } = present(document as AuditDocument);
        const fits =
          record.seq === previous.seq + 1 && record.prevHash === previous.hash && hashOf(record) === hash;
        if (!fits) return { length: previous.seq, brokenAt: previous.seq + 1 };
        previous = { seq: record.seq, hash };
      }
      return { length: previous.seq };
    },
  };
};
