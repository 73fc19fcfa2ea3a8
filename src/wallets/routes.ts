import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { DomainError } from '../platform/errors.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import { validate } from '../platform/http/validate.ts';
import { callsPerAddress } from './limits.ts';
import type { Exchange } from './vcapi/exchange.ts';

type WalletRoutes = { limits: Pick<RateLimits, 'perAddress'>; exchange: Exchange };

const exchangePath = '/workflows/claim/exchanges/:secret';
/** Where a wallet carries out the exchange of a link (VCALM 1.0, 3.6.5). */
export const exchangeUrl = (baseUrl: string, secret: string): string =>
  `${baseUrl}${exchangePath.replace(':secret', secret)}`;

const message = z.strictObject({ verifiablePresentation: z.unknown().optional() });

/** Wallets that are web pages come from other origins. Nothing here goes by cookies, and nothing may be kept. */
const forWallets: RequestHandler = (_request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': 'no-store',
  });
  next();
};

/** Browsers ask before they send JSON to another origin (Fetch, 3.2). */
const preflight: RequestHandler = (_request, response) => {
  response.set({
    'Access-Control-Allow-Methods': 'POST, OPTIONS',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Max-Age': '86400',
  });
  response.status(204).end();
};

const postOnly: RequestHandler = (_request, response) => {
  response.set('Allow', 'POST, OPTIONS');
  throw new DomainError('wrong-method', 'wrong-method');
};

/** What wallets call: public, without cookie. Who may, is known by the secret in the address. */
export const createWalletRoutes = ({ limits, exchange }: WalletRoutes): Router => {
  const router = Router();

  const converse: RequestHandler<{ secret: string }> = async (request, response) => {
    if (request.is('application/json') === false)
      throw new DomainError('unsupported-type', 'unsupported-type');
    response.json(await exchange(request.params.secret, validate(message, request.body ?? {})));
  };

  router
    .route(exchangePath)
    .all(forWallets)
    .options(preflight)
    .post(limits.perAddress(callsPerAddress), converse)
    .all(postOnly);
  return router;
};
