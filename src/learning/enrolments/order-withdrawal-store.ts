import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';

type WithdrawalDocument = { _id: string; at: Date; reason: string };

const schema = new mongoose.Schema<WithdrawalDocument>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    reason: { type: String, required: true },
  },
  { collection: 'order_withdrawals', versionKey: false },
);

/** Orders that no longer pay for anything. Ids only, so a refund that comes before the access is not forgotten. */
export const createOrderWithdrawalStore = (connection: Connection) => {
  const withdrawals = connection.model<WithdrawalDocument>('OrderWithdrawal', schema);
  return {
    mark: async (orderId: string, at: Date, reason: string): Promise<void> => {
      try {
        await withdrawals.create({ _id: orderId, at, reason });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    find: async (orderId: string): Promise<{ at: Date; reason: string } | undefined> => {
      const found = await withdrawals.findById(orderId).lean();
      return found ? { at: found.at, reason: found.reason } : undefined;
    },
  };
};

export type OrderWithdrawalStore = ReturnType<typeof createOrderWithdrawalStore>;
