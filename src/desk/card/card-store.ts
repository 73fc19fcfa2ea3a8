import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';

type CardDocument = { _id: string; bytes: Buffer; createdAt: Date };

const schema = new mongoose.Schema<CardDocument>(
  {
    _id: { type: String, required: true },
    bytes: { type: Buffer, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'cards', versionKey: false },
);

/** Drawn cards by what they show: many certificates of one achievement share one, and it names nobody. */
export const createCardStore = (connection: Connection) => {
  const cards = connection.model<CardDocument>('Card', schema);
  const find = async (key: string): Promise<Uint8Array | undefined> => {
    const found = await cards.findById(key);
    return found ? Uint8Array.from(found.bytes) : undefined;
  };
  return {
    find,
    keep: async (key: string, bytes: Uint8Array, now: Date): Promise<Uint8Array> => {
      try {
        await cards.create({ _id: key, bytes: Buffer.from(bytes), createdAt: now });
        return bytes;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return (await find(key)) ?? bytes;
      }
    },
  };
};

export type CardStore = ReturnType<typeof createCardStore>;
