/**
 * `npm run bench [-- <name>...] [--effort <share>]`: measures and prints one line of JSON per figure, each with its ratio
 * to a baseline measured in the same run; progress goes to stderr. Exit code 1 when a goal is missed.
 * `npm run bench -- --list` names the benches. What they mean and how they were measured: docs/performance.md.
 */
import { parseArgs } from 'node:util';
import type { Bench, Figure } from './bench.ts';

const benches: Record<string, { about: string; load(): Promise<{ bench: Bench }> }> = {
  issue: {
    about: 'credentials signed on one thread, against stock @digitalbazaar/vc and against bare cryptography',
    load: () => import('./issue.ts'),
  },
  verify: {
    about: 'certificates of ours verified on one thread, against stock and against bare cryptography',
    load: () => import('./verify.ts'),
  },
  workers: {
    about: 'a securing pool of two threads against one of one',
    load: () => import('./workers.ts'),
  },
  revocation: {
    about: 'one bit set, the list encoded and signed, against stock',
    load: () => import('./revocation.ts'),
  },
  memory: {
    about: 'memory after 100,000 certificates issued and verified, against after 20,000',
    load: () => import('./memory.ts'),
  },
  bulk: {
    about: '10,000 certificates from a CSV file to the journal, against stock signing alone',
    load: () => import('./bulk.ts'),
  },
  http: {
    about: 'public documents and verdicts over HTTP, against Express answering hello',
    load: () => import('./http.ts'),
  },
  autosave: {
    about: 'answers saved during a test over HTTP, against one journalled write; 500 candidates at once',
    load: () => import('./autosave.ts'),
  },
  drawing: {
    about: 'certificates drawn on a page that is kept, against a new page for each',
    load: () => import('./drawing.ts'),
  },
};

const rounded = (value: number): number => Number(value.toPrecision(4));

const printed = ({ baseline, value, ratio, ...rest }: Figure): string =>
  JSON.stringify({
    name: rest.name,
    value: rounded(value),
    unit: rest.unit,
    ...(baseline ? { baseline: { ...baseline, value: rounded(baseline.value) } } : {}),
    ...(ratio === undefined ? {} : { ratio: rounded(ratio) }),
    ...(rest.goal === undefined ? {} : { goal: rest.goal }),
    ...(rest.ok === undefined ? {} : { ok: rest.ok }),
  });

const run = async (name: string, effort: number): Promise<boolean> => {
  const { bench } = (await benches[name]?.load()) ?? {};
  if (!bench) throw new Error(`no bench is called ${name}; see npm run bench -- --list`);
  const began = performance.now();
  const say = (progress: string): void =>
    console.error(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${name}: ${progress}`);
  const figures = await bench({ effort, say });
  for (const figure of figures) console.log(printed(figure));
  return figures.every(({ ok }) => ok !== false);
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { effort: { type: 'string', default: '1' }, list: { type: 'boolean', default: false } },
});

if (values.list) {
  for (const [name, { about }] of Object.entries(benches)) console.log(`${name.padEnd(16)}${about}`);
} else {
  let good = true;
  for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
    good = (await run(name, Number(values.effort))) && good;
  }
  process.exitCode = good ? 0 : 1;
}
