import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { type CompactTable, readCompactTable } from '../../vc/index.ts';

type TableDocument = { _id: number; table: string };

const schema = new mongoose.Schema<TableDocument>(
  { _id: { type: Number, required: true }, table: { type: String, required: true } },
  { collection: 'compact_tables', versionKey: false },
);

const read = ({ table }: TableDocument): CompactTable | undefined => readCompactTable(JSON.parse(table));

/** Every table that a printed code was ever written with. Named after their content, they never change and never go. */
export const createCompactTableStore = (connection: Connection) => {
  const tables = connection.model<TableDocument>('CompactTable', schema);

  return {
    byId: async (registryEntryId: number): Promise<CompactTable | undefined> => {
      const found = await tables.findById(registryEntryId).lean();
      return found ? read(found) : undefined;
    },

    keep: async (table: CompactTable): Promise<void> => {
      try {
        await tables.create({ _id: table.registryEntryId, table: JSON.stringify(table) });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    all: async (): Promise<CompactTable[]> =>
      (await tables.find().sort({ _id: 1 }).lean()).map(read).filter((table) => table !== undefined),
  };
};

export type CompactTableStore = ReturnType<typeof createCompactTableStore>;
