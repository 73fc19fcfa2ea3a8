import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import type { Language } from '../../platform/i18n.ts';
import type { Money } from '../money.ts';

/** A payment that our own page plays. `settlesAt` is the instant from which a delayed payment counts as made. */
export type SimulatedPayment = Money & {
  reference: string;
  /** `order:<id>:v<n>`: one payment per attempt. */
  key: string;
  orderId: string;
  language: Language;
  state: 'open' | 'paid' | 'failed' | 'delayed';
  settlesAt?: Date;
  urls: { paid: string; canceled: string };
  refundKey?: string;
  createdAt: Date;
};

type PaymentDocument = Omit<SimulatedPayment, 'reference'> & { _id: string };

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<PaymentDocument>(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    orderId: { type: String, required: true },
    language: { type: String, required: true },
    amountMinor: { type: Number, required: true },
    currency: { type: String, required: true },
    state: { type: String, enum: ['open', 'paid', 'failed', 'delayed'], required: true },
    settlesAt: Date,
    urls: { type: Mixed, required: true },
    refundKey: String,
    createdAt: { type: Date, required: true },
  },
  { collection: 'simulated_payments', versionKey: false },
).index({ key: 1 }, { unique: true });

const toPayment = ({ _id, ...rest }: PaymentDocument): SimulatedPayment => ({ reference: _id, ...rest });

export const createSimulatedPayments = (connection: Connection) => {
  const payments = connection.model<PaymentDocument>('SimulatedPayment', schema);

  const findOne = async (filter: object): Promise<SimulatedPayment | undefined> => {
    const found = await payments.findOne(filter).lean();
    return found ? toPayment(found as PaymentDocument) : undefined;
  };

  return {
    find: (reference: string) => findOne({ _id: reference }),

    /** Keeps the payment, or answers the one that has this key. */
    open: async ({ reference, ...payment }: SimulatedPayment): Promise<SimulatedPayment> => {
      try {
        await payments.create({ _id: reference, ...payment });
        return { reference, ...payment };
      } catch (error) {
        const first = isDuplicate(error) ? await findOne({ key: payment.key }) : undefined;
        if (!first) throw error;
        return first;
      }
    },

    /** Moves a payment that is still open; later choices change nothing. */
    settle: async (
      reference: string,
      outcome: { state: 'paid' | 'failed' } | { state: 'delayed'; settlesAt: Date },
    ): Promise<void> => {
      await payments.updateOne({ _id: reference, state: 'open' }, { $set: outcome });
    },

    refund: async (reference: string, refundKey: string): Promise<void> => {
      await payments.updateOne(
        { _id: reference, refundKey: mongoose.trusted({ $exists: false }) },
        { $set: { refundKey } },
      );
    },

    forget: async (before: Date): Promise<number> =>
      (await payments.deleteMany({ createdAt: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type SimulatedPayments = ReturnType<typeof createSimulatedPayments>;
