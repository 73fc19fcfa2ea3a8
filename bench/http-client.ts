import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type Load = {
  readonly port: number;
  readonly paths: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** One request at a time on each. */
  readonly connections: number;
};

const endOfHead = Buffer.from('\r\n\r\n');

const requestFor = (port: number, path: string, headers: Load['headers'] = {}): Buffer => {
  const lines = Object.entries({ Host: `localhost:${port}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return Buffer.from([`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
};

/** Reads one answer after another; `done` with the bytes of its head. */
const readAnswers = (socket: Socket, done: (head: string) => void): void => {
  let missing = 0;
  let rest: Buffer = Buffer.alloc(0);
  let head = '';
  socket.on('data', (chunk: Buffer) => {
    if (missing > 0) missing -= chunk.length;
    else {
      rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const end = rest.indexOf(endOfHead);
      if (end < 0) return;
      head = rest.toString('latin1', 0, end);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      missing = length - (rest.length - end - endOfHead.length);
      rest = Buffer.alloc(0);
    }
    if (missing <= 0) done(head);
  });
};

/** From loopback addresses of their own, so that limits per address let a load through as they would many people. */
const openSockets = async (port: number, connections: number): Promise<Socket[]> => {
  const sockets = Array.from({ length: connections }, (_, i) =>
    connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${i + 2}`, noDelay: true }),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
};

/** One connection that is kept, for one request after the other. */
export type Line = {
  /** @throws when the answer is not 200 */
  ask(request: Buffer): Promise<void>;
  close(): void;
};

export const openLine = async (port: number): Promise<Line> => {
  const [socket] = (await openSockets(port, 1)) as [Socket];
  let answered: (head: string) => void = () => undefined;
  readAnswers(socket, (head) => answered(head));
  return {
    ask: async (request) => {
      const head = await new Promise<string>((resolve, reject) => {
        answered = resolve;
        socket.once('error', reject);
        socket.write(request);
      });
      socket.removeAllListeners('error');
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(head);
    },
    close: () => socket.destroy(),
  };
};

/**
 * Asks so many times, for each of the paths in turn, on connections that are kept open meanwhile. Bare sockets: a client
 * that is slower than the server would measure itself.
 * @throws when an answer is not 200, or a connection ends
 */
export const askOften = async ({ port, paths, headers, connections }: Load, times: number): Promise<void> => {
  const requests = paths.map((path) => requestFor(port, path, headers));
  const sockets = await openSockets(port, Math.min(connections, times));
  let asked = 0;
  let answered = 0;
  const send = (socket: Socket): void => {
    socket.write(requests[asked % requests.length] as Buffer);
    asked += 1;
  };
  try {
    await new Promise<void>((resolve, reject) => {
      for (const socket of sockets) {
        socket.on('error', reject).on('close', () => reject(new Error('the server closed a connection')));
        readAnswers(socket, (head) => {
          answered += 1;
          if (!head.startsWith('HTTP/1.1 200')) reject(new Error(head));
          else if (answered === times) resolve();
          else if (asked < times) send(socket);
        });
        send(socket);
      }
    });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
};
