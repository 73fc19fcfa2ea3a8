import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { isSettled, type Order, orderStates, readAmount, refundReasons } from '../../billing/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { CheckoutPagesDeps } from './checkout-deps.ts';
import { sendPdf } from './checkout-purchases.ts';
import { orderView, stateText, titlesOf } from './checkout-view.ts';

const pageLength = 50;

/** Whatever stands in the address, the list answers: what it cannot read it leaves out. */
const query = z.object({
  q: z
    .string()
    .trim()
    .max(150)
    .transform((text) => text.replaceAll(/\p{Cc}/gu, ''))
    .catch(''),
  state: z.enum(['', 'flagged', ...orderStates]).catch(''),
  before: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional()
    .catch(undefined),
});

const refundForm = z.strictObject({
  reason: z.enum(refundReasons),
  note: z
    .string()
    .trim()
    .max(500)
    .regex(/^[^\p{Cc}]*$/u, 'not-plain-text'),
});
const transferForm = z.strictObject({ amount: z.string().trim().min(1).max(20) });

type Faulty = { form: 'transfer' | 'refund'; faults: readonly FieldFault[] };

/** Orders for the billing staff: find one, confirm its transfer, give its price back. */
export const createStaffOrderPages = (deps: CheckoutPagesDeps): Router => {
  const { render, billing, requireBilling, accountOf } = deps;

  const searched = ({ q, state, before }: z.infer<typeof query>) =>
    billing.searchOrders({
      limit: pageLength,
      ...(q === '' ? {} : { text: q }),
      ...(state === 'flagged' ? { flagged: true } : {}),
      ...(state === '' || state === 'flagged' ? {} : { state }),
      ...(before === undefined ? {} : { before }),
    });

  const list: RequestHandler = async (request, response) => {
    const { words, language } = contextOf(response);
    const typed = query.parse(request.query);
    const orders = await searched(typed);
    const last = orders.length === pageLength ? orders.at(-1) : undefined;
    const states = ['', 'flagged', ...orderStates].map((value) => ({
      value,
      label: words(value === '' ? 'checkout:staff.all' : `checkout:states.${value}`),
    }));
    const older =
      last && new URLSearchParams({ q: typed.q, state: typed.state, before: last.createdAt.toISOString() });
    render(request, response, {
      view: 'checkout/staff-orders',
      title: words('checkout:staff.title'),
      noindex: true,
      wide: true,
      data: {
        form: formOf({ words, values: { q: typed.q, state: typed.state } }),
        states,
        table: tableOf(words, orders),
        older: older && `/${language}/staff/orders?${older}`,
      },
    });
  };

  const show = async (request: Request, response: Response, order: Order, faulty?: Faulty): Promise<void> => {
    const { words, language } = contextOf(response);
    const formFor = (name: Faulty['form']) =>
      formOf({ words, ...(faulty?.form === name ? { values: request.body, faults: faulty.faults } : {}) });
    render(request, response, {
      view: 'checkout/staff-order',
      title: words('checkout:staff.order', { id: order.id.slice(0, 8) }),
      noindex: true,
      wide: true,
      ...(faulty ? { status: 422 } : {}),
      data: {
        order: orderView(order, language),
        titles: titlesOf(order, language),
        stateText: stateText(words, order),
        anomalies: order.anomalies.map((anomaly) => anomalyView(words, anomaly)),
        receipts: await billing.receiptsOf([order.id]),
        transferForm: formFor('transfer'),
        refundForm: formFor('refund'),
        reasons: refundReasons.map((value) => ({ value, label: words(`checkout:reasons.${value}`) })),
        canConfirm: !isSettled(order) && order.transferReference !== undefined,
        canRefund: order.state === 'paid',
        byHand: isSettled(order) && order.paid.method === 'transfer',
      },
    });
  };

  const orderOf = (request: Request): Promise<Order> => billing.orderForStaff(String(request.params.orderId));

  const back = (response: Response, orderId: string): void =>
    response.redirect(303, `/${contextOf(response).language}/staff/orders/${orderId}`);

  const readTransfer = (body: unknown, order: Order): number | readonly FieldFault[] => {
    const checked = check(transferForm, body);
    if (!checked.ok) return checked.faults;
    return readAmount(checked.value.amount, order.currency) ?? [{ pointer: '/amount', code: 'bad-format' }];
  };

  const confirm: RequestHandler = async (request, response) => {
    const order = await orderOf(request);
    const amountMinor = readTransfer(request.body, order);
    const form = 'transfer' as const;
    if (typeof amountMinor !== 'number') return show(request, response, order, { form, faults: amountMinor });
    try {
      const by = accountOf(request).id;
      await billing.confirmTransfer({ orderId: order.id, by, amountMinor, currency: order.currency });
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'invalid') throw error;
      return show(request, response, order, { form, faults: error.errors });
    }
    back(response, order.id);
  };

  const refund: RequestHandler = async (request, response) => {
    const order = await orderOf(request);
    const checked = check(refundForm, request.body);
    if (!checked.ok) return show(request, response, order, { form: 'refund', faults: checked.faults });
    const { reason, note } = checked.value;
    await billing.refund({
      orderId: order.id,
      by: accountOf(request).id,
      reason,
      ...(note === '' ? {} : { note }),
    });
    back(response, order.id);
  };

  const router = Router();
  router.use('/staff/orders', requireBilling);
  router.get('/staff/orders', list);
  router.get('/staff/orders/:orderId', async (request, response) =>
    show(request, response, await orderOf(request)),
  );
  router.post('/staff/orders/:orderId/transfer', confirm);
  router.post('/staff/orders/:orderId/refund', refund);
  router.get('/staff/orders/:orderId/receipt.pdf', async (request, response) =>
    sendPdf(response, await billing.receiptFile(String(request.params.orderId))),
  );
  router.get('/staff/orders/:orderId/credit-note.pdf', async (request, response) =>
    sendPdf(response, await billing.creditNoteFile(String(request.params.orderId))),
  );
  return router;
};

const anomalyView = (
  words: Words,
  { code, reference, at, amountMinor, currency }: Order['anomalies'][number],
) => {
  const { money, dateTime } = formats(words.language);
  const amount =
    amountMinor === undefined || currency === undefined ? undefined : money(amountMinor, currency);
  const came =
    amount === undefined ? '' : words('checkout:staff.came', { amount, when: dateTime(at), reference });
  return {
    title: words(`checkout:anomalies.${code}.title`),
    text: `${words(`checkout:anomalies.${code}.text`)} ${came}`.trim(),
  };
};

const tableOf = (words: Words, orders: readonly Order[]) => {
  const { language } = words;
  const { money, date } = formats(language);
  const heads = ['date', 'buyer', 'item', 'price', 'state'] as const;
  return {
    columns: heads.map((name) => ({
      label: words(`checkout:staff.columns.${name}`),
      numeric: name === 'price',
    })),
    rows: orders.map((order) => [
      { text: date(order.createdAt), href: `/${language}/staff/orders/${order.id}` },
      { text: order.buyer?.name ?? words('checkout:staff.unnamed') },
      { text: titlesOf(order, language) },
      { text: money(order.totalMinor, order.currency) },
      {
        text:
          order.anomalies.length > 0
            ? words('checkout:staff.flagged', { state: stateText(words, order) })
            : stateText(words, order),
      },
    ]),
  };
};
