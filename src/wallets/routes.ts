import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { DomainError } from '../platform/errors.ts';
import { forAnyOrigin, only, preflight } from '../platform/http/any-origin.ts';
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
    .all(forAnyOrigin)
    .options(preflight('POST'))
    .post(limits.perAddress(callsPerAddress), converse)
    .all(only('POST'));
  return router;
};
