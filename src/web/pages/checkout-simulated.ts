import { type Request, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { type SimulatedDesk, simulatedOutcomes } from '../../billing/index.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import type { CheckoutPagesDeps } from './checkout-deps.ts';

const choice = z.strictObject({ outcome: z.enum(simulatedOutcomes) });

const routes = (deps: CheckoutPagesDeps, desk: SimulatedDesk): Router => {
  const { render, billing, requireSignIn, accountOf } = deps;

  const paymentOf = async (request: Request) => {
    const payment = await desk.find(String(request.params.reference));
    if (!payment) throw notFound();
    await billing.orderOf(payment.orderId, accountOf(request).id);
    return payment;
  };

  const show: RequestHandler = async (request, response) => {
    const payment = await paymentOf(request);
    const { words } = contextOf(response);
    const data = { payment, outcomes: simulatedOutcomes, open: payment.state === 'open' };
    const title = words('checkout:simulated.title');
    render(request, response, { view: 'checkout/simulated', title, noindex: true, bare: true, data });
  };

  const choose: RequestHandler = async (request, response) => {
    const payment = await paymentOf(request);
    const checked = check(choice, request.body);
    if (!checked.ok) throw notFound();
    response.redirect(303, await desk.choose(payment.reference, checked.value.outcome));
  };

  const router = Router();
  router.get('/checkout/simulated/:reference', requireSignIn, show);
  router.post('/checkout/simulated/:reference', requireSignIn, choose);
  return router;
};

/** The page of the simulated provider. In production, or with another gateway, there is no such page. */
export const createSimulatedPages = (deps: CheckoutPagesDeps): Router => {
  const desk = deps.billing.simulatedDesk;
  return deps.production || !desk ? Router() : routes(deps, desk);
};
