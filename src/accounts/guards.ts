import type { Request, RequestHandler } from 'express';
import { DomainError } from '../platform/errors.ts';
import { contextOf } from '../platform/http/context.ts';
import { wantsHtml } from '../platform/http/problem.ts';
import type { AccountSummary, Role } from './account.ts';

/** Who is signed in, if anybody. */
export const signedInAccount = (request: Request): AccountSummary | undefined =>
  request.user as AccountSummary | undefined;

/** Who is signed in. @throws DomainError `not-signed-in` (401) */
export const accountOf = (request: Request): AccountSummary => {
  const account = signedInAccount(request);
  if (!account) throw new DomainError('unauthenticated', 'not-signed-in');
  return account;
};

/** A person is sent to sign in and comes back here; a program is told 401. */
export const requireSignIn: RequestHandler = (request, response, next) => {
  if (signedInAccount(request)) return next();
  if (request.method !== 'GET' || !wantsHtml(request))
    throw new DomainError('unauthenticated', 'not-signed-in');
  const { language, path } = contextOf(response);
  response.redirect(303, `/${language}/sign-in?next=${encodeURIComponent(path)}`);
};

/** Lets in who has one of the roles. To others the page does not exist. */
export const requireRole =
  (...allowed: readonly Role[]): RequestHandler =>
  (request, response, next) => {
    requireSignIn(request, response, () => {
      const { roles } = accountOf(request);
      next(
        roles.some((role) => allowed.includes(role)) ? undefined : new DomainError('not-found', 'not-found'),
      );
    });
  };

/** A path of our own to go on to; anything else, such as another host, becomes the fallback. */
export const ownPath = (next: unknown, fallback: string): string => {
  if (typeof next !== 'string' || !/^\/(?![/\\])[^\\\s]*$/.test(next)) return fallback;
  const base = 'https://own.invalid';
  const url = URL.parse(next, base);
  // `/..//host` is `//host` once its dots are resolved, which browsers take for another host.
  if (url?.origin !== base || url.pathname.includes('//')) return fallback;
  return `${url.pathname}${url.search}`;
};
