import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { DomainError } from '../../platform/errors.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { scopes } from '../clients/api-client.ts';
import { tokensPerAddress } from '../limits.ts';
import type { Grant } from './grant-token.ts';
import { OAuthRefusal, readTokenRequest, type TokenRequest } from './token-request.ts';

type OAuthRouteDeps = {
  baseUrl: string;
  limits: Pick<RateLimits, 'perAddress'>;
  grantToken(request: TokenRequest): Promise<Grant>;
};

const form = 'application/x-www-form-urlencoded';
const readForm = express.text({ type: form, limit: '8kb' });

/** RFC 8414, 2: what a client may find out by itself. There is no authorization endpoint: nobody is asked to consent. */
const metadata = (baseUrl: string) => ({
  issuer: baseUrl,
  token_endpoint: `${baseUrl}/oauth/token`,
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  grant_types_supported: ['client_credentials'],
  response_types_supported: [],
  scopes_supported: scopes,
  service_documentation: `${baseUrl}/developers`,
});

/** Tokens and refusals alike are for nobody else (RFC 6749, 5.1). */
const notKept: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
  next();
};

/** What body parsers complain about is a bad request in the words of RFC 6749 too. */
const asRefusal = (error: unknown): OAuthRefusal | undefined => {
  if (error instanceof OAuthRefusal) return error;
  const { status } = (error ?? {}) as { status?: unknown };
  const unreadable = typeof status === 'number' && status >= 400 && status < 500;
  return unreadable ? new OAuthRefusal('invalid_request', 'the body cannot be read') : undefined;
};

const answerRefusal: ErrorRequestHandler = (error, _request, response, next) => {
  const refusal = asRefusal(error);
  if (!refusal) return next(error);
  if (refusal.basic) response.set('WWW-Authenticate', 'Basic realm="oauth", charset="UTF-8"');
  response
    .status(refusal.error === 'invalid_client' ? 401 : 400)
    .json({ error: refusal.error, error_description: refusal.message });
};

/** `POST /oauth/token` (RFC 6749, 4.4) and its metadata (RFC 8414). Reads its own body: OAuth has words of its own for a bad one. */
export const createOAuthRoutes = ({ baseUrl, limits, grantToken }: OAuthRouteDeps): Router => {
  const router = Router();

  const grant: RequestHandler = async (request, response) => {
    if (!request.is(form)) throw new OAuthRefusal('invalid_request', `the body must be ${form}`);
    const { authorization } = request.headers;
    response.json(await grantToken(readTokenRequest({ authorization, body: String(request.body ?? '') })));
  };

  router.get('/.well-known/oauth-authorization-server', (_request, response) => {
    response.set({ 'Cache-Control': 'public, max-age=3600', 'Access-Control-Allow-Origin': '*' });
    response.json(metadata(baseUrl));
  });
  router.post('/oauth/token', notKept, limits.perAddress(tokensPerAddress), readForm, grant, answerRefusal);
  router.all('/oauth/token', (_request, response) => {
    response.set('Allow', 'POST');
    throw new DomainError('wrong-method', 'wrong-method');
  });
  return router;
};
