import { setTimeout as delay } from 'node:timers/promises';
import { readAnswerKey } from '../test/support/answer-key.ts';
import { type Client, expectStatus } from '../test/support/client.ts';
import { createInstallation, type Installation, type Instance } from '../test/support/instance.ts';
import { buy, revoke, signIn } from '../test/support/walk.ts';
import type { Proof } from './proof.ts';
import {
  answer,
  type Candidate,
  handIn,
  isVerified,
  prepareCandidates,
  type SignedRecord,
  sharedBits,
  signedRecords,
} from './support/candidate.ts';
import { createChance } from './support/chance.ts';
import { inParallel } from './support/in-parallel.ts';

const candidates = 200;
const buyers = 60;
const atOnce = 8;
const withdrawn = 10;
/** Within so many milliseconds a withdrawal at one process shows at the other. */
const promised = 1000;
const patience = 120_000;

type Sitting = Candidate & { client: Client };

const issuedBy = ({ output }: Instance): number =>
  output.filter(
    (line) => line.includes('EnrolmentCompleted/issue-certificate') && line.includes('a job is done'),
  ).length;

const recordsOf = async ({ client, number }: Sitting, deadline: number) => {
  for (;;) {
    const records = await signedRecords(client);
    if (records.length > 0) return records;
    if (Date.now() > deadline) throw new Error(`candidate ${number} waits in vain`);
    await delay(200);
  }
};

/** The number on the receipt of the only purchase, asked for until it is there. */
const receiptNumber = async (client: Client, deadline: number): Promise<string> => {
  const purchases = expectStatus(await client.get('/en/purchases')).page();
  const path = purchases.link(/receipt\.pdf$/);
  for (;;) {
    const reply = await client.get(path);
    const name = /filename="(.+)\.pdf"/.exec(reply.headers.get('content-disposition') ?? '')?.[1];
    if (reply.status === 200 && name) return name;
    if (Date.now() > deadline) throw new Error(`no receipt: ${reply.status}`);
    await delay(200);
  }
};

const gaps = (numbers: readonly string[]): number => {
  const places = numbers.map((number) => Number(/(\d+)$/.exec(number)?.[1])).sort((a, b) => a - b);
  return places.filter((place, index) => place !== index + 1).length;
};

/** Sets the candidates down at both processes in an order that the seed decides. */
const seat = async (prepared: readonly Candidate[], instances: readonly Instance[], chance: () => number) => {
  const mixed = prepared
    .map((candidate) => ({ candidate, place: chance() }))
    .sort((a, b) => a.place - b.place);
  return inParallel(mixed, atOnce, async ({ candidate }): Promise<Sitting> => {
    const instance = instances[candidate.number % instances.length];
    if (!instance) throw new Error('no instance');
    const client = instance.client();
    await signIn(client, candidate);
    return { ...candidate, client };
  });
};

const verdictAt = async (stranger: Client, identifier: string): Promise<string> => {
  const reply = await stranger.get(`/v/${identifier}`, { accept: 'application/json' });
  return expectStatus(reply).json<{ verdict: string }>().verdict;
};

/** Withdraws at one process what the other has in memory; answers how long each stayed good there, in milliseconds. */
const seenElsewhere = async (
  installation: Installation,
  [one, other]: readonly Instance[],
  records: readonly SignedRecord[],
): Promise<number[]> => {
  if (!one || !other) throw new Error('no instance');
  const examiner = one.client();
  await signIn(examiner, await installation.demoAccount('examiner'));
  const stranger = other.client();
  const durations: number[] = [];
  for (const record of records) {
    const identifier = record.id.split('/').at(-1) ?? '';
    if ((await verdictAt(stranger, identifier)) !== 'verified') throw new Error(`${identifier} is not good`);
    await revoke(examiner, identifier, 'fraud');
    const began = performance.now();
    while ((await verdictAt(stranger, identifier)) !== 'not_valid') {
      if (performance.now() - began > patience)
        throw new Error(`${identifier} stays good at the other process`);
    }
    durations.push(Math.round(performance.now() - began));
  }
  return durations;
};

/** Two web processes, each with its worker, share one database: everything still happens once. */
export const prove: Proof = async ({ seed, say }) => {
  const installation = await createInstallation({ SEED: 'demo', LOG_LEVEL: 'debug' });
  try {
    const prepared = await prepareCandidates(installation, candidates);
    say(`${prepared.length} candidates sit before the test`);
    const instances = [await installation.start(), await installation.start()];
    const sittings = await seat(prepared, instances, createChance(seed));
    say('half of them are signed in at either process');

    const key = await readAnswerKey('protecting-personal-data');
    await inParallel(sittings, atOnce, ({ client, ...candidate }) => answer(client, candidate, key));
    const began = performance.now();
    await inParallel(sittings, atOnce, ({ client, ...candidate }) => handIn(client, candidate));
    const deadline = Date.now() + patience;
    const records = await inParallel(sittings, atOnce, (sitting) => recordsOf(sitting, deadline));
    say(`all have a certificate ${((performance.now() - began) / 1000).toFixed(1)} s after the first test`);
    const stranger = instances[1]?.client() as Client;
    const verified = await inParallel(records.flat(), atOnce, (record) => isVerified(stranger, record));

    const customers = sittings.slice(0, buyers);
    await inParallel(customers, atOnce, ({ client }) => buy(client, 'verifying-credentials'));
    const numbers = await inParallel(customers, atOnce, ({ client }) =>
      receiptNumber(client, Date.now() + patience),
    );
    say(`${numbers.length} receipts, the last one ${[...numbers].sort().at(-1)}`);

    const stale = await seenElsewhere(installation, instances, records.flat().slice(0, withdrawn));
    say(`withdrawn at one process, good at the other for ${Math.max(...stale)} ms at the most`);

    const byProcess = instances.map(issuedBy);
    for (const instance of instances) await instance.stop();
    const figures = {
      certificates: records.flat().length,
      candidatesWithoutExactlyOne: records.filter(({ length }) => length !== 1).length,
      bitsShared: sharedBits(records.flat()),
      notVerified: verified.filter((one) => !one).length,
      issuingJobsByProcess: byProcess,
      receipts: new Set(numbers).size,
      receiptGaps: gaps(numbers),
      longestStaleMs: Math.max(...stale),
    };
    const ok =
      figures.certificates === candidates &&
      figures.candidatesWithoutExactlyOne + figures.bitsShared + figures.notVerified === 0 &&
      byProcess.every((count) => count > 0) &&
      figures.receipts === buyers &&
      figures.receiptGaps === 0 &&
      figures.longestStaleMs < promised;
    return { ok, figures };
  } finally {
    await installation.remove();
  }
};
