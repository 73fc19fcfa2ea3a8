import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/platform/config.ts';
import { silentLogger } from '../src/platform/logger.ts';
import { openService, type Service } from '../src/service.ts';
import type { JsonObject } from '../src/vc/index.ts';
import { type Bench, compared } from './bench.ts';
import { issuer } from './certificate.ts';
import { stockIssue, stockVerifies } from './stock.ts';

const courseId = 'protecting-personal-data';
/** Of these certificates, signed by stock before and after: a machine that slows down slows both. */
const stockSample = 60;

const peopleFile = (count: number, name: string): Uint8Array =>
  new TextEncoder().encode(
    [
      'given name,family name,e-mail,language,awarded on',
      ...Array.from(
        { length: count },
        (_, n) => `Zoé,Šťastná,${name}-${n}@example.org,${n % 2 ? 'en' : 'fr'},2026-03-01`,
      ),
    ].join('\n'),
  );

const stockSeconds = async (unsigned: readonly JsonObject[]): Promise<number> => {
  const began = performance.now();
  for (const credential of unsigned) await stockIssue(structuredClone(credential));
  return (performance.now() - began) / 1000 / unsigned.length;
};

/** From the bytes of the file to the last certificate in the journal. */
const issueAll = async (
  { modules }: Service,
  count: number,
  name: string,
): Promise<{ seconds: number; batchId: string }> => {
  const { batches } = modules.issuer;
  const file = peopleFile(count, name);
  const began = performance.now();
  const preview = await batches.preview({ file, courseId, by: 'system' });
  if (preview.outcome !== 'read') throw new Error(JSON.stringify(preview.faults.slice(0, 3)));
  const batchId = preview.batch.id;
  await batches.confirm({ batchId, by: 'system', letters: false, includeRepeated: false });
  await batches.issue(batchId);
  return { seconds: (performance.now() - began) / 1000, batchId };
};

/** Certificates of the batch as they were before they were signed, for the key that stock signs with. */
const unsignedOf = async ({ modules }: Service, batchId: string): Promise<JsonObject[]> => {
  const entries = await modules.issuer.batches.entries(batchId, stockSample);
  const records = await Promise.all(entries.map(({ identifier }) => modules.issuer.publicRecord(identifier)));
  return records.map((record) => {
    if (record?.kind !== 'credential') throw new Error('a certificate is gone');
    const { proof: _proof, ...content } = record.credential;
    return { ...content, issuer: { ...(content.issuer as JsonObject), id: issuer } };
  });
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
    const warm = await issueAll(service, 500, 'warm');
    const unsigned = await unsignedOf(service, warm.batchId);
    if (!(await stockVerifies(await stockIssue(structuredClone(unsigned[0] ?? {})))))
      throw new Error('stock does not verify');
    const before = await stockSeconds(unsigned);
    say(`stock signs one certificate in ${(before * 1000).toFixed(1)} ms`);
    const { seconds, batchId } = await issueAll(service, count, 'person');
    say(`${count} certificates in ${seconds.toFixed(1)} s`);
    const after = await stockSeconds(unsigned);
    await check(service, batchId, count);
    return [
      compared({
        name: `bulk: ${count} certificates from the file to the journal, per second`,
        value: count / seconds,
        unit: 'certificates/s',
        baseline: {
          name: 'stock @digitalbazaar/vc signing the same certificates, one proof each',
          value: 2 / (before + after),
        },
        goal: 10,
      }),
    ];
  } finally {
    await service.close();
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
};
