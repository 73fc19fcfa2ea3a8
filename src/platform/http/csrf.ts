import { csrfSync } from 'csrf-sync';
import type { Request, RequestHandler } from 'express';
import { DomainError } from '../errors.ts';

const { generateToken, isRequestValid } = csrfSync({
  getTokenFromRequest: (request) => {
    const body = request.body as { _csrf?: unknown } | undefined;
    const token = body?._csrf ?? request.headers['x-csrf-token'];
    return typeof token === 'string' ? token : undefined;
  },
});

/** The token that a form of this session carries in its hidden field `_csrf`. */
export const csrfToken = (request: Request): string => generateToken(request);

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A browser says where a request comes from; another site's is refused before any token is looked at. */
export const isFromElsewhere = (request: Request, origin: string): boolean => {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const claimed = request.headers.origin;
  return claimed !== undefined && claimed !== origin;
};

const isVouchedFor = (request: Request): boolean => request.headers['sec-fetch-site'] === 'same-origin';

/** Whether a form carries the token of this session: after a new sign-in, one that was open before does not. */
export const carriesToken = (request: Request): boolean => isRequestValid(request);

/**
 * Refuses writes that another site may have caused (OWASP synchroniser token, plus Fetch Metadata). The token is taken
 * out of the body, so that strict forms see only their own fields. `tokenless` paths need no token when the browser
 * itself vouches that the form is ours: a token would open a session for every passer-by who is shown the form.
 * @throws DomainError `forged-request` (403).
 */
export const csrfProtection =
  (origin: string, { tokenless = [] }: { tokenless?: readonly string[] } = {}): RequestHandler =>
  (request, _response, next) => {
    if (safeMethods.has(request.method)) return next();
    const trusted = tokenless.includes(request.path) && isVouchedFor(request);
    if (isFromElsewhere(request, origin) || !(trusted || isRequestValid(request)))
      throw new DomainError('forbidden', 'forged-request');
    const body = request.body as Record<string, unknown> | undefined;
    if (body) delete body._csrf;
    next();
  };
