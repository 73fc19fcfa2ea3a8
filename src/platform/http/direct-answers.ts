import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from '../logger.ts';
import { logRequest } from './context.ts';

/**
 * Sends the answer with these headers, flat: name, value, name, value. They lack only `Cross-Origin-Resource-Policy`,
 * because who may embed an answer differs: each answer states its own.
 */
export type Send = (request: IncomingMessage, response: ServerResponse, headers: readonly string[]) => void;

/**
 * Knows requests that it can answer without the rest of the house: at once, later, or (nothing) not at all. It answers
 * only with success; whatever else comes of a request is Express's to say, with its pages and problem details.
 */
export type DirectAnswer = (request: IncomingMessage) => Send | Promise<Send | undefined> | undefined;

type Deps = {
  answers: readonly DirectAnswer[];
  /** The same headers as on every page. */
  securityHeaders: RequestHandler;
  logger: Logger;
};

/** What a middleware sets on every answer, whoever asks. */
const headersSetBy = (middleware: RequestHandler): string[] => {
  const set = new Map<string, string>();
  const response = {
    setHeader: (name: string, value: unknown) => set.set(name, String(value)),
    removeHeader: (name: string) => set.delete(name),
  };
  middleware({} as never, response as never, () => undefined);
  return [...set].flat();
};

const statedByAnswers = /^cross-origin-resource-policy$/i;

/**
 * Answers what needs no page, language, cookie or body before Express, which costs ten times as much as such an answer.
 * Every answer has its request id, its line in the log and the security headers all the same.
 */
export const answerDirectly = (
  { answers, securityHeaders, logger }: Deps,
  rest: RequestListener,
): RequestListener => {
  const secure = headersSetBy(securityHeaders);
  const common = secure.filter((_, i) => !statedByAnswers.test(secure[i - (i % 2)] ?? ''));

  const finish = (send: Send, started: number, request: IncomingMessage, response: ServerResponse): void => {
    const requestId = randomUUID();
    send(request, response, [...common, 'X-Request-Id', requestId]);
    logRequest(logger, started, {
      requestId,
      method: String(request.method),
      path: String(request.url),
      status: response.statusCode,
    });
  };

  const later = async (
    awaited: Promise<Send | undefined>,
    started: number,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const send = await awaited.catch(() => undefined);
    if (send) finish(send, started, request, response);
    else rest(request, response);
  };

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return rest(request, response);
    const started = performance.now();
    for (const answer of answers) {
      const found = answer(request);
      if (found instanceof Promise) return void later(found, started, request, response);
      if (found) return finish(found, started, request, response);
    }
    return rest(request, response);
  };
};
