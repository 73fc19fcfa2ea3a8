import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import {
  genesisHash,
  hashOf,
  type Receipt,
  type ReceiptKind,
  type ReceiptPlace,
  seriesOf,
} from './receipt.ts';

type ReceiptDocument = Omit<Receipt, 'number'> & { _id: string };

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<ReceiptDocument>(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    series: { type: String, required: true },
    seq: { type: Number, required: true },
    orderId: { type: String, required: true },
    language: { type: String, required: true },
    issuedAt: { type: Date, required: true },
    settledAt: { type: Date, required: true },
    method: { type: String, required: true },
    seller: { type: Mixed, required: true },
    buyer: { type: Mixed, required: true },
    lines: { type: Mixed, required: true },
    currency: { type: String, required: true },
    vat: { type: Mixed, required: true },
    totals: { type: Mixed, required: true },
    mentions: { type: Mixed, required: true },
    corrects: { type: Mixed },
    prevHash: { type: String, required: true },
    hash: { type: String, required: true },
  },
  { collection: 'receipts', versionKey: false },
)
  .index({ series: 1, seq: 1 }, { unique: true })
  .index({ orderId: 1, kind: 1 }, { unique: true })
  .index({ issuedAt: 1 });

const toReceipt = ({ _id, ...rest }: ReceiptDocument): Receipt => ({ ...rest, number: _id });

/** Documents are appended and read; there is no way to change one. */
export const createReceiptStore = (connection: Connection) => {
  const receipts = connection.model<ReceiptDocument>('Receipt', schema);

  const ofOrder = async (orderId: string, kind: ReceiptKind): Promise<Receipt | undefined> => {
    const found = await receipts.findOne({ orderId, kind }).lean();
    return found ? toReceipt(found) : undefined;
  };

  /** The place after the last one. Dates of a series never run backwards, whatever the clocks of two servers say. */
  const nextPlace = async (kind: ReceiptKind, now: Date): Promise<ReceiptPlace> => {
    const series = seriesOf(kind, now);
    const last = await receipts.findOne({ series }).sort({ seq: -1 }).lean();
    if (!last) return { series, seq: 1, issuedAt: now, prevHash: genesisHash };
    return {
      series,
      seq: last.seq + 1,
      issuedAt: last.issuedAt > now ? last.issuedAt : now,
      prevHash: last.hash,
    };
  };

  return {
    ofOrder,

    /**
     * Appends the order's document of this kind, or answers the one it has. Number and document are one insert, so a
     * loser of either race (for the place, or for the order) has written nothing and leaves no gap.
     */
    append: async (
      orderId: string,
      kind: ReceiptKind,
      now: Date,
      compose: (place: ReceiptPlace) => Receipt,
    ): Promise<Receipt> => {
      for (;;) {
        const first = await ofOrder(orderId, kind);
        if (first) return first;
        const { number, ...receipt } = compose(await nextPlace(kind, now));
        try {
          await receipts.create({ _id: number, ...receipt });
          return { number, ...receipt };
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      }
    },

    ofOrders: async (orderIds: readonly string[]): Promise<Receipt[]> => {
      const found = await receipts
        .find({ orderId: mongoose.trusted({ $in: [...orderIds] }) })
        .sort({ issuedAt: 1, _id: 1 })
        .lean();
      return found.map(toReceipt);
    },

    byNumber: async (number: string): Promise<Receipt | undefined> => {
      const found = await receipts.findById(number).lean();
      return found ? toReceipt(found) : undefined;
    },

    /**
     * Walks every series. `broken` names the first document whose hash, predecessor or number does not fit. A series whose
     * beginning is past its time of keeping is walked from the oldest document kept.
     */
    verify: async (): Promise<{ length: number; broken?: string }> => {
      let length = 0;
      let previous: Receipt | undefined;
      for await (const document of receipts.find().sort({ series: 1, seq: 1 }).lean().cursor()) {
        const receipt = toReceipt(document as ReceiptDocument);
        const follows =
          previous?.series !== receipt.series ||
          (receipt.seq === previous.seq + 1 && receipt.prevHash === previous.hash);
        if (!follows || hashOf(receipt) !== receipt.hash) return { length, broken: receipt.number };
        previous = receipt;
        length += 1;
      }
      return { length };
    },

    /** The documents issued before the instant leave the archive; answers their numbers. */
    forget: async (before: Date): Promise<string[]> => {
      const old = await receipts.find({ issuedAt: mongoose.trusted({ $lt: before }) }, { _id: 1 }).lean();
      const numbers = old.map(({ _id }) => _id);
      await receipts.deleteMany({ _id: mongoose.trusted({ $in: numbers }) });
      return numbers;
    },
  };
};

export type ReceiptStore = ReturnType<typeof createReceiptStore>;
