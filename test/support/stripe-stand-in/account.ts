import { randomUUID } from 'node:crypto';
import { asList, type FormTree } from './form.ts';

/** The parts of Stripe's objects that the product reads, and no more. */
export type Session = {
  id: string;
  object: 'checkout.session';
  mode: string;
  status: 'open' | 'complete' | 'expired';
  payment_status: 'paid' | 'unpaid';
  client_reference_id: string | null;
  metadata: Record<string, string>;
  amount_total: number;
  currency: string;
  locale: string;
  url: string | null;
  payment_intent: string | null;
  livemode: false;
};
type Intent = {
  id: string;
  object: 'payment_intent';
  amount: number;
  currency: string;
  status: 'succeeded' | 'processing' | 'requires_payment_method';
  refunded: number;
};
export type Refund = {
  id: string;
  object: 'refund';
  payment_intent: string;
  amount: number;
  currency: string;
  status: 'succeeded';
};
export type StripeEvent = {
  id: string;
  object: 'event';
  type: string;
  created: number;
  api_version: string;
  data: { object: Session };
};

/** An answer in Stripe's shape that is not the object asked for. */
export class StripeFault extends Error {
  readonly status: number;
  readonly body: { error: Record<string, string> };
  constructor(status: number, error: Record<string, string>) {
    super(error.message ?? error.code);
    this.status = status;
    this.body = { error };
  }
}

const invalid = (code: string, message: string, status = 400): StripeFault =>
  new StripeFault(status, { type: 'invalid_request_error', code, message });

const id = (prefix: string): string => `${prefix}_test_${randomUUID().replaceAll('-', '')}`;
const text = (part: string | FormTree | undefined): string => (typeof part === 'string' ? part : '');
const tree = (part: string | FormTree | undefined): FormTree =>
  part === undefined || typeof part === 'string' ? {} : part;

/** The account behind the stand-in: sessions, intents, refunds, and the events that each change leaves. */
export const createStripeAccount = (pageBase: () => string, now: () => Date) => {
  const sessions = new Map<string, Session>();
  const intents = new Map<string, Intent>();
  const refunds: Refund[] = [];
  const events: StripeEvent[] = [];

  const sessionOf = (reference: string): Session => {
    const session = sessions.get(reference);
    if (!session) throw invalid('resource_missing', `No such checkout.session: '${reference}'`, 404);
    return session;
  };

  const tell = (type: string, session: Session): void => {
    events.push({
      id: id('evt'),
      object: 'event',
      type,
      created: Math.floor(now().getTime() / 1000),
      api_version: '2026-10-28.endive',
      data: { object: structuredClone(session) },
    });
  };

  const complete = (session: Session, status: Intent['status']): void => {
    const intent: Intent = {
      id: id('pi'),
      object: 'payment_intent',
      amount: session.amount_total,
      currency: session.currency,
      status,
      refunded: 0,
    };
    intents.set(intent.id, intent);
    const payment_status = status === 'succeeded' ? 'paid' : 'unpaid';
    Object.assign(session, { status: 'complete', url: null, payment_intent: intent.id, payment_status });
    tell('checkout.session.completed', session);
  };

  const amountOf = (form: FormTree): { amount: number; currency: string } => {
    const items = asList(form.line_items).map(tree);
    const priced = items.map((item) => tree(item.price_data));
    const currency = text(priced[0]?.currency);
    if (items.length === 0 || !/^[a-z]{3}$/.test(currency)) throw invalid('parameter_missing', 'line_items');
    const amounts = items.map(
      (item, at) => Number(text(item.quantity)) * Number(text(priced[at]?.unit_amount)),
    );
    if (amounts.some((amount) => !Number.isInteger(amount) || amount < 0)) {
      throw invalid('parameter_invalid_integer', 'unit_amount');
    }
    return { amount: amounts.reduce((sum, amount) => sum + amount, 0), currency };
  };

  return {
    events,
    refunds,
    sessions,

    createSession: (form: FormTree): Session => {
      if (form.mode !== 'payment') throw invalid('parameter_missing', 'mode');
      const { amount, currency } = amountOf(form);
      for (const name of ['success_url', 'cancel_url']) {
        if (!/^https?:\/\/[^/]+\//.test(text(form[name]))) throw invalid('url_invalid', name);
      }
      const session: Session = {
        id: id('cs'),
        object: 'checkout.session',
        mode: 'payment',
        status: 'open',
        payment_status: 'unpaid',
        client_reference_id: text(form.client_reference_id) || null,
        metadata: { ...tree(form.metadata) } as Record<string, string>,
        amount_total: amount,
        currency,
        locale: text(form.locale),
        url: '',
        payment_intent: null,
        livemode: false,
      };
      session.url = `${pageBase()}/c/pay/${session.id}`;
      sessions.set(session.id, session);
      return session;
    },

    retrieveSession: (reference: string, expand: readonly (string | FormTree)[]) => {
      const session = sessionOf(reference);
      const intent = session.payment_intent === null ? null : intents.get(session.payment_intent);
      return expand.includes('payment_intent') ? { ...session, payment_intent: intent } : session;
    },

    createRefund: (form: FormTree): Refund => {
      const intent = intents.get(text(form.payment_intent));
      if (!intent) throw invalid('resource_missing', 'No such payment_intent', 404);
      if (intent.status !== 'succeeded') throw invalid('charge_not_refundable', 'not paid');
      if (intent.refunded === intent.amount)
        throw invalid('charge_already_refunded', 'Charge has already been refunded.');
      const amount = form.amount === undefined ? intent.amount : Number(text(form.amount));
      if (!(amount > 0) || intent.refunded + amount > intent.amount) {
        throw invalid('amount_too_large', 'Refund amount is greater than unrefunded amount on charge');
      }
      intent.refunded += amount;
      const { id: payment_intent, currency } = intent;
      const refund: Refund = {
        id: id('re'),
        object: 'refund',
        payment_intent,
        amount,
        currency,
        status: 'succeeded',
      };
      refunds.push(refund);
      return refund;
    },

    listRefunds: (query: FormTree) => ({
      object: 'list',
      url: '/v1/refunds',
      has_more: false,
      data: refunds.filter(({ payment_intent }) => payment_intent === query.payment_intent),
    }),

    /** What a buyer, a bank or time does to a session. */
    pay: (reference: string): void => complete(sessionOf(reference), 'succeeded'),
    payLater: (reference: string): void => complete(sessionOf(reference), 'processing'),
    arrive: (reference: string, arrived: boolean): void => {
      const session = sessionOf(reference);
      const intent = intents.get(session.payment_intent ?? '');
      if (!intent) throw new Error(`${reference} was not completed`);
      intent.status = arrived ? 'succeeded' : 'requires_payment_method';
      session.payment_status = arrived ? 'paid' : 'unpaid';
      tell(`checkout.session.async_payment_${arrived ? 'succeeded' : 'failed'}`, session);
    },
    expire: (reference: string): void => {
      const session = sessionOf(reference);
      Object.assign(session, { status: 'expired', url: null });
      tell('checkout.session.expired', session);
    },
  };
};
