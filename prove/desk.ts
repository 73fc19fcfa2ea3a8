import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { alterations, honestCopies, type IssuedSheet } from '../test/support/altered-sheets.ts';
import type { Client, Reply } from '../test/support/client.ts';
import { createInstallation, type Installation, type Instance } from '../test/support/instance.ts';
import type { Proof } from './proof.ts';

const people = 500;
/** Of the files in the archive: so many are forged, so many only saved anew, and so many certificates were withdrawn. */
const planted = { forged: 5, savedAnew: 5, withdrawn: 5 };
const patience = 900_000;

const program = fileURLToPath(new URL('../test/support/programs/make-sheets.ts', import.meta.url));

type Shown = { items: { verdict?: string }[]; progress: { done: number; total: number }; receipt?: unknown };

const upload = (client: Client, path: string, name: string, file: Uint8Array): Promise<Reply> => {
  const body = new FormData();
  body.append('file', new Blob([Uint8Array.from(file)]), name);
  return client.request(path, { method: 'POST', body, accept: 'application/json', follow: false });
};

const tally = (verdicts: readonly (string | undefined)[]): Record<string, number> =>
  verdicts.reduce<Record<string, number>>((counts, verdict = 'waiting') => {
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    return counts;
  }, {});

const same = (a: Record<string, number>, b: Record<string, number>): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** Whoever brought it has closed the page; another visitor with the address looks in until the receipt is there. */
const watch = async (
  instance: Instance,
  path: string,
  enough: (shown: Shown) => boolean,
): Promise<Shown[]> => {
  const seen: Shown[] = [];
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    const shown = (await instance.client().get(path, { accept: 'application/json' })).json<Shown>();
    if (shown.progress.done !== seen.at(-1)?.progress.done || shown.receipt) seen.push(shown);
    if (enough(shown)) return seen;
    await delay(100);
  }
  throw new Error(`still ${seen.at(-1)?.progress.done} of ${people}`);
};

const bring = async (instance: Instance, name: string, file: Uint8Array): Promise<string> => {
  const answer = await upload(instance.client(), '/en/verify/bulk', name, file);
  if (answer.status !== 303) throw new Error(`${name}: ${answer.status} ${answer.text.slice(0, 500)}`);
  return answer.headers.get('location') ?? '';
};

const outcomeOf = (seen: readonly Shown[]) => {
  const counts = seen.map(({ progress }) => progress.done);
  return {
    looks: seen.length,
    rising: counts.every((done, index) => index === 0 || done >= (counts[index - 1] ?? 0)),
    verdicts: tally((seen.at(-1)?.items ?? []).map(({ verdict }) => verdict)),
  };
};

/** What the personnel file gets: as JSON and as PDF, recognised when it is brought back, and a sound credential. */
const receiptsHold = async (instance: Instance, path: string): Promise<boolean> => {
  const client = instance.client();
  const verdicts: unknown[] = [];
  for (const ending of ['json', 'pdf']) {
    const { bytes } = await client.get(`${path}/receipt.${ending}`);
    verdicts.push((await upload(client, '/en/verify', `receipt.${ending}`, bytes)).json().verdict);
  }
  const receipt = (await client.get(`${path}/receipt.json`)).json();
  const answer = await client.request('/credentials/verify', {
    method: 'POST',
    type: 'application/json',
    accept: 'application/json',
    body: JSON.stringify({ verifiableCredential: receipt }),
  });
  return verdicts.every((verdict) => verdict === 'receipt') && answer.json().verified === true;
};

const archiveOf = async (numbers: readonly string[], dir: string): Promise<Uint8Array> => {
  const files: Record<string, Uint8Array> = {};
  for (const [index, number] of numbers.entries()) {
    const genuine: Uint8Array = await readFile(join(dir, `${number}.pdf`));
    const credential = JSON.parse(await readFile(join(dir, `${number}.json`), 'utf8'));
    const sheet: IssuedSheet = { pdf: genuine, credential };
    const change =
      index < planted.forged
        ? alterations['a picture laid over the name']?.(sheet, sheet, 1)
        : index < planted.forged + planted.savedAnew
          ? honestCopies['saved anew']?.(genuine, 0)
          : undefined;
    files[`${String(index + 1).padStart(3, '0')}.pdf`] = (await change) ?? genuine;
  }
  return zipSync(files, { level: 0 });
};

const prepare = async (installation: Installation) => {
  const dir = join(installation.dataDir, 'sheets');
  await mkdir(dir, { recursive: true });
  const numbers = await installation.run<string[]>(program, [String(people), String(planted.withdrawn), dir]);
  return { numbers, archive: await archiveOf(numbers, dir) };
};

/**
 * An employer with 500 certificates: a list of numbers, then an archive of PDFs. The page is closed at once, and in the
 * middle of the archive the service is killed and started again.
 */
export const prove: Proof = async ({ say }) => {
  const installation = await createInstallation({ SEED: 'catalogue', RATE_LIMITS: 'relaxed' });
  try {
    const { numbers, archive } = await prepare(installation);
    say(`${numbers.length} certificates are issued and drawn`);
    let instance = await installation.start();
    const listPath = await bring(instance, 'list.csv', strToU8(`number\n${numbers.join('\n')}\n`));
    const list = outcomeOf(await watch(instance, listPath, ({ receipt }) => receipt !== undefined));
    say(`a list: ${JSON.stringify(list)}`);

    const began = performance.now();
    const filesPath = await bring(instance, 'sheets.zip', archive);
    const half = await watch(instance, filesPath, ({ progress }) => progress.done > people / 2);
    await instance.kill();
    instance = await installation.start();
    say(`killed after ${half.at(-1)?.progress.done} files, and started again`);
    const rest = await watch(instance, filesPath, ({ receipt }) => receipt !== undefined);
    const files = outcomeOf([...half, ...rest]);
    const archiveSeconds = Math.round((performance.now() - began) / 1000);
    say(`an archive: ${JSON.stringify(files)}`);

    const receipts = (await receiptsHold(instance, listPath)) && (await receiptsHold(instance, filesPath));
    await instance.stop();
    const good = people - planted.withdrawn;
    const ok =
      same(list.verdicts, { verified: good, not_valid: planted.withdrawn }) &&
      same(files.verdicts, {
        verified: good - planted.forged,
        not_valid: planted.withdrawn,
        print_differs: planted.forged,
      }) &&
      [list, files].every(({ rising, looks }) => rising && looks > 3) &&
      receipts;
    const archiveMegabytes = Math.round(archive.length / 1e5) / 10;
    return { ok, figures: { list, files, archiveMegabytes, archiveSeconds, receipts } };
  } finally {
    await installation.remove();
  }
};
