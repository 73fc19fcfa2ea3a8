import { type RequestHandler, Router } from 'express';
import { forAnyOrigin, only, preflight } from '../../platform/http/any-origin.ts';
import { answerOAuthRefusal, oauthFormBody, requireOAuthForm } from '../../platform/http/oauth.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { callsPerAddress } from '../limits.ts';
import { responsePath } from './authorization-request.ts';
import type { ReceivePresentation } from './receive-presentation.ts';

type PresentingRoutes = { limits: Pick<RateLimits, 'perAddress'>; receive: ReceivePresentation };

/** A credential with its picture, in a JSON text, in a form. */
const formBody = oauthFormBody('1mb');

/** Where wallets answer (OpenID4VP 1.0, 8.2, `direct_post`). */
export const createPresentingRoutes = ({ limits, receive }: PresentingRoutes): Router => {
  const router = Router();

  const take: RequestHandler<{ secret: string }> = async (request, response) => {
    await receive(request.params.secret, String(request.body ?? ''));
    // No address to go on to: who asked may sit at another device.
    response.json({});
  };

  router
    .route(responsePath)
    .all(forAnyOrigin)
    .options(preflight('POST'))
    .post(
      limits.perAddress(callsPerAddress),
      formBody,
      requireOAuthForm,
      take,
      answerOAuthRefusal('invalid_request'),
    )
    .all(only('POST'));
  return router;
};
