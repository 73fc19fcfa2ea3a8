import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readAnswerKey } from '../test/support/answer-key.ts';
import { type Client, expectStatus } from '../test/support/client.ts';
import { createInstallation, type Installation, type Instance } from '../test/support/instance.ts';
import { revoke, signIn } from '../test/support/walk.ts';
import type { Proof } from './proof.ts';
import { answer, type Candidate, handIn, prepareCandidates, signedRecords } from './support/candidate.ts';

const perPhase = 6;
const patience = 120_000;
/** What the service promises: a process follows a rotation, and hears of a report, within this time in milliseconds. */
const promised = 5000;
/** At the process that withdraws, a withdrawal shows at once; at the others within this time, in milliseconds. */
const withdrawalShows = 1000;

type Verdict = 'verified' | 'not_valid' | 'not_authentic';
type Signed = Record<string, unknown> & { id: string; proof: { verificationMethod: string }[] };
/** A record as it was handed out, with the verdicts that are right for it at this moment. */
type Watched = { record: Signed; right: readonly Verdict[]; reason?: string };

const keyOf = ({ proof }: Signed): string => proof[0]?.verificationMethod.split('#')[1] ?? '';

/** `npm run keys`, on the same data as the running processes. */
const runKeys = async (installation: Installation, ...args: string[]): Promise<string> => {
  const program = fileURLToPath(new URL('../src/keys.ts', import.meta.url));
  const env = { ...process.env, BASE_URL: installation.baseUrl, DATA_DIR: installation.dataDir };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env });
  return stdout;
};

const verify = async (client: Client, record: Signed) => {
  const reply = await client.request('/credentials/verify', {
    method: 'POST',
    accept: 'application/json',
    type: 'application/json',
    body: JSON.stringify({ verifiableCredential: record }),
  });
  const report = reply.json<{ verdict: Verdict; checks: { name: string; reason: string }[] }>();
  return { status: reply.status, ...report };
};

/** Asks both processes about everything there is, one question after the other, until it is told to stop. */
const questioning = (instances: readonly Instance[], watched: Watched[]) => {
  const counted = { asked: 0, failed: 0, wrong: [] as string[] };
  let stopped = false;
  const ask = async (instance: Instance, { record, right, reason }: Watched): Promise<void> => {
    const client = instance.client();
    const answered = await verify(client, record).catch(() => undefined);
    counted.asked += 1;
    if (!answered || answered.status >= 500) counted.failed += 1;
    else if (!right.includes(answered.verdict)) counted.wrong.push(`${record.id}: ${answered.verdict}`);
    else if (answered.verdict === 'not_authentic' && reason) {
      const given = answered.checks.find(({ name }) => name === 'signature')?.reason;
      if (given !== reason) counted.wrong.push(`${record.id}: ${given}`);
    }
    const list = await client.get('/.well-known/did.json').catch(() => undefined);
    if (list?.status !== 200) counted.failed += 1;
  };
  const loop = async (instance: Instance): Promise<void> => {
    while (!stopped) {
      for (const one of [...watched]) if (!stopped) await ask(instance, one);
      await delay(5);
    }
  };
  const loops = instances.map(loop);
  return {
    counted,
    stop: async () => {
      stopped = true;
      await Promise.all(loops);
    },
  };
};

const recordOf = async (client: Client): Promise<Signed> => {
  const deadline = Date.now() + patience;
  for (;;) {
    const [record] = await signedRecords(client);
    if (record) return record as unknown as Signed;
    if (Date.now() > deadline) throw new Error('a certificate did not come');
    await delay(100);
  }
};

/** Candidates pass at both processes in turn. */
const issue = async (candidates: readonly Candidate[], instances: readonly Instance[]) => {
  const key = await readAnswerKey('protecting-personal-data');
  const clients: Client[] = [];
  for (const candidate of candidates) {
    const client = (instances[candidate.number % instances.length] as Instance).client();
    await signIn(client, candidate);
    await answer(client, candidate, key);
    await handIn(client, candidate);
    clients.push(client);
  }
  const records = await Promise.all(clients.map(recordOf));
  return records.map((record, place) => ({ record, client: clients[place] as Client }));
};

/**
 * Two processes issue and verify without a pause while keys are announced, put to use, retired and reported as
 * compromised by the command line. Every verdict asked for at any moment is the right one, and no request fails.
 */
export const prove: Proof = async ({ say }) => {
  const installation = await createInstallation({ SEED: 'demo' });
  try {
    const prepared = await prepareCandidates(installation, 4 * perPhase);
    const instances = [await installation.start(), await installation.start()];
    const watched: Watched[] = [];
    const phase = (number: number) => prepared.slice(number * perPhase, (number + 1) * perPhase);
    const good = (records: readonly { record: Signed }[]): Watched[] =>
      records.map(({ record }) => ({ record, right: ['verified'] as const }));
    const questions = questioning(instances, watched);

    const before = await issue(phase(0), instances);
    watched.push(...good(before));
    const firstKey = keyOf(before[0]?.record as Signed);
    const examiner = (instances[0] as Instance).client();
    await signIn(examiner, await installation.demoAccount('examiner'));
    const [gone] = watched;
    if (!gone) throw new Error('nothing was issued');
    gone.right = ['verified', 'not_valid'];
    await revoke(examiner, gone.record.id.split('/').at(-1) ?? '', 'fraud');
    await delay(withdrawalShows);
    gone.right = ['not_valid'];
    say(`${before.length} certificates by the first key, one of them withdrawn`);

    const during = issue(phase(1), instances);
    await runKeys(installation, 'create');
    await delay(promised);
    await runKeys(installation, 'rotate');
    const overlapping = await during;
    watched.push(...good(overlapping));
    await delay(promised);
    const after = await issue(phase(2), instances);
    watched.push(...good(after));
    const secondKey = keyOf(after[0]?.record as Signed);
    const followed = after.every(({ record }) => keyOf(record) === secondKey) && secondKey !== firstKey;
    say(`rotated: ${after.length} more by the second key, ${overlapping.length} while it changed`);

    const reissue = watched.filter(({ record }) => keyOf(record) === firstKey);
    for (const one of reissue) one.right = [...one.right, 'not_authentic'];
    for (const one of reissue) one.reason = 'key-compromised';
    await runKeys(installation, 'compromise', firstKey);
    await delay(promised);
    for (const one of reissue) one.right = ['not_authentic'];
    say(`the first key is reported: ${reissue.length} certificates must be signed anew`);
    const deadline = Date.now() + patience;
    while (!/still to be: 0/.test(await runKeys(installation, 'list'))) {
      if (Date.now() > deadline) throw new Error('the reissue did not end');
    }
    const holders = [...before, ...overlapping].filter(({ record }) => keyOf(record) === firstKey);
    const anew = await Promise.all(holders.map(({ client }) => recordOf(client)));
    const sameNumbers = anew.every((record, place) => record.id === holders[place]?.record.id);
    for (const record of anew) {
      const right = record.id === gone.record.id ? (['not_valid'] as const) : (['verified'] as const);
      watched.push({ record, right });
    }
    const last = await issue(phase(3), instances);
    watched.push(...good(last));
    await delay(2000);
    await questions.stop();
    const page = await (instances[1] as Instance).client().get(`/v/${gone.record.id.split('/').at(-1)}`);
    expectStatus(page);
    for (const instance of instances) await instance.stop();

    const { asked, failed, wrong } = questions.counted;
    const figures = {
      certificates: before.length + overlapping.length + after.length + last.length,
      signedAnew: anew.length,
      requests: asked * 2,
      failedRequests: failed,
      wrongVerdicts: wrong.length,
      wrong: wrong.slice(0, 5),
      everyProcessFollowed: followed,
      sameNumbersAfterReissue: sameNumbers,
    };
    const ok =
      failed === 0 && wrong.length === 0 && followed && sameNumbers && anew.length === reissue.length;
    return { ok, figures };
  } finally {
    await installation.remove();
  }
};
