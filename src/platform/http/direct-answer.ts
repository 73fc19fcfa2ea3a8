import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request, as far as a direct answer may depend on it. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & {
  readonly socket: Pick<Socket, 'remoteAddress'>;
};

/**
 * An answer that lies ready: the very object as long as nothing of it changes, so that what was made of it can be kept.
 * Headers are flat: name, value, name, value. They lack only the security headers, of which they have
 * `Cross-Origin-Resource-Policy` themselves, because who may embed an answer differs.
 */
export type Ready = {
  readonly status: 200 | 304;
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
};

/** What is ready, and the headers of this one answer. */
export type Answer = { readonly ready: Ready; readonly headers: readonly string[] };

/**
 * Knows requests that it can answer without the rest of the house. It answers only with success; whatever else comes of
 * a request is Express's to say, with its pages and problem details.
 */
export type DirectAnswer = {
  /** What can be said at once. Whoever gets nothing may ask again: nothing was counted. */
  atOnce(asked: Asked): Answer | undefined;
  /** What can be said a little later, or (nothing) not at all. */
  later(asked: Asked): Promise<Answer | undefined> | undefined;
};

/** Sends what is ready with these headers before its own. */
export const sendReady = (
  method: string | undefined,
  response: ServerResponse,
  { status, headers, body }: Ready,
  more: readonly string[],
): void => {
  response
    .writeHead(status, [...more, ...headers])
    .end(body === undefined || method === 'HEAD' ? undefined : body);
};
