import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AnswerKey, answersTo, readAnswerKey } from '../test/support/answer-key.ts';
import type { Client } from '../test/support/client.ts';
import { expectStatus } from '../test/support/client.ts';
import { createInstallation, type Installation, type Instance } from '../test/support/instance.ts';
import { signIn } from '../test/support/walk.ts';
import type { Proof } from './proof.ts';
import { type Candidate, prepareCandidates } from './support/candidate.ts';
import { createChance } from './support/chance.ts';
import { inParallel } from './support/in-parallel.ts';

const candidates = 50;
const cuts = 6;
const atOnce = 10;
/** A cut comes after so many saves of its round were acknowledged, and so many milliseconds more. */
const mostInRound = 150;
const longestWait = 100;
const minute = 60_000;
/** How long the sweep may take: it runs every minute. */
const patience = 120_000;
const mostAfterwards = 12;

type Save = { slot: number; value: unknown; seq: number };

/** A candidate with what the service has acknowledged, kept by us. */
type Sitting = Candidate & {
  client: Client;
  token: string;
  /** What is still to be sent, in order; a save that was cut is sent again under its own number. */
  queue: Save[];
  /** The numbers of all saves. */
  acknowledged: number[];
  /** By slot, the number of the last one. */
  last: Map<number, number>;
  deadlineAt: string;
};

type Pulse = { deadlineAt: string };

type StoredAttempt = {
  id: string;
  state: string;
  deadlineAt: string;
  submittedAt?: string;
  submittedBy?: string;
  /** The numbers of the saves that were kept, and by slot that of the answer. */
  seqs: number[];
  answers: Record<string, number>;
};

const reader = fileURLToPath(new URL('../test/support/programs/read-attempts.ts', import.meta.url));

const wholeAnswer = (name: string, value: string | string[]): [slot: number, value: unknown] | undefined => {
  const whole = /^q(\d+)$/.exec(name);
  return whole ? [Number(whole[1]), value] : undefined;
};

/** Every question with one field, answered rightly after it was answered wrongly twice: so much is typed in a test. */
const queueOf = (form: Parameters<typeof answersTo>[0], key: AnswerKey): Save[] => {
  const turns = (['wrong', 'right', 'wrong', 'right'] as const).map((intent) => answersTo(form, key, intent));
  const values = turns.flatMap((turn) =>
    Object.entries(turn).map(([name, value]) => wholeAnswer(name, value)),
  );
  return values
    .filter((one) => one !== undefined)
    .map(([slot, value], index) => ({ slot, value, seq: index + 1 }));
};

const pulse = async ({ client, attemptId, sitting }: Sitting): Promise<Pulse> => {
  const path = `/en/learn/attempts/${attemptId}/pulse?sitting=${sitting}`;
  return expectStatus(await client.get(path, { accept: 'application/json' })).json<Pulse>();
};

const sitDown = async (instance: Instance, candidate: Candidate, key: AnswerKey): Promise<Sitting> => {
  const client = instance.client();
  await signIn(client, candidate);
  const path = `/en/learn/attempts/${candidate.attemptId}?sitting=${candidate.sitting}`;
  const form = expectStatus(await client.get(path))
    .page()
    .form(/\/learn\/attempts\/[^/]+$/);
  const token = new Map(form.values).get('_csrf') ?? '';
  const fresh = {
    ...candidate,
    client,
    token,
    acknowledged: [],
    last: new Map<number, number>(),
    deadlineAt: '',
  };
  const sitting: Sitting = { ...fresh, queue: queueOf(form, key) };
  return { ...sitting, deadlineAt: (await pulse(sitting)).deadlineAt };
};

const saveOne = async (sitting: Sitting, save: Save): Promise<void> => {
  const reply = await sitting.client.request(`/en/learn/attempts/${sitting.attemptId}/answers`, {
    method: 'POST',
    type: 'application/json',
    accept: 'application/json',
    body: JSON.stringify({ _csrf: sitting.token, sitting: sitting.sitting, ...save }),
  });
  expectStatus(reply, 200);
  sitting.acknowledged.push(save.seq);
  sitting.last.set(save.slot, save.seq);
};

/** A connection that ended while it was idle is not a cut: what it carried is sent again, as the page does. */
const again = async <T>(work: () => Promise<T>, isCut: () => boolean = () => false): Promise<T> => {
  for (let tries = 4; ; tries -= 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TypeError) || tries === 0 || isCut()) throw error;
    }
  }
};

/** Sends one save after the other, as the page does; stops when the service is gone. Answers how many were acknowledged. */
const sit = async (sitting: Sitting, most: number, isCut: () => boolean): Promise<number> => {
  let sent = 0;
  try {
    while (sitting.queue.length > 0 && sent < most && !isCut()) {
      const [save] = sitting.queue;
      if (save) await again(() => saveOne(sitting, save), isCut);
      sitting.queue.shift();
      sent += 1;
    }
  } catch (error) {
    if (!isCut()) throw error;
  }
  return sent;
};

/** Every second cut takes the database engine along, as a power cut would. */
const cut = async (instance: Instance, withEngine: boolean): Promise<void> => {
  const family = instance.family().filter(({ pid }) => pid !== instance.pid);
  if (withEngine) for (const { pid } of family) process.kill(pid, 'SIGKILL');
  await instance.kill();
};

const roundWithCut = async (
  instance: Instance,
  sittings: readonly Sitting[],
  { chance, withEngine }: { chance: () => number; withEngine: boolean },
): Promise<void> => {
  let isCut = false;
  const before = sittings.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  const round = inParallel(sittings, candidates, (sitting) =>
    sit(sitting, Number.MAX_SAFE_INTEGER, () => isCut),
  );
  const done = (): number => sittings.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  const target = before + 20 + Math.floor(chance() * mostInRound);
  while (done() < target && sittings.some(({ queue }) => queue.length > 0)) await delay(2);
  await delay(chance() * longestWait);
  isCut = true;
  await cut(instance, withEngine);
  await round;
};

/** The attempts as the database has them, read by a program of its own. */
const readAttempts = (installation: Installation): Promise<StoredAttempt[]> =>
  installation.run<StoredAttempt[]>(reader);

/** Saves that the service acknowledged and that the database does not know, and answers older than the last of them. */
const lossesOf = ({ attemptId, acknowledged, last }: Sitting, stored: readonly StoredAttempt[]): number => {
  const kept = stored.find(({ id }) => id === attemptId);
  const known = new Set(kept?.seqs);
  const missing = acknowledged.filter((seq) => !known.has(seq)).length;
  const older = [...last].filter(([slot, seq]) => (kept?.answers[slot] ?? 0) < seq).length;
  return missing + older;
};

const totalLost = (sittings: readonly Sitting[], stored: readonly StoredAttempt[]): number =>
  sittings.reduce((sum, sitting) => sum + lossesOf(sitting, stored), 0);

/** Lets the deadlines pass while the service is down; then it runs, and nobody looks at any attempt. */
const closeAll = async (installation: Installation): Promise<readonly StoredAttempt[]> => {
  const instance = await installation.start({ clock: { behind: -45 * minute } });
  const until = Date.now() + patience;
  let stored = await readAttempts(installation);
  while (stored.some(({ state }) => state !== 'confirmed') && Date.now() < until) {
    await delay(2000);
    stored = await readAttempts(installation);
  }
  await instance.kill();
  return stored;
};

const deadlineFaults = (sittings: readonly Sitting[], stored: readonly StoredAttempt[]) => {
  const of = ({ attemptId }: Sitting) => stored.find(({ id }) => id === attemptId);
  return {
    openAfterDeadline: stored.filter(({ state }) => state !== 'confirmed').length,
    deadlinesMoved: sittings.filter((one) => of(one)?.deadlineAt !== one.deadlineAt).length,
    handedInElsewhen: stored.filter(({ submittedAt, deadlineAt }) => submittedAt !== deadlineAt).length,
    notByTheTimer: stored.filter(({ submittedBy }) => submittedBy !== 'timer').length,
  };
};

/**
 * 50 learners save answers one after the other while the service is killed 8 times, every second time with its database.
 * What it acknowledged is kept in the memory of this program, and compared after each cut with what the database has. Then it is
 * stopped over the deadlines: when it comes back, every attempt was handed in at its own, and nobody looked.
 */
export const prove: Proof = async ({ seed, say }) => {
  const chance = createChance(seed);
  const installation = await createInstallation({ SEED: 'catalogue' });
  try {
    const prepared = await prepareCandidates(installation, candidates);
    const key = await readAnswerKey('protecting-personal-data');
    let instance = await installation.start();
    const sittings = await inParallel(prepared, atOnce, (candidate) =>
      again(() => sitDown(instance, candidate, key)),
    );
    say(
      `${sittings.length} candidates sit; ${sittings.reduce((sum, { queue }) => sum + queue.length, 0)} saves to come`,
    );
    let lost = 0;
    let cutWhileSaving = 0;
    for (let number = 1; number <= cuts; number += 1) {
      await roundWithCut(instance, sittings, { chance, withEngine: number % 2 === 0 });
      cutWhileSaving += sittings.filter(({ queue }) => queue.length > 0).length;
      lost += totalLost(sittings, await readAttempts(installation));
      const done = sittings.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
      say(`cut ${number}: ${done} saves acknowledged, ${lost} lost`);
      instance = await installation.start();
    }
    // What was cut is sent again under its old number: acknowledged once more, or taken now.
    await inParallel(sittings, candidates, (sitting) => sit(sitting, mostAfterwards, () => false));
    await instance.stop();
    say('the service is down while the deadlines pass');
    const stored = await closeAll(installation);
    lost += totalLost(sittings, stored);
    const faults = { acknowledgedLost: lost, ...deadlineFaults(sittings, stored) };
    const saves = sittings.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
    const ok = Object.values(faults).every((count) => count === 0) && cutWhileSaving > 0;
    return { ok, figures: { cuts, candidates, saves, cutWhileSaving, ...faults } };
  } finally {
    await installation.remove();
  }
};
