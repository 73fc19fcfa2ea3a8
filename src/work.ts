import type { Config } from './platform/config.ts';
import { openService } from './service.ts';

/** Opens everything but the door: takes jobs until SIGTERM or SIGINT, then lets the running ones finish. */
export const work = async (config: Config): Promise<void> => {
  const service = await openService({ ...config, worker: 'inside' });
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
