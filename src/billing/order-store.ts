import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import type { Language } from '../platform/i18n.ts';
import type { Buyer } from './buyer.ts';
import {
  type Anomaly,
  isOpen,
  type Order,
  type OrderLine,
  type OrderState,
  openKeyOf,
  type openStates,
  orderStates,
  type PaymentAttempt,
  type Refund,
  type Settlement,
} from './order.ts';

type OrderDocument = {
  _id: string;
  /** Counts the changes: a change is written only over the state it was decided on. */
  revision: number;
  state: OrderState;
  accountId?: string;
  /** The open order of a buyer and their products; missing on orders that are not open. */
  openKey?: string;
  language: Language;
  lines: OrderLine[];
  currency: string;
  totalMinor: number;
  createdAt: Date;
  buyer?: Buyer;
  terms?: { version: string; acceptedAt: Date };
  attempt?: PaymentAttempt;
  transferReference?: string;
  anomalies: Anomaly[];
  paid?: Settlement;
  refund?: Refund;
  closedAt?: Date;
};

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<OrderDocument>(
  {
    _id: { type: String, required: true },
    revision: { type: Number, required: true },
    state: { type: String, enum: orderStates, required: true },
    accountId: String,
    openKey: String,
    language: { type: String, required: true },
    lines: { type: Mixed, required: true },
    currency: { type: String, required: true },
    totalMinor: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    buyer: { type: Mixed },
    terms: { type: Mixed },
    attempt: { type: Mixed },
    transferReference: String,
    anomalies: { type: Mixed, required: true },
    paid: { type: Mixed },
    refund: { type: Mixed },
    closedAt: Date,
  },
  { collection: 'orders', versionKey: false },
)
  // One open order per buyer and products, however many tabs: the loser of the race reads the winner's.
  .index({ openKey: 1 }, { unique: true, partialFilterExpression: { openKey: { $exists: true } } })
  .index(
    { transferReference: 1 },
    { unique: true, partialFilterExpression: { transferReference: { $exists: true } } },
  )
  .index({ accountId: 1, createdAt: -1 })
  .index({ state: 1, createdAt: -1 })
  .index({ 'attempt.reference': 1 }, { sparse: true });
addOutbox(schema);

const optionalFields = [
  'accountId',
  'openKey',
  'buyer',
  'terms',
  'attempt',
  'transferReference',
  'paid',
  'refund',
  'closedAt',
] as const;

const hidden = { outbox: 0 } as const;
/** An order whose events have all left it. */
const delivered = { 'outbox.0': mongoose.trusted({ $exists: false }) } as const;

const fieldsOf = (order: Order): Record<string, unknown> => {
  const { id: _id, ...fields } = order;
  const productIds = order.lines.map(({ productId }) => productId);
  if (!isOpen(order) || order.accountId === undefined) return fields;
  return { ...fields, openKey: openKeyOf(order.accountId, productIds) };
};

const toOrder = ({ _id, revision: _revision, openKey: _openKey, ...rest }: OrderDocument): Order =>
  ({ id: _id, ...rest }) as unknown as Order;

/** What staff look for; every part narrows the list. */
export type OrderQuery = {
  state?: OrderState;
  flagged?: boolean;
  text?: string;
  limit: number;
  before?: Date;
};

/** A change of one order with the events that it makes true. */
export type OrderChange = { order: Order; events?: readonly EventRecord[] };

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const filterOf = ({ state, flagged, text, before }: OrderQuery): object => ({
  ...(state ? { state } : {}),
  ...(flagged ? { 'anomalies.0': mongoose.trusted({ $exists: true }) } : {}),
  ...(before ? { createdAt: mongoose.trusted({ $lt: before }) } : {}),
  ...(text
    ? {
        $or: [
          { _id: text },
          { transferReference: text.toUpperCase() },
          { 'paid.reference': text },
          { 'buyer.name': mongoose.trusted({ $regex: escaped(text), $options: 'i' }) },
          { 'buyer.company': mongoose.trusted({ $regex: escaped(text), $options: 'i' }) },
        ],
      }
    : {}),
});

/** Orders as plain objects. Every change is one update of one document, guarded by its revision. */
export const createOrderStore = (connection: Connection, outbox: Outbox) => {
  const orders = connection.model<OrderDocument>('Order', schema);
  outbox.watch(orders as never);

  const find = async (filter: object): Promise<Order | undefined> => {
    const found = await orders.findOne(filter, hidden).lean();
    return found ? toOrder(found as OrderDocument) : undefined;
  };
  const list = async (filter: object, limit = 500): Promise<Order[]> => {
    const found = await orders.find(filter, hidden).sort({ createdAt: -1 }).limit(limit).lean();
    return found.map((document) => toOrder(document as OrderDocument));
  };

  const write = async (
    id: string,
    revision: number,
    { order, events = [] }: OrderChange,
  ): Promise<boolean> => {
    const fields = fieldsOf(order);
    const absent = optionalFields.filter((name) => fields[name] === undefined);
    const result = await orders.updateOne(
      { _id: id, revision },
      {
        $set: { ...fields, revision: revision + 1 },
        $unset: Object.fromEntries(absent.map((name) => [name, 1])),
        ...(events.length > 0 ? carrying(...events) : {}),
      },
    );
    return result.modifiedCount === 1;
  };

  return {
    byId: (id: string) => find({ _id: id }),

    /** Keeps the order, or answers the open one that the buyer has for the same products. */
    open: async (order: Order & { accountId: string }): Promise<Order> => {
      const fields = fieldsOf(order);
      for (;;) {
        try {
          await orders.create({ _id: order.id, revision: 1, ...fields } as never);
          return order;
        } catch (error) {
          if (!isDuplicate(error)) throw error;
          const first = await find({ openKey: fields.openKey });
          // The winner of the race may have closed meanwhile: then the place is free.
          if (first) return first;
        }
      }
    },

    openOf: (accountId: string, productIds: readonly string[]) =>
      find({ openKey: openKeyOf(accountId, productIds) }),

    /**
     * Reads the order, asks what becomes of it and writes that over exactly what was read; when another was faster, asks
     * again. `decide` answers nothing to leave the order as it is. Answers the order as it is kept, or nothing when there is none.
     */
    change: async (
      id: string,
      decide: (order: Order) => OrderChange | undefined,
    ): Promise<Order | undefined> => {
      for (;;) {
        const found = await orders.findById(id, hidden).lean();
        if (!found) return undefined;
        const order = toOrder(found as OrderDocument);
        const change = decide(order);
        if (!change || change.order === order) return order;
        if (await write(id, found.revision, change)) {
          if (change.events?.length) outbox.poke();
          return change.order;
        }
      }
    },

    boughtBy: async (accountId: string, productIds: readonly string[]): Promise<Order | undefined> =>
      find({ accountId, state: 'paid', 'lines.productId': mongoose.trusted({ $in: [...productIds] }) }),

    ofAccount: (accountId: string) => list({ accountId }, 10_000),

    search: (query: OrderQuery) => list(filterOf(query), query.limit),

    /** Orders whose payment was begun before the instant and has not been heard of, oldest first. */
    waitingSince: async (before: Date, limit: number): Promise<Order[]> => {
      const filter: object = {
        state: mongoose.trusted({ $in: ['pending_payment', 'payment_failed'] }),
        'attempt.reference': mongoose.trusted({ $exists: true }),
        'attempt.startedAt': mongoose.trusted({ $lt: before }),
      };
      const found = await orders
        .find(filter as never, hidden)
        .sort({ 'attempt.startedAt': 1 })
        .limit(limit)
        .lean();
      return found.map((document) => toOrder(document as OrderDocument));
    },

    /** Refunds that were ordered and not completed. */
    cutRefunds: (before: Date) =>
      list({ state: 'paid', 'refund.requestedAt': mongoose.trusted({ $lt: before }) }),

    /** Open orders that nobody has paid since the instant. */
    openSince: (state: (typeof openStates)[number], before: Date) =>
      list({ state, createdAt: mongoose.trusted({ $lt: before }) }),

    /** Deletes orders that were never paid and closed before the instant. */
    forgetClosed: async (before: Date): Promise<number> => {
      const filter: object = {
        state: mongoose.trusted({ $in: ['expired', 'canceled'] }),
        closedAt: mongoose.trusted({ $lt: before }),
        ...delivered,
      };
      return (await orders.deleteMany(filter as never)).deletedCount;
    },

    /** Deletes settled orders of before the instant, whose documents are past their time too. */
    forgetSettled: async (before: Date): Promise<number> => {
      const filter: object = {
        state: mongoose.trusted({ $in: ['paid', 'refunded'] }),
        createdAt: mongoose.trusted({ $lt: before }),
        ...delivered,
      };
      return (await orders.deleteMany(filter as never)).deletedCount;
    },

    counts: async (): Promise<Partial<Record<OrderState, number>>> => {
      const rows = await orders.aggregate<{ _id: OrderState; n: number }>([
        { $group: { _id: '$state', n: { $sum: 1 } } },
      ]);
      return Object.fromEntries(rows.map(({ _id, n }) => [_id, n]));
    },
  };
};

export type OrderStore = ReturnType<typeof createOrderStore>;
