import type { RequestHandler } from 'express';
import { DomainError } from '../errors.ts';

type Method = 'GET' | 'POST';

/** For programs that are web pages and come from other origins. Nothing here goes by cookies, and nothing may be kept. */
export const forAnyOrigin: RequestHandler = (_request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': 'no-store',
  });
  next();
};

/** Browsers ask before they send JSON or a token to another origin (Fetch, 3.2). */
export const preflight =
  (method: Method): RequestHandler =>
  (_request, response) => {
    response.set({
      'Access-Control-Allow-Methods': `${method}, OPTIONS`,
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Max-Age': '86400',
    });
    response.status(204).end();
  };

/** @throws DomainError `wrong-method` for whatever was not answered before it */
export const only =
  (method: Method): RequestHandler =>
  (_request, response) => {
    response.set('Allow', `${method === 'GET' ? 'GET, HEAD' : method}, OPTIONS`);
    throw new DomainError('wrong-method', 'wrong-method');
  };
