import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Counted } from '../test/support/counted.ts';
import { createInstallation, type Installation } from '../test/support/instance.ts';
import { familyOf } from '../test/support/processes.ts';
import type { Proof } from './proof.ts';
import { createChance } from './support/chance.ts';

const people = 10_000;
const cuts = 8;
/** From the beginning of the issuing to a cut at most, in milliseconds. */
const longestWait = 8000;
const samples = 20;

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const issue = program('../src/issue.ts');
const counter = program('../test/support/programs/count-data.ts');
const sampler = program('../test/support/programs/sample-credentials.ts');
const stranger = program('foreign/verify-with-stock.mjs');
const run = promisify(execFile);

const fileOf = (count: number): string =>
  [
    'given name,family name,e-mail,language,awarded on',
    ...Array.from(
      { length: count },
      (_, n) => `Zoé,Šťastná,person-${n}@example.org,${n % 2 ? 'en' : 'fr'},2026-03-01`,
    ),
  ].join('\n');

/** `npm run issue` on the data of the installation. */
const begin = ({ dataDir, baseUrl }: Installation, file: string) => {
  const child = spawn(process.execPath, [issue, file, '--achievement', 'protecting-personal-data'], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: dataDir,
      BASE_URL: baseUrl,
      SEED: 'catalogue',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  return { child, said };
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;
const endOf = async (child: ChildProcess): Promise<void> => {
  if (!hasEnded(child)) await once(child, 'exit');
};

/** As a power cut: every second one takes the database engine along. */
const cut = async (child: ChildProcess, withEngine: boolean): Promise<void> => {
  if (hasEnded(child)) return;
  const family = child.pid === undefined ? [] : familyOf(child.pid);
  if (withEngine) for (const { pid } of family) if (pid !== child.pid) process.kill(pid, 'SIGKILL');
  child.kill('SIGKILL');
  await endOf(child);
};

/** Two at once on the same file; both are cut at moments of their own. */
const roundWithCuts = async (
  installation: Installation,
  file: string,
  chance: () => number,
  withEngine: boolean,
) => {
  const both = [begin(installation, file), begin(installation, file)];
  await Promise.all(
    both.map(async ({ child, said }, index) => {
      while (!hasEnded(child) && !/certificates to issue|going on with it/.test(said.err)) await delay(10);
      await delay(chance() * longestWait);
      await cut(child, withEngine && index === 0);
    }),
  );
};

const strangersAccept = async (installation: Installation): Promise<number> => {
  const credentials = await installation.run<unknown[]>(sampler, [String(samples)]);
  let accepted = 0;
  for (const [index, credential] of credentials.entries()) {
    const path = join(installation.dataDir, `sample-${index}.json`);
    await writeFile(path, JSON.stringify(credential));
    const { stdout } = await run(process.execPath, [stranger, path]);
    const verdicts = Object.values(JSON.parse(stdout) as Record<string, boolean>);
    if (verdicts.length > 0 && verdicts.every(Boolean)) accepted += 1;
  }
  return accepted;
};

/**
 * 10,000 people in one file, issued by two programs at once that are killed again and again, then by one that is left
 * alone: each person has one certificate, no bit is shared, and strangers accept a sample.
 */
export const prove: Proof = async ({ seed, say }) => {
  const chance = createChance(seed);
  const installation = await createInstallation({ SEED: 'catalogue' });
  try {
    const file = join(installation.dataDir, 'people.csv');
    await writeFile(file, fileOf(people));
    let underWay = 0;
    for (let number = 1; number <= cuts; number += 1) {
      await roundWithCuts(installation, file, chance, number % 2 === 0);
      const { certificates } = await installation.run<Counted>(counter);
      const stored = certificates.valid ?? 0;
      if (stored > 0 && stored < people) underWay += 1;
      say(`cut ${number}: ${stored} certificates`);
      if (stored >= people) break;
    }
    const last = begin(installation, file);
    await endOf(last.child);
    const counted = await installation.run<Counted>(counter);
    const accepted = await strangersAccept(installation);
    const { certificates, enrolmentsTwice, bitsTwice, bitsUnheld, statusEntries } = counted;
    const ok =
      last.child.exitCode === 0 &&
      certificates.valid === people &&
      statusEntries === 2 * people &&
      enrolmentsTwice + bitsTwice + bitsUnheld === 0 &&
      accepted === samples &&
      underWay > 0;
    if (last.child.exitCode !== 0) say(last.said.err);
    const figures = {
      certificates,
      enrolmentsTwice,
      bitsTwice,
      bitsUnheld,
      statusEntries,
      accepted,
      underWay,
    };
    return { ok, figures };
  } finally {
    await installation.remove();
  }
};
