import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';

type FileDocument = { _id: string; bytes: Buffer; createdAt: Date };

const schema = new mongoose.Schema<FileDocument>(
  {
    _id: { type: String, required: true },
    bytes: { type: Buffer, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'receipt_files', versionKey: false },
);

/** Drawn receipts by number: the first drawing is what everybody gets ever after. */
export const createReceiptFiles = (connection: Connection) => {
  const files = connection.model<FileDocument>('ReceiptFile', schema);

  const find = async (number: string): Promise<Uint8Array | undefined> => {
    const found = await files.findById(number);
    return found ? Uint8Array.from(found.bytes) : undefined;
  };

  return {
    find,
    keep: async (number: string, bytes: Uint8Array, now: Date): Promise<Uint8Array> => {
      try {
        await files.create({ _id: number, bytes: Buffer.from(bytes), createdAt: now });
        return bytes;
      } catch (error) {
        const first = isDuplicate(error) ? await find(number) : undefined;
        if (!first) throw error;
        return first;
      }
    },
    forget: async (numbers: readonly string[]): Promise<void> => {
      await files.deleteMany({ _id: mongoose.trusted({ $in: [...numbers] }) });
    },
  };
};

export type ReceiptFiles = ReturnType<typeof createReceiptFiles>;
