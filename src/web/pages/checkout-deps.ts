import type { Request, RequestHandler } from 'express';
import type { AccountSummary } from '../../accounts/index.ts';
import type { Billing } from '../../billing/index.ts';
import type { Config } from '../../platform/config.ts';
import type { Render } from '../render.ts';

export type CheckoutPagesDeps = {
  render: Render;
  billing: Billing;
  operator: Config['operator'];
  production: boolean;
  /** Lets nobody pass who is not signed in, and brings them back after they have. */
  requireSignIn: RequestHandler;
  /** Lets in the billing staff; to others the page does not exist. */
  requireBilling: RequestHandler;
  accountOf(request: Request): AccountSummary;
};
