/** `npm run worker`: the background work alone, beside web processes that run with WORKER=off. */
import { ConfigError, readConfig } from './platform/config.ts';
import { openService } from './service.ts';

const run = async (): Promise<void> => {
  const service = await openService({ ...readConfig(), worker: 'inside' });
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await service.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  service.start();
  process.stdout.write('working\n');
};

run().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : String((error as Error).stack ?? error)}\n`,
  );
  process.exit(1);
});
