import { type RequestHandler, Router } from 'express';
import { DomainError } from '../../platform/errors.ts';
import { answerOAuthRefusal, notKept, oauthFormBody, requireOAuthForm } from '../../platform/http/oauth.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { scopes } from '../clients/api-client.ts';
import { tokensPerAddress } from '../limits.ts';
import type { Grant } from './grant-token.ts';
import { readTokenRequest, type TokenRequest } from './token-request.ts';

type OAuthRouteDeps = {
  baseUrl: string;
  limits: Pick<RateLimits, 'perAddress'>;
  grantToken(request: TokenRequest): Promise<Grant>;
};

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

/** `POST /oauth/token` (RFC 6749, 4.4) and its metadata (RFC 8414). Reads its own body: OAuth has words of its own for a bad one. */
export const createOAuthRoutes = ({ baseUrl, limits, grantToken }: OAuthRouteDeps): Router => {
  const router = Router();

  const grant: RequestHandler = async (request, response) => {
    const { authorization } = request.headers;
    response.json(await grantToken(readTokenRequest({ authorization, body: String(request.body ?? '') })));
  };

  router.get('/.well-known/oauth-authorization-server', (_request, response) => {
    response.set({ 'Cache-Control': 'public, max-age=3600', 'Access-Control-Allow-Origin': '*' });
    response.json(metadata(baseUrl));
  });
  router.post(
    '/oauth/token',
    notKept,
    limits.perAddress(tokensPerAddress),
    oauthFormBody(),
    requireOAuthForm,
    grant,
    answerOAuthRefusal('invalid_request'),
  );
  router.all('/oauth/token', (_request, response) => {
    response.set('Allow', 'POST');
    throw new DomainError('wrong-method', 'wrong-method');
  });
  return router;
};
