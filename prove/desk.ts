import { strToU8, zipSync } from 'fflate';
import { openDeskWorld, upload } from '../test/desk/desk-world.ts';
import { alterations, honestCopies, type IssuedSheet } from '../test/support/altered-sheets.ts';
import type { World } from '../test/support/world.ts';
import type { Proof } from './proof.ts';

const people = 500;
/** Of the files in the archive: so many are forged, so many only saved anew, and so many certificates were withdrawn. */
const planted = { forged: 5, savedAnew: 5, withdrawn: 5 };

type Shown = {
  items: { verdict?: string }[];
  progress: { done: number; total: number };
  receipt?: unknown;
};

const shownAt = async (world: World, path: string): Promise<Shown> =>
  (await world.visitor().get(path, { accept: 'application/json' })).json<Shown>();

const tally = (verdicts: readonly (string | undefined)[]): Record<string, number> =>
  verdicts.reduce<Record<string, number>>((counts, verdict = 'waiting') => {
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    return counts;
  }, {});

/** Brings a file, closes the page, and looks in now and then as somebody who comes back does. */
const bring = async (world: World, name: string, file: Uint8Array) => {
  const began = performance.now();
  const answer = await upload(world, '/en/verify/bulk', file, { name });
  if (answer.status !== 303) throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
  const path = String(answer.headers.location);
  const work = world.settle();
  const seen: number[] = [];
  for (;;) {
    const { progress, receipt } = await shownAt(world, path);
    if (progress.done !== seen.at(-1)) seen.push(progress.done);
    if (receipt) break;
    if (performance.now() - began > 900_000) throw new Error(`${name}: still ${progress.done}`);
  }
  await work;
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const { items } = await shownAt(world, path);
  const rising = seen.every((done, index) => index === 0 || done > (seen[index - 1] ?? 0));
  return { path, seconds, looks: seen.length, rising, verdicts: tally(items.map(({ verdict }) => verdict)) };
};

/** What the personnel file gets: as JSON and as PDF, and both are recognised when they are brought back. */
const receiptsHold = async (world: World, path: string): Promise<boolean> => {
  const verdicts: unknown[] = [];
  for (const ending of ['json', 'pdf']) {
    const { bytes } = await world.visitor().get(`${path}/receipt.${ending}`);
    verdicts.push((await upload(world, '/en/verify', bytes, { name: `receipt.${ending}` })).body.verdict);
  }
  const { bytes } = await world.visitor().get(`${path}/receipt.json`);
  const answer = await world
    .agent()
    .post('/credentials/verify')
    .send({ verifiableCredential: JSON.parse(bytes.toString('utf8')) });
  return verdicts.every((verdict) => verdict === 'receipt') && answer.body.verified === true;
};

const sheetOf = async ({ modules }: World, number: string): Promise<IssuedSheet> => ({
  pdf: await modules.issuer.rendition(number, 'pdf'),
  credential: JSON.parse(Buffer.from(await modules.issuer.credentialFile(number)).toString('utf8')),
});

const archiveOf = async (
  world: World,
  numbers: readonly string[],
  say: (progress: string) => void,
): Promise<Uint8Array> => {
  const files: Record<string, Uint8Array> = {};
  for (const [index, number] of numbers.entries()) {
    const sheet = await sheetOf(world, number);
    let pdf = sheet.pdf;
    if (index < planted.forged)
      pdf = (await alterations['a picture laid over the name']?.(sheet, sheet, 1)) ?? pdf;
    else if (index < planted.forged + planted.savedAnew)
      pdf = (await honestCopies['saved anew']?.(pdf, 0)) ?? pdf;
    files[`${String(index + 1).padStart(3, '0')}.pdf`] = pdf;
    if ((index + 1) % 100 === 0) say(`${index + 1} sheets are drawn`);
  }
  return zipSync(files, { level: 0 });
};

/** An employer with 500 certificates: a list of numbers, then an archive of PDFs, while the page is closed. */
export const prove: Proof = async ({ say }) => {
  const world = await openDeskWorld(people);
  try {
    const { numbers } = world;
    for (const identifier of numbers.slice(-planted.withdrawn))
      await world.modules.issuer.revoke({ identifier, by: 'staff', reason: 'issued-in-error' });
    await world.settle();
    say(`${numbers.length} certificates are issued`);
    const list = await bring(world, 'list.csv', strToU8(`number\n${numbers.join('\n')}\n`));
    say(`a list: ${JSON.stringify(list)}`);
    const archive = await archiveOf(world, numbers, say);
    const files = await bring(world, 'sheets.zip', archive);
    say(`an archive: ${JSON.stringify(files)}`);
    const expectedList = { verified: people - planted.withdrawn, not_valid: planted.withdrawn };
    const expectedFiles = {
      verified: people - planted.withdrawn - planted.forged,
      not_valid: planted.withdrawn,
      print_differs: planted.forged,
    };
    const same = (a: Record<string, number>, b: Record<string, number>): boolean =>
      JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
    const receipts = (await receiptsHold(world, list.path)) && (await receiptsHold(world, files.path));
    const progress = [list, files].every(({ rising, looks }) => rising && looks > 3);
    const ok =
      same(list.verdicts, expectedList) && same(files.verdicts, expectedFiles) && receipts && progress;
    const archiveMegabytes = Math.round(archive.length / 1e5) / 10;
    return { ok, figures: { list, files, archiveMegabytes, receipts } };
  } finally {
    await world.close();
  }
};
