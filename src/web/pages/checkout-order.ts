import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import {
  type NextStep,
  type Order,
  productOfCourse,
  type ReturnStage,
  termsVersion,
} from '../../billing/index.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import type { Form } from '../form.ts';
import type { CheckoutPagesDeps } from './checkout-deps.ts';
import { paymentForm, paymentOptions, readPaymentForm } from './checkout-form.ts';
import { orderView, titlesOf } from './checkout-view.ts';

const choice = z.union([
  z.strictObject({ courseId: z.string().min(1).max(200) }),
  z.strictObject({ productId: z.string().min(1).max(200) }),
]);

const orderIdOf = (request: Request): string => String(request.params.orderId);

/** From the button on a course to the page that says it is paid. */
export const createOrderPages = (deps: CheckoutPagesDeps): Router => {
  const { render, billing, requireSignIn, accountOf } = deps;

  const to = (response: Response, path: string): void =>
    response.redirect(303, `/${contextOf(response).language}${path}`);

  const start: RequestHandler = async (request, response) => {
    const checked = check(choice, request.body);
    if (!checked.ok) throw notFound();
    const productId =
      'courseId' in checked.value ? productOfCourse(checked.value.courseId) : checked.value.productId;
    const { language } = contextOf(response);
    const accountId = accountOf(request).id;
    const order = await billing.startCheckout({ accountId, productIds: [productId], language });
    to(response, `/checkout/${order.id}`);
  };

  type Shown = { order: Order; form?: Form; status?: number; notice?: string };

  const showPayment = (request: Request, response: Response, shown: Shown): void => {
    const { order, form, status, notice } = shown;
    const { words, language } = contextOf(response);
    const { givenName, familyName, country } = accountOf(request);
    const methods = billing.paymentMethods;
    const known = { name: `${givenName} ${familyName}`, country, ...order.buyer, method: methods[0] };
    render(request, response, {
      view: 'checkout/pay',
      title: words('checkout:pay.title'),
      noindex: true,
      ...(status === undefined ? {} : { status }),
      data: {
        order: orderView(order, language),
        form: form ?? paymentForm(words, known),
        payable: methods.length > 0 || order.totalMinor === 0,
        notice,
        ...paymentOptions(words, methods),
      },
    });
  };

  const showTransfer = async (request: Request, response: Response, order: Order): Promise<void> => {
    const { words, language } = contextOf(response);
    const instructions = await billing.transferInstructions(order.id);
    const data = {
      order: orderView(order, language),
      instructions,
      otherWay: billing.paymentMethods.includes('card'),
    };
    render(request, response, {
      view: 'checkout/transfer',
      title: words('checkout:transfer.title'),
      noindex: true,
      data,
    });
  };

  const showStage = (
    request: Request,
    response: Response,
    order: Order,
    stage: Exclude<ReturnStage, 'payable'> | 'refunded',
  ): void => {
    const { words, language } = contextOf(response);
    render(request, response, {
      view: `checkout/${stage}`,
      title: words(`checkout:${stage}.title`),
      noindex: true,
      data: { order: orderView(order, language), titles: titlesOf(order, language), operator: deps.operator },
    });
  };

  const noticeOf = (request: Request, order: Order): string | undefined => {
    if (order.state === 'payment_failed') return 'refused';
    return request.query.price === 'changed' ? 'price-changed' : undefined;
  };

  /** One address for an order, whatever has become of it; it asks the gateway each time. */
  const show: RequestHandler = async (request, response) => {
    const { order, stage } = await billing.handleReturn(orderIdOf(request), accountOf(request).id);
    if (order.state === 'refunded') return showStage(request, response, order, 'refunded');
    if (stage !== 'payable') return showStage(request, response, order, stage);
    const wantsOtherWay = request.query.method === 'other';
    if (order.state === 'awaiting_transfer' && !wantsOtherWay) return showTransfer(request, response, order);
    const notice = noticeOf(request, order);
    showPayment(request, response, { order, ...(notice === undefined ? {} : { notice }) });
  };

  const follow = (response: Response, orderId: string, step: NextStep): void => {
    if (step.kind === 'redirect') response.redirect(303, step.url);
    else if (step.kind === 'price-changed') to(response, `/checkout/${step.orderId}?price=changed`);
    else to(response, `/checkout/${orderId}`);
  };

  const pay: RequestHandler = async (request, response) => {
    const { words, language } = contextOf(response);
    const account = accountOf(request);
    const order = await billing.orderOf(orderIdOf(request), account.id);
    const read = readPaymentForm(request.body, order.totalMinor === 0 ? ['card'] : billing.paymentMethods);
    if (!read.ok) {
      const form = paymentForm(words, request.body, read.faults);
      return showPayment(request, response, { order, form, status: 422 });
    }
    const step = await billing.pay({ orderId: order.id, accountId: account.id, language, ...read.value });
    follow(response, order.id, step);
  };

  const terms: RequestHandler = (request, response) => {
    const { words } = contextOf(response);
    const paragraphs = ['object', 'price', 'access', 'withdrawal', 'guarantee', 'complaints'];
    const data = { operator: deps.operator, version: new Date(termsVersion), paragraphs };
    render(request, response, { view: 'checkout/terms', title: words('checkout:terms.title'), data });
  };

  const router = Router();
  router.get('/terms-of-sale', terms);
  router.post('/checkout', requireSignIn, start);
  router.get('/checkout/:orderId', requireSignIn, show);
  router.get('/checkout/:orderId/return', requireSignIn, show);
  router.post('/checkout/:orderId/pay', requireSignIn, pay);
  return router;
};
