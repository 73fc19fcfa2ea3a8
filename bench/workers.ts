import { createSecuringPool, type JsonObject, type SecuringPool } from '../src/vc/index.ts';
import { type Bench, compared } from './bench.ts';
import { certificate, options } from './certificate.ts';
import { median } from './measure.ts';
import { stockVerifies } from './stock.ts';

const perRound = 4000;

type Pools = { one: SecuringPool; two: SecuringPool };

/** By the clock: what is asked here is how much work gets done at the same time. */
const rateOf = async (pool: SecuringPool, credentials: readonly JsonObject[]): Promise<number> => {
  const began = performance.now();
  await pool.secureMany(credentials, options);
  return (credentials.length * 1000) / (performance.now() - began);
};

const assertGenuine = async ({ one, two }: Pools): Promise<void> => {
  for (const pool of [one, two]) {
    const outcomes = await pool.secureMany([certificate(1), certificate(2)], options);
    for (const outcome of outcomes) {
      if (!('credential' in outcome) || !(await stockVerifies(outcome.credential)))
        throw new Error('stock @digitalbazaar/vc refuses a certificate of the pool');
    }
  }
};

export const bench: Bench = async ({ effort, say }) => {
  const pools: Pools = { one: createSecuringPool({ threads: 1 }), two: createSecuringPool({ threads: 2 }) };
  const credentials = Array.from({ length: Math.ceil(perRound * effort) }, (_, i) => certificate(i));
  const rates: Record<keyof Pools, number[]> = { one: [], two: [] };
  try {
    await assertGenuine(pools);
    for (const pool of [pools.one, pools.two]) await rateOf(pool, credentials);
    for (let round = 0; round < Math.ceil(7 * effort); round += 1) {
      for (const name of ['one', 'two'] as const) rates[name].push(await rateOf(pools[name], credentials));
      say(`round ${round + 1}`);
    }
  } finally {
    await Promise.all([pools.one.close(), pools.two.close()]);
  }
  return [
    compared({
      name: 'workers',
      value: median(rates.two),
      unit: 'credentials/s',
      baseline: { name: 'one worker', value: median(rates.one) },
      goal: 1.7,
    }),
  ];
};
