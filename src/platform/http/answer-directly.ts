import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from '../logger.ts';
import { logRequest } from './context.ts';
import { type Answer, type Asked, type DirectAnswer, sendReady } from './direct-answer.ts';
import { createRepeatedRequests } from './repeated-requests.ts';

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
 * Every answer has its request id, its line in the log and the security headers all the same. Who asks the same again on
 * one connection is answered without reading the request anew (`repeated-requests.ts`).
 */
export const answerDirectly = (
  { answers, securityHeaders, logger }: Deps,
  rest: RequestListener,
): RequestListener => {
  const secure = headersSetBy(securityHeaders);
  const common = secure.filter((_, i) => !statedByAnswers.test(secure[i - (i % 2)] ?? ''));

  const atOnce = (asked: Asked): Answer | undefined => {
    for (const answer of answers) {
      const found = answer.atOnce(asked);
      if (found) return found;
    }
    return undefined;
  };

  const repeated = createRepeatedRequests({ atOnce, common, logger });

  const finish = (
    { ready, headers }: Answer,
    started: number,
    request: IncomingMessage,
    response: ServerResponse,
  ): void => {
    const requestId = randomUUID();
    sendReady(request.method, response, ready, [...common, 'X-Request-Id', requestId, ...headers]);
    const [method, path] = [String(request.method), String(request.url)];
    logRequest(logger, started, { requestId, method, path, status: ready.status });
  };

  const later = async (
    awaited: Promise<Answer | undefined>,
    started: number,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const answer = await awaited.catch(() => undefined);
    if (answer) finish(answer, started, request, response);
    else rest(request, response);
  };

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return rest(request, response);
    const started = performance.now();
    const answer = atOnce(request);
    if (answer) {
      finish(answer, started, request, response);
      return repeated.watch(request, response);
    }
    for (const { later: awaited } of answers) {
      const found = awaited(request);
      if (found) return void later(found, started, request, response);
    }
    return rest(request, response);
  };
};
