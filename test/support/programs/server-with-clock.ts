/**
 * `server-with-clock.ts <milliseconds behind>`: the service with a clock that its parent can move: an IPC message `{ moveBy: milliseconds }` is answered by
 * `{ offset }`. A failed test makes a learner wait ten minutes; nobody waits that long for a demo.
 */
import { createServer } from 'node:http';
import { readConfig } from '../../../src/platform/config.ts';
import { openService } from '../../../src/service.ts';

let offset = -Number(process.argv[2] ?? 0);
const config = readConfig();
const service = await openService(config, { clock: { now: () => new Date(Date.now() + offset) } });
const server = createServer(service.listener);

const stop = async (): Promise<void> => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await service.close();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('disconnect', () => void stop());
process.on('message', ({ moveBy }: { moveBy: number }) => {
  offset += moveBy;
  process.send?.({ offset });
});

server.listen(config.port, config.host, () => {
  service.start();
  for (const [what, chosen] of Object.entries(service.choices())) console.log(`${what}: ${chosen}`);
  console.log(`ready: ${config.baseUrl}`);
});
