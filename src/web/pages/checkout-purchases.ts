import { type RequestHandler, type Response, Router } from 'express';
import type { ReceiptKind } from '../../billing/index.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { CheckoutPagesDeps } from './checkout-deps.ts';
import { orderView, stateText, titlesOf } from './checkout-view.ts';

/** A PDF to keep: by its number, never shown inside a page, kept by no cache. */
export const sendPdf = (response: Response, file: { filename: string; pdf: Uint8Array }): void => {
  response.set({
    'Content-Disposition': `attachment; filename="${file.filename}"`,
    'Cache-Control': 'private, no-store',
  });
  response.type('application/pdf').send(Buffer.from(file.pdf));
};

/** What the signed-in person has ordered, with their receipts. */
export const createPurchasePages = ({
  render,
  billing,
  requireSignIn,
  accountOf,
}: CheckoutPagesDeps): Router => {
  const list: RequestHandler = async (request, response) => {
    const { words, language } = contextOf(response);
    const orders = await billing.ordersOf(accountOf(request).id);
    const purchases = orders
      .filter(({ state }) => state !== 'canceled')
      .map((order) => ({
        ...orderView(order, language),
        titles: titlesOf(order, language),
        stateText: stateText(words, order),
        open: ['pending_payment', 'payment_failed', 'awaiting_transfer'].includes(order.state),
        settled: order.state === 'paid' || order.state === 'refunded',
        refunded: order.state === 'refunded',
      }));
    const title = words('checkout:purchases.title');
    render(request, response, { view: 'checkout/purchases', title, noindex: true, data: { purchases } });
  };

  const download =
    (kind: ReceiptKind): RequestHandler =>
    async (request, response) => {
      sendPdf(response, await billing.ownFile(String(request.params.orderId), accountOf(request).id, kind));
    };

  const router = Router();
  router.get('/purchases', requireSignIn, list);
  router.get('/purchases/:orderId/receipt.pdf', requireSignIn, download('receipt'));
  router.get('/purchases/:orderId/credit-note.pdf', requireSignIn, download('credit-note'));
  return router;
};
