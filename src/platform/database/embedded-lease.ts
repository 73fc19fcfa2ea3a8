import { connect, type Socket } from 'node:net';

/** A connection that keeps the engine alive. A killed process loses it by itself. */
export type Lease = {
  /** Process id of the engine. */
  readonly pid: number;
  /** Resolves when the engine is gone, however it went. */
  readonly lost: Promise<void>;
  /** Lets the engine go. Resolves when others still hold it, or when it has closed the directory and ended. */
  release(): Promise<void>;
};

/** How long a living engine may take to greet, in milliseconds. */
const greetingPatience = 5000;

/** Takes hold of the engine that listens at the socket; nothing when there is none, or when it is just closing. */
export const takeLease = async (path: string): Promise<Lease | undefined> => {
  const socket = connect({ path });
  const lost = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const greeting = await firstLine(socket);
  if (!greeting) {
    socket.destroy();
    return undefined;
  }
  const { pid } = JSON.parse(greeting) as { pid: number };
  return {
    pid,
    lost,
    release: async () => {
      socket.end();
      await lost;
    },
  };
};

const firstLine = (socket: Socket): Promise<string | undefined> =>
  new Promise((resolve) => {
    let text = '';
    const timer = setTimeout(() => resolve(undefined), greetingPatience);
    const settle = (line: string | undefined): void => {
      clearTimeout(timer);
      resolve(line);
    };
    // Refused or absent: nobody is there. It must stay handled for the life of the socket.
    socket.on('error', () => settle(undefined));
    socket.once('close', () => settle(undefined));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (text.includes('\n')) settle(text.slice(0, text.indexOf('\n')));
    });
  });
