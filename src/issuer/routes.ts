import { type RequestHandler, Router } from 'express';
import { DomainError, notFound } from '../platform/errors.ts';
import { type DirectAnswer, sendReady } from '../platform/http/direct-answer.ts';
import { documentAnswer } from '../platform/http/public-document.ts';
import { didPath, type PublicDocuments } from './public-documents.ts';

const paths = [didPath, '/status/:list', '/contexts/:file'];
const mayBeOurs = /^\/(status|contexts|\.well-known)\//;
const methods = 'GET, HEAD, OPTIONS';

/**
 * `GET /.well-known/did.json` (did:web method, 2.5.2), the signed status lists and the contexts: public, without cookie,
 * readable from any origin. As a direct answer for addresses as they are published.
 */
export const createDirectDocuments = (documents: PublicDocuments): DirectAnswer => ({
  atOnce: (asked) => {
    if (!mayBeOurs.test(asked.url ?? '')) return undefined;
    const document = documents.atOnce(asked.url ?? '');
    return document && documentAnswer(asked, document);
  },
  later: (asked) => {
    if (!mayBeOurs.test(asked.url ?? '')) return undefined;
    return documents
      .find(asked.url ?? '')
      .then((found) => found && documentAnswer(asked, found.document, found.age));
  },
});

/** The same documents for every other way to write their addresses, and what is to be said when there is none. */
export const createIssuerRoutes = (documents: PublicDocuments): Router => {
  const router = Router();

  const show: RequestHandler = async (request, response) => {
    const found = await documents.find(request.path);
    if (!found) throw notFound();
    // What middleware said of a page for people: these documents have no language.
    response.removeHeader('Content-Language');
    response.removeHeader('Vary');
    const { ready, headers } = documentAnswer(request, found.document, found.age);
    sendReady(request.method, response, ready, headers);
  };

  /** Browsers ask before they send `If-None-Match` from another origin (Fetch, 3.2). */
  const preflight: RequestHandler = (_request, response) => {
    response.set({
      Allow: methods,
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': methods,
      'Access-Control-Allow-Headers': 'If-None-Match',
      'Access-Control-Max-Age': '86400',
    });
    response.status(204).end();
  };

  const refuse: RequestHandler = (_request, response) => {
    response.set('Allow', methods);
    throw new DomainError('wrong-method', 'wrong-method');
  };

  router.route(paths).get(show).options(preflight).all(refuse);
  return router;
};
