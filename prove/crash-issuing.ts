import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AnswerKey, readAnswerKey } from '../test/support/answer-key.ts';
import type { Client } from '../test/support/client.ts';
import type { Counted } from '../test/support/counted.ts';
import { createInstallation, type Installation, type Instance } from '../test/support/instance.ts';
import { signIn } from '../test/support/walk.ts';
import type { Finding, Proof } from './proof.ts';
import {
  answer,
  type Candidate,
  handIn,
  hasPassed,
  isVerified,
  prepareCandidates,
  sharedBits,
  signedRecords,
} from './support/candidate.ts';
import { createChance } from './support/chance.ts';
import { inParallel } from './support/in-parallel.ts';

const candidates = 200;
const cuts = 20;
/** How many hand in between two cuts: so many tests are acknowledged in a round at most. */
const perRound = candidates / cuts;
/** A cut comes within this time after an acknowledged test, in milliseconds: while certificates are being made. */
const longestWait = 500;
const atOnce = 6;
const patience = 240_000;

/** A candidate with what the service has acknowledged so far, kept by us and not by it. */
type Sitting = Candidate & { client: Client; answered: boolean; handedIn: boolean };

const counter = fileURLToPath(new URL('../test/support/programs/count-data.ts', import.meta.url));

/** One request after the other; what the cut took with it was not acknowledged, and is done again later. */
const sit = async (sitting: Sitting, key: AnswerKey, isCut: () => boolean): Promise<void> => {
  try {
    if (!sitting.answered) await answer(sitting.client, sitting, key);
    sitting.answered = true;
    if (!sitting.handedIn) await handIn(sitting.client, sitting);
    sitting.handedIn = true;
  } catch (error) {
    if (!isCut()) throw error;
  }
};

/** Every second cut takes the database engine along, as a power cut would. */
const cut = async (instance: Instance, withEngine: boolean): Promise<void> => {
  const family = instance.family().filter(({ pid }) => pid !== instance.pid);
  if (withEngine) for (const { pid } of family) process.kill(pid, 'SIGKILL');
  await instance.kill();
};

type Round = {
  instance: Instance;
  sittings: readonly Sitting[];
  key: AnswerKey;
  chance: () => number;
  withEngine: boolean;
};

/** Lets some hand in, and cuts at a random moment after a random one of them was acknowledged. */
const roundWithCut = async ({ instance, sittings, key, chance, withEngine }: Round): Promise<void> => {
  let isCut = false;
  const done = (): number => sittings.filter(({ handedIn }) => handedIn).length;
  const open = sittings.filter(({ handedIn }) => !handedIn).slice(0, perRound);
  const target = done() + Math.ceil(chance() * open.length);
  const round = inParallel(open, atOnce, (sitting) => sit(sitting, key, () => isCut));
  while (done() < target) await delay(1);
  await delay(chance() * longestWait);
  isCut = true;
  await cut(instance, withEngine);
  await round;
};

const countUp = (installation: Installation): Promise<Counted> => installation.run<Counted>(counter);

/** Waits until each candidate has a signed certificate, as they would: by looking. */
const awaitCertificates = async (sittings: readonly Sitting[]): Promise<void> => {
  const deadline = Date.now() + patience;
  for (const { client, number } of sittings) {
    while ((await signedRecords(client)).length === 0) {
      if (Date.now() > deadline) throw new Error(`candidate ${number} waits in vain`);
      await delay(200);
    }
  }
};

/** Those whose acknowledged answers, test or sign-in is not there any more. */
const losses = async (sittings: readonly Sitting[]): Promise<number[]> => {
  const passed = await inParallel(sittings, atOnce, (sitting) => hasPassed(sitting.client, sitting));
  return sittings.filter((_sitting, index) => !passed[index]).map(({ number }) => number);
};

const judge = async (installation: Installation, sittings: readonly Sitting[]): Promise<Finding> => {
  const records = await inParallel(sittings, atOnce, ({ client }) => signedRecords(client));
  const [first] = sittings;
  const verified = await inParallel(records.flat(), atOnce, async (record) =>
    first ? isVerified(first.client, record) : false,
  );
  const database = await countUp(installation);
  const { certificates, completed, enrolmentsTwice, bitsTwice, bitsUnheld, jobs } = database;
  const faults = {
    candidatesWithoutExactlyOne: records.filter(({ length }) => length !== 1).length,
    bitsShared: sharedBits(records.flat()),
    notVerified: verified.filter((one) => !one).length,
    enrolmentsTwice,
    bitsTwice,
    bitsUnheld,
    jobsGivenUp: jobs.dead ?? 0,
  };
  const complete = records.flat().length === candidates && certificates.valid === candidates;
  const ok = complete && completed === candidates && Object.values(faults).every((count) => count === 0);
  return { ok, figures: { certificates: records.flat().length, ...faults, database } };
};

/**
 * 200 learners answer and hand in the final test while the web process is cut by `kill -9` 20 times. What the service
 * acknowledged is kept in the memory of this program, and compared at the end with what is there.
 */
export const prove: Proof = async ({ seed, say }) => {
  const chance = createChance(seed);
  const installation = await createInstallation({ SEED: 'catalogue' });
  try {
    const prepared = await prepareCandidates(installation, candidates);
    say(`${prepared.length} candidates sit before the test`);
    const key = await readAnswerKey('protecting-personal-data');
    let instance = await installation.start();
    const sittings = await inParallel(prepared, atOnce, async (candidate): Promise<Sitting> => {
      const client = instance.client();
      await signIn(client, candidate);
      return { ...candidate, client, answered: false, handedIn: false };
    });
    say('all are signed in');

    let duringIssuing = 0;
    let halfMade = 0;
    for (let number = 1; number <= cuts; number += 1) {
      await roundWithCut({ instance, sittings, key, chance, withEngine: number % 2 === 0 });
      const { completed, certificates } = await countUp(installation);
      const missing = completed - (certificates.valid ?? 0);
      if (missing > 0) duringIssuing += 1;
      halfMade += certificates.issuing ?? 0;
      say(`cut ${number}: ${completed} completed, ${missing} still without a signed certificate`);
      instance = await installation.start();
    }

    await inParallel(sittings, atOnce, (sitting) => sit(sitting, key, () => false));
    const lost = await losses(sittings);
    const cutting = { cuts, cutsDuringIssuing: duringIssuing, halfMade, acknowledgedLost: lost.length };
    if (lost.length > 0) {
      say(`what the service had acknowledged is gone for candidates ${lost.join(', ')}`);
      return { ok: false, figures: cutting };
    }
    say('all have handed in and passed; waiting for what follows');
    await awaitCertificates(sittings);
    const { ok, figures } = await judge(installation, sittings);
    await instance.stop();
    return { ok: ok && duringIssuing >= cuts / 2, figures: { ...cutting, ...figures } };
  } finally {
    await installation.remove();
  }
};
