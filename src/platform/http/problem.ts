import type { ErrorRequestHandler, Request, Response } from 'express';
import { DomainError, type ErrorKind, type FieldFault } from '../errors.ts';
import { formats, type WordParams, type Words } from '../i18n.ts';
import { describeError, type Logger } from '../logger.ts';
import { contextOf } from './context.ts';

/** The one table from kinds to status codes (RFC 9110, 15). */
const statusOf: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'wrong-method': 405,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'unsupported-type': 415,
  invalid: 422,
  'too-many': 429,
  unavailable: 503,
};

/** A problem detail (RFC 9457) in the reader's language. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  requestId: string;
  errors?: readonly { pointer: string; code: string; message: string }[];
};

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** A moment travels as ISO 8601 and is read as people write it. */
const readable = (params: WordParams, { language }: Words): WordParams =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' && instant.test(value) ? formats(language).dateTime(new Date(value)) : value,
    ]),
  );

/** The sentence for one fault: `problems:fields.<code>`. */
export const messageOf = (words: Words, fault: FieldFault): string =>
  words(`problems:fields.${fault.code}`, readable(fault.params ?? {}, words));

type HttpError = { status?: unknown; type?: unknown };

/** Faults that Express and its parsers raise, in our words; anything else is unknown. */
const translate = (error: unknown): DomainError | undefined => {
  if (error instanceof DomainError) return error;
  const { status, type } = (error ?? {}) as HttpError;
  if (type === 'entity.too.large') return new DomainError('too-large', 'too-large');
  if (type === 'encoding.unsupported' || status === 415)
    return new DomainError('unsupported-type', 'unsupported-type');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new DomainError('malformed', 'malformed');
  return undefined;
};

/**
 * What may leave the house about an error. Unknown errors become `internal`; their text stays in the log, under the
 * same request id.
 */
export const problemOf = (
  error: unknown,
  words: Words,
  at: { instance: string; requestId: string },
): Problem => {
  const known = translate(error);
  const code = known?.code ?? 'internal';
  const params = readable(known?.params ?? {}, words);
  return {
    type: known?.type ?? `/problems/${code}`,
    title: words(`problems:${code}.title`, params),
    status: known ? statusOf[known.kind] : 500,
    detail: words(`problems:${code}.detail`, params),
    ...at,
    ...(known && known.errors.length > 0
      ? {
          errors: known.errors.map((f) => ({
            pointer: f.pointer,
            code: f.code,
            message: messageOf(words, f),
          })),
        }
      : {}),
  };
};

export const sendProblem = (response: Response, problem: Problem): void => {
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
};

/** What there is where people and programs ask for the same: programs come first. */
export const pageTypes = ['application/json', 'application/problem+json', 'text/html'];

/** Whether the reader is a person with a browser: HTML is named and not ranked below JSON. */
export const wantsHtml = (request: Request): boolean => request.accepts(pageTypes) === 'text/html';

type ErrorPage = (request: Request, response: Response, problem: Problem) => void;

/** Last in the chain: one answer for every error, as page or as problem detail. */
export const errorHandler =
  (logger: Logger, errorPage: ErrorPage): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const { words, requestId } = contextOf(response);
    const problem = problemOf(error, words, {
      instance: request.originalUrl.split('?')[0] ?? '/',
      requestId,
    });
    if (problem.status >= 500) logger.error({ requestId, ...describeError(error) }, 'request failed');
    const wait = error instanceof DomainError ? error.retryAfterSeconds : undefined;
    if (wait !== undefined) response.set('Retry-After', String(wait));
    if (problem.status === 401 && !wantsHtml(request) && !response.get('WWW-Authenticate'))
      response.set('WWW-Authenticate', 'Bearer');
    response.set('Cache-Control', 'no-store');
    if (wantsHtml(request)) errorPage(request, response, problem);
    else sendProblem(response, problem);
  };
