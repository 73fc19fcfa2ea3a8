import type { RequestHandler, Response } from 'express';
import { DomainError } from '../../platform/errors.ts';
import { bearerTokenIn } from '../../platform/http/oauth.ts';
import type { Scope } from '../clients/api-client.ts';
import type { Caller } from './authenticate.ts';

const callers = new WeakMap<Response, Caller>();

/** The client that a guarded request comes from. @throws when no guard stood before: a fault of the composition */
export const callerOf = (response: Response): Caller => {
  const caller = callers.get(response);
  if (!caller) throw new Error('no guard stands before this route');
  return caller;
};

/** The challenge of RFC 6750, 3. A request without any token gets no error code (3.1). */
const challenge = (response: Response, parameters: Record<string, string> = {}): void => {
  const all = { realm: 'credentials', ...parameters };
  const list = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
  response.set('WWW-Authenticate', `Bearer ${list.join(', ')}`);
};

/**
 * Lets a request pass that carries an access token with the scope, in the Authorization header.
 * @throws DomainError `access-token-missing`, `access-token-invalid` (401), `scope-missing` (403), with WWW-Authenticate
 */
export const createRequireScope =
  (authenticate: (accessToken: string) => Promise<Caller | undefined>) =>
  (scope: Scope): RequestHandler =>
  async (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    const header = request.headers.authorization;
    if (header === undefined) {
      challenge(response);
      throw new DomainError('unauthenticated', 'access-token-missing');
    }
    const accessToken = bearerTokenIn(header);
    const caller = accessToken && (await authenticate(accessToken));
    if (!caller) {
      challenge(response, { error: 'invalid_token' });
      throw new DomainError('unauthenticated', 'access-token-invalid');
    }
    if (!caller.scopes.includes(scope)) {
      challenge(response, { error: 'insufficient_scope', scope });
      throw new DomainError('forbidden', 'scope-missing', { params: { scope } });
    }
    callers.set(response, caller);
    next();
  };
