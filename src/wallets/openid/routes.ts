import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { forAnyOrigin, only, preflight } from '../../platform/http/any-origin.ts';
import { contextOf } from '../../platform/http/context.ts';
import {
  answerOAuthRefusal,
  bearerTokenIn,
  notKept,
  OAuthRefusal,
  oauthFormBody,
  requireOAuthForm,
} from '../../platform/http/oauth.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import type { JsonObject } from '../../vc/index.ts';
import { callsPerAddress } from '../limits.ts';
import type { GiveCredential } from './give-credential.ts';
import { openidPaths } from './metadata.ts';
import { type RedeemCode, readCodeRequest } from './redeem-code.ts';

type OpenidRoutes = {
  limits: Pick<RateLimits, 'perAddress'>;
  issuer: JsonObject;
  server: JsonObject;
  /** The offer behind a secret, described in the reader's language. @throws DomainError `claim-link-ended` */
  offer(secret: string, description: string): Promise<JsonObject>;
  redeem: RedeemCode;
  newNonce(): Promise<string>;
  give: GiveCredential;
};

/** Changes with a new version only. */
const published: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'public, max-age=3600', 'Access-Control-Allow-Origin': '*' });
  next();
};

/** Where a client looks for the metadata of a server whose identifier has a path: RFC 8414, 3.1, and what came before it. */
const serverMetadataPaths = [
  `/.well-known/oauth-authorization-server${openidPaths.server}`,
  `${openidPaths.server}/.well-known/oauth-authorization-server`,
];

const jsonBody = express.json({ limit: '100kb' });

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is('application/json') === false)
    throw new OAuthRefusal('invalid_credential_request', 'the body must be application/json');
  next();
};

/**
 * OpenID4VCI 1.0 for wallets: metadata, offers by reference, token, nonce and credential endpoint. Reads its own bodies,
 * since the protocol has words of its own for a bad one.
 */
export const createOpenidRoutes = (deps: OpenidRoutes): Router => {
  const router = Router();
  const limit = deps.limits.perAddress(callsPerAddress);

  const metadata =
    (document: JsonObject): RequestHandler =>
    (_request, response) => {
      response.json(document);
    };

  const showOffer: RequestHandler<{ secret: string }> = async (request, response) => {
    const description = contextOf(response).words('wallets:openid.transaction-code');
    response.json(await deps.offer(request.params.secret, description));
  };

  const token: RequestHandler = async (request, response) => {
    response.json(await deps.redeem(readCodeRequest(String(request.body ?? ''))));
  };

  const nonce: RequestHandler = async (_request, response) => {
    response.json({ c_nonce: await deps.newNonce() });
  };

  const credential: RequestHandler = async (request, response) => {
    response.json(await deps.give(bearerTokenIn(request.headers.authorization), request.body));
  };

  const post = (path: string, ...handlers: (RequestHandler | ErrorRequestHandler)[]): void => {
    router
      .route(path)
      .all(forAnyOrigin)
      .options(preflight('POST'))
      .post(limit, ...(handlers as RequestHandler[]))
      .all(only('POST'));
  };

  router.get('/.well-known/openid-credential-issuer', published, metadata(deps.issuer));
  router.get(serverMetadataPaths, published, metadata(deps.server));
  router.get(openidPaths.offer, forAnyOrigin, limit, showOffer);
  post(
    openidPaths.token,
    notKept,
    oauthFormBody(),
    requireOAuthForm,
    token,
    answerOAuthRefusal('invalid_request'),
  );
  post(openidPaths.nonce, nonce);
  post(
    openidPaths.credential,
    requireJson,
    jsonBody,
    credential,
    answerOAuthRefusal('invalid_credential_request'),
  );
  return router;
};
