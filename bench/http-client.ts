import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

type Request = {
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Keeps connections open, one request at a time on each. */
export type LoadClient = {
  /** Asks so many times, for each of the requests in turn. @throws when an answer is not 200 */
  ask(requests: readonly Request[], times: number): Promise<void>;
  close(): void;
};

const endOfHead = Buffer.from('\r\n\r\n');

const textOf = ({ port, path, headers = {} }: Request): Buffer => {
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

/**
 * Bare sockets: a client that is slower than the server would measure itself. Each connection comes from a loopback
 * address of its own, so that limits per address let a load through as they would many people.
 */
export const openLoadClient = async (port: number, connections: number): Promise<LoadClient> => {
  const sockets = Array.from({ length: connections }, (_, i) =>
    connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${i + 2}`, noDelay: true }),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  let next: ((socket: Socket, head: string) => void) | undefined;
  let fail: ((reason: Error) => void) | undefined;
  for (const socket of sockets) {
    readAnswers(socket, (head) => next?.(socket, head));
    socket.on('error', (error) => fail?.(error));
  }

  return {
    ask: (requests, times) =>
      new Promise((resolve, reject) => {
        const texts = requests.map(textOf);
        let asked = 0;
        let answered = 0;
        const send = (socket: Socket): void => {
          socket.write(texts[asked % texts.length] as Buffer);
          asked += 1;
        };
        next = (socket, head) => {
          answered += 1;
          if (!head.startsWith('HTTP/1.1 200')) return reject(new Error(head));
          if (answered === times) resolve();
          else if (asked < times) send(socket);
        };
        fail = reject;
        for (const socket of sockets) if (asked < times) send(socket);
      }),
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};
