import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { answerDirectly } from '../../../src/platform/http/answer-directly.ts';
import { type DirectAnswer, sendReady } from '../../../src/platform/http/direct-answer.ts';
import { type LogLine, listeningLogger } from './support.ts';

const ask = (path = '/list', ...more: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Host: certificates.example', ...more, '', ''].join('\r\n');

/** Every answer has a body that ends so. */
const end = ';';

type Received = { status: number; headers: string[]; body: string };

const received = (text: string): Received => {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [first = '', ...headers] = head.split('\r\n');
  return { status: Number(first.split(' ')[1]), headers, body };
};

const passing = ({ headers }: Received): string[] =>
  headers.filter((line) => !/^(date|x-request-id):/i.test(line)).sort();

describe('requests that come again in the same bytes', () => {
  let server: Server;
  let lines: LogLine[];
  let read: string[];
  let version: string;
  let atOnce: boolean;
  let waiting: ServerResponse[];
  const sockets: Socket[] = [];

  const answer = (path: string | undefined, text: string) => {
    const body = Buffer.from(`${path} ${text}${end}`);
    return { status: 200, headers: ['Content-Length', String(body.length)], body } as const;
  };
  const known = new Map<string, ReturnType<typeof answer>>();
  const lists: DirectAnswer = {
    atOnce: ({ url, headers }) => {
      if (!atOnce || !url?.startsWith('/list')) return undefined;
      const key = `${url} ${version} ${headers.accept ?? ''}`;
      const ready = known.get(key) ?? answer(url, `${version} ${headers.accept ?? ''}`);
      known.set(key, ready);
      return { ready, headers: ['X-Own', headers['x-own'] === undefined ? 'none' : 'said'] };
    },
    later: () => undefined,
  };

  beforeEach(async () => {
    const logger = listeningLogger();
    ({ lines } = logger);
    [read, version, atOnce, waiting] = [[], 'first', true, []];
    const listener = answerDirectly(
      { answers: [lists], securityHeaders: (_request, _response, next) => next(), logger },
      (request, response) => {
        if (request.url === '/slow') waiting.push(response);
        else sendReady(request.method, response, answer(request.url, 'rest'), []);
      },
    );
    server = createServer((request, response) => {
      read.push(String(request.url));
      listener(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  /** A connection; `answers` waits for so many more answers. */
  const open = async () => {
    const socket = connect({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      noDelay: true,
    });
    sockets.push(socket);
    await once(socket, 'connect');
    let text = '';
    let wake = (): void => undefined;
    socket.on('data', (chunk) => {
      text += chunk;
      wake();
    });
    const answers = async (count: number): Promise<Received[]> => {
      while (text.split(end).length <= count) await new Promise<void>((resolve) => (wake = resolve));
      const parts = text.split(end);
      text = parts.slice(count).join(end);
      return parts.slice(0, count).map(received);
    };
    const one = async (request: string): Promise<Received> => {
      socket.write(request);
      const [first] = await answers(1);
      if (!first) throw new Error('no answer');
      return first;
    };
    return { socket, one, answers };
  };

  it('are read twice on a connection, and answered all the same ever after', async () => {
    const { one } = await open();
    const first = await one(ask());
    for (let times = 0; times < 5; times += 1) {
      const { length } = lines;
      const again = await one(ask());
      expect([again.status, again.body]).to.deep.equal([200, '/list first ']);
      expect(passing(again)).to.deep.equal(passing(first));
      const id = again.headers.find((line) => line.startsWith('X-Request-Id: '))?.slice(14);
      expect(id).to.match(/^[\w-]{36}$/);
      expect(again.headers.some((line) => /^Date: .+ GMT$/.test(line))).to.equal(true);
      expect(lines).to.have.length(length + 1);
      expect(lines.at(-1)?.fields).to.include({ requestId: id, method: 'GET', path: '/list', status: 200 });
    }
    expect(read).to.have.length(2);
    const other = await open();
    await other.one(ask());
    await other.one(ask());
    await other.one(ask('/list', 'Accept: b'));
    expect(read).to.have.length(5);
    expect((await other.one(ask('/list', 'Accept: b'))).body).to.equal('/list first b');
    expect(read).to.have.length(5);
  });

  it('get the answer of now, and go the long way when there is none at once', async () => {
    const { one } = await open();
    for (let times = 0; times < 3; times += 1) await one(ask());
    version = 'second';
    expect((await one(ask())).body).to.equal('/list second ');
    atOnce = false;
    expect((await one(ask())).body).to.equal('/list rest');
    atOnce = true;
    expect((await one(ask())).body).to.equal('/list second ');
    expect((await one(ask())).body).to.equal('/list second ');
    expect(read).to.have.length(4);
  });

  it('are told apart by every byte', async () => {
    const { one } = await open();
    for (let times = 0; times < 3; times += 1) await one(ask());
    expect((await one(ask('/list', 'Accept: a'))).body).to.equal('/list first a');
    expect((await one(ask('/list', 'accept: a'))).body).to.equal('/list first a');
    expect((await one(ask('/listing'))).body).to.equal('/listing first ');
    expect((await one(ask('/list', 'X-Own: a'))).headers).to.include('X-Own: said');
    expect((await one(ask())).headers).to.include('X-Own: none');
  });

  it('are never mistaken for a part of another request: what was sent before decides', async () => {
    const { socket, one, answers } = await open();
    for (let times = 0; times < 3; times += 1) await one(ask());
    // The known bytes as the value of a header.
    socket.write('GET /listed HTTP/1.1\r\nAccept: a\r\nHost: x\r\nX-Own: ');
    await new Promise(setImmediate);
    socket.write(ask());
    const [hidden] = await answers(1);
    expect(hidden?.body).to.equal('/listed first a');
    // And the other way round: nothing was learnt of it.
    const clean = await open();
    for (let times = 0; times < 4; times += 1) {
      expect((await clean.one(ask())).headers).to.include('X-Own: none');
    }
    // As the body of another.
    const posting = await open();
    for (let times = 0; times < 3; times += 1) await posting.one(ask());
    posting.socket.write(`POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: ${ask().length}\r\n\r\n`);
    await new Promise(setImmediate);
    expect((await posting.one(ask())).body).to.equal('/x rest');
    expect((await posting.one(ask())).body).to.equal('/list first ');
  });

  it('keep their order: behind an answer that takes long, and many in one piece', async () => {
    const { socket, one, answers } = await open();
    for (let times = 0; times < 3; times += 1) await one(ask());
    socket.write(ask('/slow'));
    while (waiting.length === 0) await new Promise(setImmediate);
    socket.write(ask());
    await new Promise(setImmediate);
    for (const response of waiting) sendReady('GET', response, answer('/slow', 'done'), []);
    expect((await answers(2)).map(({ body }) => body)).to.deep.equal(['/slow done', '/list first ']);
    socket.write(ask() + ask('/list/2') + ask());
    const many = await answers(3);
    expect(many.map(({ body }) => body)).to.deep.equal(['/list first ', '/list/2 first ', '/list first ']);
  });

  it('are read each time when they say who somebody is, or how the connection goes on', async () => {
    for (const header of ['Cookie: a=b', 'Authorization: Bearer x', 'Content-Length: 0', 'Keep-Alive: 5']) {
      const { one } = await open();
      const { length } = read;
      for (let times = 0; times < 4; times += 1) await one(ask('/list', header));
      expect(read, header).to.have.length(length + 4);
    }
    const { socket, one } = await open();
    for (let times = 0; times < 3; times += 1) await one(ask());
    const closed = once(socket, 'close');
    expect((await one(ask('/list', 'Connection: close'))).headers).to.include('Connection: close');
    await closed;
  });

  it('do not keep a server that closes', async () => {
    const { socket, one } = await open();
    for (let times = 0; times < 4; times += 1) await one(ask());
    const closed = once(socket, 'close');
    server.close();
    await closed;
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
});
