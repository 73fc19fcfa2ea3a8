import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createSecuringPool, type JsonObject, type SecuringPool } from '../src/vc/index.ts';
import { type Bench, compared } from './bench.ts';
import { certificate, options } from './certificate.ts';
import { median } from './measure.ts';
import { stockVerifies } from './stock.ts';

const perRound = 8000;
/** Each thread compiles what it runs often by itself, while it runs: only then is it as fast as it gets. */
const roundsToWarmUp = 5;
const bareMilliseconds = 400;

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

/** How much two cores of this machine do beside one, when threads share nothing but the machine. */
const scaleOfMachine = async (rounds: number): Promise<Record<keyof Pools, number>> => {
  const program = new URL('bare-thread.ts', import.meta.url);
  const threads = [new Worker(program), new Worker(program)];
  const work = async (some: readonly Worker[]): Promise<number> => {
    const answers = some.map((thread) => once(thread, 'message'));
    for (const thread of some) thread.postMessage(bareMilliseconds);
    const counts = (await Promise.all(answers)) as [number][];
    return (counts.reduce((sum, [count]) => sum + count, 0) * 1000) / bareMilliseconds;
  };
  const rates: Record<keyof Pools, number[]> = { one: [], two: [] };
  await work(threads);
  for (let round = 0; round < rounds; round += 1) {
    rates.one.push(await work(threads.slice(0, 1)));
    rates.two.push(await work(threads));
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
  return { one: median(rates.one), two: median(rates.two) };
};

export const bench: Bench = async ({ effort, say }) => {
  const pools: Pools = { one: createSecuringPool({ threads: 1 }), two: createSecuringPool({ threads: 2 }) };
  const credentials = Array.from({ length: Math.ceil(perRound * effort) }, (_, i) => certificate(i));
  const rates: Record<keyof Pools, number[]> = { one: [], two: [] };
  try {
    await assertGenuine(pools);
    for (let round = 0; round < roundsToWarmUp; round += 1) {
      for (const pool of [pools.one, pools.two]) await rateOf(pool, credentials);
    }
    for (let round = 0; round < Math.ceil(7 * effort); round += 1) {
      for (const name of ['one', 'two'] as const) rates[name].push(await rateOf(pools[name], credentials));
      say(`round ${round + 1}`);
    }
  } finally {
    await Promise.all([pools.one.close(), pools.two.close()]);
  }
  const bare = await scaleOfMachine(Math.ceil(7 * effort));
  return [
    compared({
      name: 'workers',
      value: median(rates.two),
      unit: 'credentials/s',
      baseline: { name: 'one worker', value: median(rates.one) },
      goal: 1.7,
    }),
    compared({
      name: 'workers-limit',
      value: bare.two,
      unit: 'hashes and signatures/s',
      baseline: { name: 'one thread of bare cryptography', value: bare.one },
    }),
  ];
};
