import { Router } from 'express';
import type { CheckoutPagesDeps } from './checkout-deps.ts';
import { createOrderPages } from './checkout-order.ts';
import { createPurchasePages } from './checkout-purchases.ts';
import { createSimulatedPages } from './checkout-simulated.ts';
import { createStaffOrderPages } from './checkout-staff.ts';

/** Buying, what was bought, and the orders as staff see them. */
export const createCheckoutPages = (deps: CheckoutPagesDeps): Router =>
  Router().use(
    createSimulatedPages(deps),
    createOrderPages(deps),
    createPurchasePages(deps),
    createStaffOrderPages(deps),
  );
