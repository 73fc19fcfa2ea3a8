/** One thread that computes what signing cannot do without, for as many milliseconds as it is told; answers how often. */
import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** As long as the canonical texts of a certificate. */
const text = Buffer.alloc(14_000, 'a');
const { privateKey } = generateKeyPairSync('ed25519');

parentPort?.on('message', (milliseconds: number) => {
  const end = performance.now() + milliseconds;
  let times = 0;
  for (; performance.now() < end; times += 1) sign(null, hash('sha256', text, 'buffer'), privateKey);
  parentPort?.postMessage(times);
});
