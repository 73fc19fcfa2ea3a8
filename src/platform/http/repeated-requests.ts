import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../logger.ts';
import { logRequest } from './context.ts';
import type { Answer, Asked, Ready } from './direct-answer.ts';

type Deps = {
  /** What can be said at once; whoever gets nothing has changed nothing by asking. */
  atOnce(asked: Asked): Answer | undefined;
  /** Headers of every answer, flat: name, value, name, value. */
  common: readonly string[];
  logger: Logger;
};

export type RepeatedRequests = {
  /** From now on, the connection that was just answered at once may be spared reading the same request again. */
  watch(request: IncomingMessage, response: ServerResponse): void;
};

/** What a request says, without the connection that it came on. */
type Known = Omit<Asked, 'socket'>;

/** How much is remembered of requests: their number, and the bytes of each. */
const most = { requests: 2000, bytes: 2000 };
/** A longer answer is no quicker for lying in one text with its head, in bytes. */
const longestText = 64 * 1024;

/** A request that changes how the connection goes on, has a body, or tells who somebody is, is read each time. */
const particular = new Set([
  'authorization',
  'content-length',
  'cookie',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const isOrdinary = ({ method, httpVersion, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  httpVersion === '1.1' &&
  /^keep-alive$/i.test(headers.connection ?? 'keep-alive') &&
  Object.keys(headers).every((name) => !particular.has(name));

/** The request as it must have been written if its bytes are nothing but what the parser says of them. */
const written = ({ method, url, rawHeaders }: IncomingMessage): string => {
  let text = `${method} ${url} HTTP/1.1\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${text}\r\n`;
};

const linesOf = (headers: readonly string[]): string => {
  let lines = '';
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return lines;
};

const reasons = { 200: 'OK', 304: 'Not Modified' } as const;

/** The line of an answer that says when it was given, made once a second (RFC 9110, 6.6.1). */
const createDateLine = (): (() => string) => {
  let second = 0;
  let line = '';
  return () => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      second = now;
      line = `Date: ${new Date(now * 1000).toUTCString()}\r\n`;
    }
    return line;
  };
};

/** What Node says of a connection that stays open. */
const keepAliveLines = ({ keepAliveTimeout }: Server): string =>
  `Connection: keep-alive\r\n${keepAliveTimeout > 0 ? `Keep-Alive: timeout=${Math.floor(keepAliveTimeout / 1000)}\r\n` : ''}`;

/** `body` is a text where the whole can go in one piece. */
type Text = { head: string; body: string | Buffer };

/** Answers as the text that goes over the line, kept as long as what they were made of. */
const createTexts = (common: readonly string[]) => {
  const texts = new WeakMap<Ready, Text>();
  const before = linesOf(common);
  return (ready: Ready): Text => {
    const known = texts.get(ready);
    if (known) return known;
    const { status, headers, body } = ready;
    const head = `HTTP/1.1 ${status} ${reasons[status]}\r\n${before}${linesOf(headers)}`;
    const text = { head, body: body && body.length > longestText ? body : (body?.toString('latin1') ?? '') };
    texts.set(ready, text);
    return text;
  };
};

const write = (socket: Socket, head: string, body: string | Buffer): void => {
  if (typeof body === 'string') {
    socket.write(head + body, 'latin1');
    return;
  }
  socket.cork();
  socket.write(head, 'latin1');
  socket.write(body);
  socket.uncork();
};

/** Of bytes that were read before: the same bytes say the same. Those that were learnt longest ago go first. */
const createKnownRequests = () => {
  const known = new Map<string, Known>();
  return {
    get: (text: string): Known | undefined => known.get(text),
    learn: (text: string, { method, url, headers }: IncomingMessage): void => {
      if (known.has(text)) return;
      const [oldest] = known.keys();
      if (known.size >= most.requests && oldest !== undefined) known.delete(oldest);
      known.set(text, { method: String(method), url: String(url), headers });
    },
  };
};

/**
 * A connection that is watched. `between`: the parser of Node has read whole requests and nothing of another, and all of
 * them are answered.
 */
type Watched = { text: string | undefined; response: ServerResponse | undefined; between: boolean };

/**
 * Most of what a short answer costs is reading the request and administering the answer. A request that consists of the
 * very bytes that Node's parser has read before, one whole request and nothing else, is answered from what it said then.
 * Nothing is parsed here: what is not known by its bytes, cannot be answered at once, or comes while anything is
 * unfinished on the connection, goes to Node, which keeps all that it does for connections (time limits, closing).
 *
 * A text is learnt only if it is exactly what the parsed request would be written as, so nothing before or after it can
 * have been part of what was understood.
 */
export const createRepeatedRequests = ({ atOnce, common, logger }: Deps): RepeatedRequests => {
  const connections = new WeakMap<Socket, Watched>();
  const requests = createKnownRequests();
  const textOf = createTexts(common);
  const dateLine = createDateLine();

  const send = (socket: Socket, server: Server, known: Known): boolean => {
    const started = performance.now();
    const answer = atOnce({ ...known, socket });
    if (!answer) return false;
    const requestId = randomUUID();
    const { head, body } = textOf(answer.ready);
    const own = `X-Request-Id: ${requestId}\r\n${linesOf(answer.headers)}${dateLine()}${keepAliveLines(server)}\r\n`;
    write(socket, head + own, body);
    const { method, url } = known;
    logRequest(logger, started, {
      requestId,
      method: String(method),
      path: String(url),
      status: answer.ready.status,
    });
    return true;
  };

  /** Whether nothing is unfinished: then the next byte begins a request, and its answer is the next to be sent. */
  const isIdle = (socket: Socket, watched: Watched): boolean => {
    const { response } = watched;
    if (response) {
      if (response.socket !== null || !response.writableFinished) return false;
      watched.response = undefined;
    }
    return watched.between && socket.writable && socket.writableLength === 0;
  };

  const attach = (socket: Socket, server: Server, watched: Watched): void => {
    const [toParser, ...others] = socket.listeners('data') as ((chunk: Buffer) => void)[];
    if (!toParser || others.length > 0) return;
    socket.removeListener('data', toParser);
    // Node lets go of the bytes when somebody listens to them, and its own listener gives them to the parser.
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.length <= most.bytes ? chunk.toString('latin1') : undefined;
      if (isIdle(socket, watched) && server.listening) {
        const known = text === undefined ? undefined : requests.get(text);
        if (known && send(socket, server, known)) return;
      }
      watched.between = false;
      watched.text = text;
      toParser(chunk);
    });
  };

  return {
    watch: (request, response) => {
      const { socket } = request;
      const watched = connections.get(socket);
      if (!watched) {
        const { server } = socket as Socket & { server?: Server };
        if (!server || !isOrdinary(request)) return;
        const created: Watched = { text: undefined, response, between: false };
        connections.set(socket, created);
        // Not within the parser's own turn.
        setImmediate(() => {
          if (!socket.destroyed) attach(socket, server, created);
        });
        return;
      }
      watched.response = response;
      const { text } = watched;
      watched.text = undefined;
      if (text === undefined || !isOrdinary(request) || !response.shouldKeepAlive) return;
      if (text !== written(request)) return;
      watched.between = true;
      requests.learn(text, request);
    },
  };
};
