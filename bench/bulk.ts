import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/platform/config.ts';
import { silentLogger } from '../src/platform/logger.ts';
import { openService, type Service } from '../src/service.ts';
import { type Bench, compared } from './bench.ts';
import { certificate } from './certificate.ts';
import { stockIssue, stockVerifies } from './stock.ts';

const courseId = 'protecting-personal-data';
/** Signed by stock before and after, so that a machine that slows down slows both. */
const stockSample = 100;

const peopleFile = (count: number): Uint8Array =>
  new TextEncoder().encode(
    [
      'given name,family name,e-mail,language,awarded on',
      ...Array.from(
        { length: count },
        (_, n) => `Zoé,Šťastná,person-${n}@example.org,${n % 2 ? 'en' : 'fr'},2026-03-01`,
      ),
    ].join('\n'),
  );

const stockSeconds = async (): Promise<number> => {
  const began = performance.now();
  for (let n = 0; n < stockSample; n += 1) await stockIssue(certificate(n));
  return (performance.now() - began) / 1000 / stockSample;
};

/** From the bytes of the file to the last certificate in the journal. */
const issueAll = async (
  { modules }: Service,
  count: number,
): Promise<{ seconds: number; batchId: string }> => {
  const { batches } = modules.issuer;
  const file = peopleFile(count);
  const began = performance.now();
  const preview = await batches.preview({ file, courseId, by: 'system' });
  if (preview.outcome !== 'read') throw new Error(JSON.stringify(preview.faults.slice(0, 3)));
  const batchId = preview.batch.id;
  await batches.confirm({ batchId, by: 'system', letters: false, includeRepeated: false });
  await batches.issue(batchId);
  return { seconds: (performance.now() - began) / 1000, batchId };
};

const check = async ({ modules }: Service, batchId: string, count: number): Promise<void> => {
  const entries = await modules.issuer.batches.entries(batchId);
  if (entries.length !== count) throw new Error(`${entries.length} certificates instead of ${count}`);
  const step = Math.ceil(count / 50);
  for (const { identifier } of entries.filter((_, index) => index % step === 0)) {
    const record = await modules.issuer.publicRecord(identifier);
    if (record?.kind !== 'credential') throw new Error(`${identifier} is gone`);
    const { verdict } = await modules.verifier.verify(record.credential);
    if (verdict !== 'verified') throw new Error(`${identifier} does not verify`);
  }
};

export const bench: Bench = async ({ effort, say }) => {
  const count = Math.max(500, Math.round(10_000 * effort));
  const dir = await mkdtemp(join(tmpdir(), 'bench-bulk-'));
  const config = readConfig({
    NODE_ENV: 'test',
    SEED: 'catalogue',
    DATA_DIR: dir,
    ...(process.env.HOME ? { HOME: process.env.HOME } : {}),
  });
  const service = await openService(config, { logger: silentLogger });
  try {
    if (!(await stockVerifies(await stockIssue(certificate(1))))) throw new Error('stock does not verify');
    await issueAll(service, 500);
    const before = await stockSeconds();
    say(`stock signs one certificate in ${(before * 1000).toFixed(1)} ms`);
    const { seconds, batchId } = await issueAll(service, count);
    say(`${count} certificates in ${seconds.toFixed(1)} s`);
    const after = await stockSeconds();
    await check(service, batchId, count);
    return [
      compared({
        name: `bulk: ${count} certificates from the file to the journal, per second`,
        value: count / seconds,
        unit: 'certificates/s',
        baseline: { name: 'stock @digitalbazaar/vc signing alone, one proof', value: 2 / (before + after) },
        goal: 10,
      }),
    ];
  } finally {
    await service.close();
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
};
