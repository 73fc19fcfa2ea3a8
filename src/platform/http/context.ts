import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Clock } from '../clock.ts';
import { acceptedLanguage, isLanguage, type Language, type Translations, type Words } from '../i18n.ts';
import type { Logger } from '../logger.ts';

/** What is known of a request before any module sees it. */
export type RequestContext = {
  requestId: string;
  language: Language;
  words: Words;
  /** The path without its language prefix, with the query: what the language switch links to. */
  path: string;
  startedAt: Date;
};

type WithContext = { context?: RequestContext };

/** @throws when called before `requestContext` ran: a fault of the composition. */
export const contextOf = (response: Response): RequestContext => {
  const { context } = response.locals as WithContext;
  if (!context) throw new Error('the request has no context');
  return context;
};

const prefix = /^\/(en|fr)(?=\/|\?|$)/;

/**
 * Gives each request an id and a language. `/fr/verify` and `/verify` are the same page: the prefix decides, otherwise
 * `Accept-Language` does. No cookie, so the public pages need none.
 */
export const requestContext =
  (translations: Translations, clock: Clock): RequestHandler =>
  (request, response, next) => {
    const prefixed = prefix.exec(request.url)?.[1];
    if (prefixed) request.url = request.url.replace(prefix, '').replace(/^(?!\/)/, '/');
    else response.vary('Accept-Language');
    const language = isLanguage(prefixed) ? prefixed : acceptedLanguage(request.headers['accept-language']);
    const context: RequestContext = {
      requestId: randomUUID(),
      language,
      words: translations.words(language),
      path: request.url,
      startedAt: clock.now(),
    };
    (response.locals as WithContext).context = context;
    response.set('X-Request-Id', context.requestId);
    response.set('Content-Language', language);
    next();
  };

/** The secret of a link in a letter is 32 bytes in base64url; whoever reads the log must not be able to use it. */
const withoutSecrets = (path: string): string => path.replaceAll(/[\w-]{43,}/g, '[secret]');

/** One line per request: id, method, path without query and secrets, status, milliseconds. No address, no agent. */
export const logRequest = (
  logger: Logger,
  started: number,
  line: { requestId: string; method: string; path: string; status: number },
): void => {
  const milliseconds = Math.round(performance.now() - started);
  logger.info({ ...line, path: withoutSecrets(line.path), milliseconds }, 'request');
};

/** Writes the line of every request that Express answers. */
export const requestLog =
  (logger: Logger): RequestHandler =>
  (request: Request, response: Response, next: NextFunction) => {
    const started = performance.now();
    const { method, path } = request;
    response.on('finish', () => {
      const { requestId } = contextOf(response);
      logRequest(logger, started, { requestId, method, path, status: response.statusCode });
    });
    next();
  };
