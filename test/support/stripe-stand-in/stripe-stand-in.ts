import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createStripeAccount, StripeFault } from './account.ts';
import { asList, type FormTree, leavesOf, readForm } from './form.ts';
import { type Route, routes } from './routes.ts';

type Answer = { status: number; body: unknown };
type Request = { route: Route; match: RegExpExecArray; form: FormTree; raw: string };

/** What goes wrong with the next write: it is done and never answered, or not done and refused. */
export type Mishap = 'drop-connection' | 'unavailable';

/**
 * A strict Stripe on loopback, for the real SDK. Whatever it does not know (a route, a parameter, another key, a version
 * that is missing) is refused in Stripe's own shape and kept in `faults`, which a test looks at when it ends.
 */
export const startStripeStandIn = async (options: { secretKey: string; now(): Date }) => {
  const faults: string[] = [];
  const mishaps: Mishap[] = [];
  const requests: string[] = [];
  const remembered = new Map<string, { hash: string; answer: Answer }>();
  let base = '';
  /** While `silent`, nobody is there. */
  const self = { silent: false };
  const account = createStripeAccount(() => base, options.now);

  const refuse = (status: number, code: string, message: string): StripeFault => {
    faults.push(`${code}: ${message}`);
    return new StripeFault(status, { type: 'invalid_request_error', code, message });
  };

  const routed = (method: string, url: URL, raw: string): Request => {
    for (const route of routes) {
      const match = route.method === method ? route.path.exec(url.pathname) : null;
      if (!match) continue;
      const form = readForm(method === 'GET' ? url.search.slice(1) : raw);
      const unknown = leavesOf(form).find((leaf) => !route.parameters.some((known) => known.test(leaf)));
      if (unknown) throw refuse(400, 'parameter_unknown', `Received unknown parameter: ${unknown}`);
      return { route, match, form, raw };
    }
    throw refuse(404, 'url_invalid', `Unrecognized request URL (${method}: ${url.pathname})`);
  };

  const perform = ({ route, match, form }: Request): unknown => {
    switch (route.name) {
      case 'create-session':
        return account.createSession(form);
      case 'retrieve-session':
        return account.retrieveSession(match[1] ?? '', asList(form.expand));
      case 'create-refund':
        return account.createRefund(form);
      case 'list-refunds':
        return account.listRefunds(form);
    }
  };

  const answerTo = (request: Request): Answer => {
    try {
      return { status: 200, body: perform(request) };
    } catch (error) {
      if (error instanceof StripeFault) return { status: error.status, body: error.body };
      throw error;
    }
  };

  /** Stripe keeps the answer under the key, errors too; the key with other parameters is a fault of the caller. */
  const onceByKey = (request: Request, key: string): Answer => {
    const { route, raw } = request;
    const hash = createHash('sha256').update(`${route.name} ${raw}`).digest('hex');
    const known = remembered.get(key);
    if (known && known.hash !== hash) {
      faults.push(`key ${key} came with other parameters`);
      const message = 'Keys for idempotent requests can only be used with the same parameters';
      return { status: 400, body: { error: { type: 'idempotency_error', message } } };
    }
    const answer = known?.answer ?? answerTo(request);
    remembered.set(key, { hash, answer });
    return structuredClone(answer);
  };

  const handle = (incoming: IncomingMessage, raw: string): Answer => {
    const { method = '', url = '', headers } = incoming;
    requests.push(`${method} ${url.split('?')[0]}`);
    if (headers.authorization !== `Bearer ${options.secretKey}`) {
      throw new StripeFault(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' });
    }
    if (!headers['stripe-version']) throw refuse(400, 'version_missing', 'Stripe-Version');
    const request = routed(method, new URL(url, base), raw);
    const key = headers['idempotency-key'];
    if (method !== 'POST') return answerTo(request);
    if (typeof key !== 'string') throw refuse(400, 'key_missing', 'every write needs an idempotency key');
    return onceByKey(request, key);
  };

  const respond = (response: ServerResponse, { status, body }: Answer): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_test' });
    response.end(JSON.stringify(body));
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (self.silent) {
      incoming.socket.destroy();
      return;
    }
    const mishap = incoming.method === 'POST' ? mishaps.shift() : undefined;
    if (mishap === 'unavailable') {
      return respond(response, { status: 503, body: { error: { type: 'api_error', message: 'try again' } } });
    }
    try {
      const answer = handle(incoming, Buffer.concat(chunks).toString('utf8'));
      if (mishap === 'drop-connection') incoming.socket.destroy();
      else respond(response, answer);
    } catch (error) {
      if (!(error instanceof StripeFault)) faults.push(String(error));
      const fault = error instanceof StripeFault ? error : new StripeFault(500, { type: 'api_error' });
      respond(response, { status: fault.status, body: fault.body });
    }
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error) => faults.push(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return Object.assign(self, {
    apiBase: base,
    account,
    /** What the caller did wrong; empty at the end of a good test. */
    faults,
    /** What goes wrong with the next writes, one each. */
    mishaps,
    requests,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
};

export type StripeStandIn = Awaited<ReturnType<typeof startStripeStandIn>>;
