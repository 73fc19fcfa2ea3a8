import mongoose, { type Connection } from 'mongoose';
import { ignoringDuplicates, isDuplicate } from '../../platform/database/duplicates.ts';
import type { JsonObject } from '../../vc/index.ts';
import type { BulkCheck, BulkItem, BulkKind } from './bulk-check.ts';
import type { BroughtFile } from './read-archive.ts';

type CheckDocument = Omit<BulkCheck, 'id' | 'items'> & { _id: string; items: BulkItem[] };
/** A file that waits for its turn, and the drawn receipt under `<check>:receipt`. */
type FileDocument = { _id: string; check: string; bytes: Buffer; expiresAt: Date };

const { Mixed } = mongoose.Schema.Types;
const kinds: readonly BulkKind[] = ['one', 'list', 'archive'];

const checkSchema = new mongoose.Schema<CheckDocument>(
  {
    _id: { type: String, required: true },
    kind: { type: String, enum: kinds, required: true },
    language: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    items: { type: [Mixed], required: true } as never,
    finishedAt: Date,
    receipt: { type: Mixed },
  },
  { collection: 'bulk_checks', versionKey: false, minimize: false },
).index({ expiresAt: 1 });

const fileSchema = new mongoose.Schema<FileDocument>(
  {
    _id: { type: String, required: true },
    check: { type: String, required: true },
    bytes: { type: Buffer, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'bulk_files', versionKey: false },
)
  .index({ expiresAt: 1 })
  .index({ check: 1 });

const fileId = (check: string, part: number | 'receipt'): string => `${check}:${part}`;

type Finding = Required<Pick<BulkItem, 'verdict' | 'checkedAt'>> & Pick<BulkItem, 'number'>;

/** Checks of many certificates until they expire, with the files that wait. */
export const createBulkStore = (connection: Connection) => {
  const checks = connection.model<CheckDocument>('BulkCheck', checkSchema);
  const files = connection.model<FileDocument>('BulkFile', fileSchema);

  const file = async (check: string, part: number | 'receipt'): Promise<Uint8Array | undefined> => {
    const found = await files.findById(fileId(check, part));
    return found ? Uint8Array.from(found.bytes) : undefined;
  };

  return {
    file,

    /** Files first: what a cut leaves behind expires, and no check waits for a file that is not there. */
    add: async ({ id, ...check }: BulkCheck, brought: readonly BroughtFile[]): Promise<void> => {
      for (const { row, bytes } of brought) {
        const document = {
          _id: fileId(id, row),
          check: id,
          bytes: Buffer.from(bytes),
          expiresAt: check.expiresAt,
        };
        await ignoringDuplicates(files.create(document));
      }
      await checks.create({ ...check, _id: id } as never);
    },

    find: async (id: string, now: Date): Promise<BulkCheck | undefined> => {
      const found = await checks.findOne({ _id: id, expiresAt: mongoose.trusted({ $gt: now }) }).lean();
      if (!found) return undefined;
      const { _id, ...rest } = found as CheckDocument;
      return { id: _id, ...rest };
    },

    /** Notes what was found of the item at the place, unless another run was first; its file has then served. */
    note: async (id: string, place: number, row: number, finding: Finding): Promise<void> => {
      const at = `items.${place}`;
      await checks.updateOne({ _id: id, [`${at}.verdict`]: mongoose.trusted({ $exists: false }) }, {
        $set: Object.fromEntries(Object.entries(finding).map(([name, value]) => [`${at}.${name}`, value])),
      } as never);
      await files.deleteOne({ _id: fileId(id, row) });
    },

    /** Ends a check with its receipt; of two that end it at once, the first one's receipt counts. */
    finish: async (id: string, finishedAt: Date, receipt: JsonObject): Promise<void> => {
      await checks.updateOne({ _id: id, receipt: mongoose.trusted({ $exists: false }) }, {
        $set: { finishedAt, receipt },
      } as never);
    },

    /** Keeps the drawing of a receipt; the first one is what everybody gets. */
    keepDrawing: async ({ id, expiresAt }: BulkCheck, bytes: Uint8Array): Promise<Uint8Array> => {
      try {
        await files.create({ _id: fileId(id, 'receipt'), check: id, bytes: Buffer.from(bytes), expiresAt });
        return bytes;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return (await file(id, 'receipt')) ?? bytes;
      }
    },

    archivesUnderWay: (now: Date): Promise<number> =>
      checks.countDocuments({
        kind: 'archive',
        finishedAt: mongoose.trusted({ $exists: false }),
        expiresAt: mongoose.trusted({ $gt: now }),
      }),

    expire: async (now: Date): Promise<number> => {
      const past = { expiresAt: mongoose.trusted({ $lte: now }) };
      await files.deleteMany(past);
      return (await checks.deleteMany(past)).deletedCount;
    },
  };
};

export type BulkStore = ReturnType<typeof createBulkStore>;
