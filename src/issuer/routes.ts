import { createHash } from 'node:crypto';
import { type RequestHandler, type Response, Router } from 'express';
import { notFound } from '../platform/errors.ts';
import type { JsonObject } from '../vc/index.ts';
import type { StatusLists } from './status-list.ts';

type RouteDeps = {
  didDocument(): Promise<JsonObject>;
  statusLists: StatusLists;
};

/**
 * A public document: caches ask again each time and are told in a few bytes that nothing changed, so that a revocation is
 * everywhere at once. Readable from any origin, with a validator that changes with its bytes.
 */
const sendPublic = (response: Response, type: string, document: JsonObject): void => {
  const text = JSON.stringify(document);
  const tag = createHash('sha256').update(text).digest('base64url').slice(0, 27);
  response.set({
    'Cache-Control': 'public, no-cache',
    ETag: `"${tag}"`,
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  });
  response.type(type).send(text);
};

/** `GET /.well-known/did.json` (did:web method, 2.5.2) and the signed status lists. Public, without cookie. */
export const createIssuerRoutes = ({ didDocument, statusLists }: RouteDeps): Router => {
  const router = Router();

  const did: RequestHandler = async (_request, response) => {
    sendPublic(response, 'application/did+ld+json', await didDocument());
  };

  const list: RequestHandler<{ list: string }> = async (request, response) => {
    const found = await statusLists.published({ id: request.params.list });
    if (!found?.credential) throw notFound();
    response.vary('Accept');
    const wanted = request.accepts(['application/vc', 'application/json', 'application/ld+json']);
    sendPublic(response, wanted || 'application/vc', found.credential);
  };

  router.get('/.well-known/did.json', did);
  router.get('/status/:list', list);
  return router;
};
