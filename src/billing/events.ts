import { z } from 'zod';
import { defineEvent } from '../platform/events.ts';

const order = {
  orderId: z.string(),
  /** `course:<id>` and the like, as the price list names them. */
  productIds: z.array(z.string()),
  /** The courses among the products. */
  courseIds: z.array(z.string()),
};

/** The whole price of an order has been received. `by` is the member of staff who confirmed a transfer. */
export const OrderPaid = defineEvent(
  'OrderPaid',
  z.strictObject({
    ...order,
    accountId: z.string(),
    method: z.enum(['stripe', 'simulated', 'transfer', 'free']),
    by: z.string().optional(),
  }),
);

/** Staff have given the whole price back. `accountId` is missing when the buyer has been erased. */
export const OrderRefunded = defineEvent(
  'OrderRefunded',
  z.strictObject({ ...order, accountId: z.string().optional(), by: z.string(), reason: z.string() }),
);

/** The buyer has chosen to pay by bank transfer and needs the instructions. */
export const TransferAwaited = defineEvent(
  'TransferAwaited',
  z.strictObject({ orderId: z.string(), accountId: z.string() }),
);
