import mongoose, { type Connection } from 'mongoose';
import { addOutbox, carrying, type Outbox } from '../../../platform/database/outbox.ts';
import type { EventRecord } from '../../../platform/events.ts';
import type { Language } from '../../../platform/i18n.ts';
import type { Question, QuestionKind } from '../question.ts';
import type { QuestionFault } from '../question-checks.ts';
import type { ImportFormat, ImportNote } from './imported.ts';

/** One question of a file: what became of it, or would. */
export type ImportLine = {
  number: number;
  line: number;
  name: string;
  notes: readonly ImportNote[];
  faults: readonly QuestionFault[];
  /** The item that asks the same already; or `0`, when an earlier line of the file does. */
  known?: string;
  kind?: QuestionKind;
  question?: Question;
};

/** `previewed` until somebody says yes; `confirmed` while the questions come into the bank; then `done`. */
export type ItemImport = {
  id: string;
  state: 'previewed' | 'confirmed' | 'done';
  format: ImportFormat;
  name: string;
  language: Language;
  by: string;
  lines: readonly ImportLine[];
  /** How many lines were worked off. */
  position: number;
  added: number;
  createdAt: Date;
  /** A file that nobody confirmed is forgotten then; later its report. */
  expiresAt: Date;
};

type ImportDocument = Omit<ItemImport, 'id' | 'lines'> & { _id: string; lines: ImportLine[] };

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<ImportDocument>(
  {
    _id: { type: String, required: true },
    state: { type: String, enum: ['previewed', 'confirmed', 'done'], required: true },
    format: { type: String, required: true },
    name: { type: String, required: true },
    language: { type: String, required: true },
    by: { type: String, required: true },
    lines: { type: [Mixed], required: true } as never,
    position: { type: Number, required: true },
    added: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'item_imports', versionKey: false, minimize: false },
).index({ expiresAt: 1 });
addOutbox(schema);

const toImport = ({ _id, outbox: _outbox, ...rest }: ImportDocument & { outbox?: unknown }): ItemImport => ({
  id: _id,
  ...rest,
});

/** Files between being read and being in the bank. */
export const createImportStore = (connection: Connection, outbox: Outbox) => {
  const imports = connection.model<ImportDocument>('ItemImport', schema);
  outbox.watch(imports as never);

  return {
    add: async ({ id, lines, ...rest }: ItemImport): Promise<void> => {
      await imports.create({ _id: id, ...rest, lines: [...lines] } as never);
    },

    byId: async (id: string): Promise<ItemImport | undefined> => {
      const found = await imports.findById(id, { outbox: 0 }).lean();
      return found ? toImport(found as ImportDocument) : undefined;
    },

    /** Confirms once; a repetition changes nothing. */
    confirm: async (id: string, expiresAt: Date, event: EventRecord): Promise<void> => {
      await imports.updateOne(
        { _id: id, state: 'previewed' },
        { $set: { state: 'confirmed', expiresAt }, ...carrying(event) },
      );
    },

    /** A part of the lines is in the bank: nobody goes back behind it. */
    advance: async (id: string, from: number, to: number, added: number): Promise<void> => {
      await imports.updateOne(
        { _id: id, state: 'confirmed', position: from },
        { $set: { position: to }, $inc: { added } },
      );
    },

    /** The report stays, without the questions, which are in the bank now. */
    finish: async (id: string): Promise<void> => {
      await imports.collection.updateOne(
        { _id: id as never, state: 'confirmed' },
        { $set: { state: 'done' }, $unset: { 'lines.$[].question': '' } },
      );
    },

    /** Forgets what nobody confirmed, and old reports; what is under way stays. */
    expire: async (now: Date): Promise<number> => {
      const { deletedCount } = await imports.deleteMany({
        expiresAt: mongoose.trusted({ $lt: now }),
        state: mongoose.trusted({ $ne: 'confirmed' }),
      });
      return deletedCount;
    },
  };
};

export type ImportStore = ReturnType<typeof createImportStore>;
