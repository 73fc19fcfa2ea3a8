import mongoose, { type Connection } from 'mongoose';
import type { PriceList, Product } from './price-list.ts';

type PriceListDocument = { _id: 'current'; products: Product[]; publishedAt: Date };

const schema = new mongoose.Schema<PriceListDocument>(
  {
    _id: { type: String, required: true },
    products: { type: mongoose.Schema.Types.Mixed, required: true },
    publishedAt: { type: Date, required: true },
  },
  { collection: 'price_lists', versionKey: false },
);

/** The price list in force, as one document: prices change all at once or not at all. */
export const createPriceListStore = (connection: Connection) => {
  const lists = connection.model<PriceListDocument>('PriceList', schema);

  const current = async (): Promise<readonly Product[]> =>
    (await lists.findById('current').lean())?.products ?? [];

  return {
    publish: async ({ products }: PriceList, now: Date): Promise<void> => {
      await lists.updateOne({ _id: 'current' }, { $set: { products, publishedAt: now } }, { upsert: true });
    },
    current,
    /** The products of these ids in their order; one that is not sold is left out. */
    find: async (ids: readonly string[]): Promise<Product[]> => {
      const products = await current();
      return ids.flatMap((id) => products.find((product) => product.id === id) ?? []);
    },
  };
};

export type PriceListStore = ReturnType<typeof createPriceListStore>;
