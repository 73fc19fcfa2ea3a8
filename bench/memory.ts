import { resolveDid, secure, verifyProofs } from '../src/vc/index.ts';
import type { Bench } from './bench.ts';
import { certificate, documentLoader, options } from './certificate.ts';

const megabyte = 1024 * 1024;
/** A tenth more is what a heap needs to breathe. */
const tolerance = 0.9;

const issueAndVerify = async (from: number, to: number): Promise<void> => {
  for (let i = from; i < to; i += 1) {
    const secured = await secure(certificate(i), options);
    const checks = await verifyProofs(secured, { documentLoader, resolveDid });
    if (checks.some(({ outcome }) => outcome !== 'passed')) throw new Error('a certificate is refused');
  }
};

/** What is still in use after all garbage is gone. */
const used = (): number => {
  if (!globalThis.gc) throw new Error('start with node --expose-gc');
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / megabyte;
};

export const bench: Bench = async ({ effort, say }) => {
  const total = Math.ceil(100_000 * effort);
  const warm = Math.ceil(total / 5);
  await issueAndVerify(0, warm);
  const before = used();
  say(`${before.toFixed(1)} MB after ${warm}`);
  await issueAndVerify(warm, total);
  const after = used();
  const ratio = before / after;
  return [
    {
      name: 'memory',
      value: after,
      unit: `MB in use after ${total}`,
      baseline: { name: `MB in use after ${warm}`, value: before },
      ratio,
      goal: tolerance,
      ok: ratio >= tolerance,
    },
  ];
};
