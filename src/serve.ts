import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createPlainServer, type Server } from 'node:net';
import type { Config } from './platform/config.ts';
import { openService, type Service } from './service.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const listenerOf = async (config: Config, service: Service): Promise<Server> => {
  if (!config.tls) return createHttpServer(service.listener);
  const [cert, key] = await Promise.all([readFile(config.tls.certFile), readFile(config.tls.keyFile)]);
  return createHttpsServer({ cert, key }, service.listener);
};

const listen = (server: Server, config: Pick<Config, 'host' | 'port'>): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => resolve());
  });

/** Whoever mistook the port is told at once, before a database is opened or anything is made. */
const tryPort = async ({ host, port }: Config): Promise<void> => {
  const server = createPlainServer();
  await listen(server, { host, port });
  await new Promise((resolve) => server.close(resolve));
};

/** Stops taking requests, lets the running ones finish, and gives idle connections no reason to wait. */
const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeIdleConnections' in server) (server as import('node:http').Server).closeIdleConnections();
    setTimeout(() => {
      if ('closeAllConnections' in server) (server as import('node:http').Server).closeAllConnections();
    }, 3000).unref();
  });

const describe = (service: Service): void => {
  for (const [what, chosen] of Object.entries(service.choices())) say(`${what}: ${chosen}`);
};

/** Opens everything, listens, says what was chosen and that it is ready; SIGTERM and SIGINT close it in order. */
export const serve = async (config: Config): Promise<void> => {
  await tryPort(config);
  const service = await openService(config);
  const server = await listenerOf(config, service);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await closeServer(server);
    await service.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  try {
    await listen(server, config);
  } catch (error) {
    await service.close();
    throw error;
  }
  service.start();
  describe(service);
  say(`ready: ${config.baseUrl}`);
};
