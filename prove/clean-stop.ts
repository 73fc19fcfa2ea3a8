import { setTimeout as delay } from 'node:timers/promises';
import { readAnswerKey } from '../test/support/answer-key.ts';
import { expectStatus } from '../test/support/client.ts';
import { createInstallation, type Installation, type Instance } from '../test/support/instance.ts';
import { type RunningProcess, stillRunning } from '../test/support/processes.ts';
import { signIn } from '../test/support/walk.ts';
import type { Proof } from './proof.ts';
import { answer, type Candidate, handIn, prepareCandidates, signedRecords } from './support/candidate.ts';

const promised = { stop: 10_000, ending: 10_000, secondStart: 3000 };

/** Uses everything that the service starts by the way: the engine always, the browser for a PDF. */
const drawCertificate = async (instance: Instance, candidate: Candidate): Promise<void> => {
  const client = instance.client();
  await signIn(client, candidate);
  await answer(client, candidate, await readAnswerKey('protecting-personal-data'));
  await handIn(client, candidate);
  for (let looked = 0; (await signedRecords(client)).length === 0; looked += 1) {
    if (looked > 100) throw new Error('no certificate');
    await delay(100);
  }
  const page = expectStatus(await client.get('/en/certificates')).page();
  expectStatus(await client.get(`${page.link(/\/certificates\/[^/.]+$/)}.pdf`));
};

const isBrowser = ({ command }: RunningProcess): boolean => /chrom|headless/i.test(command);
const isEngine = ({ command }: RunningProcess): boolean => /database\/engine\.ts/.test(command);

/** How long until none of them runs any more, in milliseconds. */
const ending = async (family: readonly RunningProcess[]): Promise<number> => {
  const began = performance.now();
  while (stillRunning(family).length > 0) {
    if (performance.now() - began > promised.ending) {
      const left = stillRunning(family).map(({ pid, command }) => `${pid} ${command.slice(0, 120)}`);
      throw new Error(`still running after ${promised.ending} ms: ${left.join('; ')}`);
    }
    await delay(20);
  }
  return Math.round(performance.now() - began);
};

const startWithBrowser = async (installation: Installation, candidate: Candidate) => {
  const instance = await installation.start();
  await drawCertificate(instance, candidate);
  const family = instance.family();
  const whole = family.some(isBrowser) && family.some(isEngine);
  if (!whole) throw new Error(`no engine or browser among ${JSON.stringify(family)}`);
  return { instance, family };
};

/** Stops and cuts a service that has its engine and its browser running. */
export const prove: Proof = async ({ say }) => {
  const installation = await createInstallation({ SEED: 'catalogue' });
  try {
    const [one, two] = await prepareCandidates(installation, 2);
    if (!one || !two) throw new Error('no candidates');
    const first = await startWithBrowser(installation, one);
    say(`${first.family.length} processes run`);
    const stopped = Math.round(await first.instance.stop());
    const goneAfterStop = await ending(first.family);
    say(`SIGTERM: ended after ${stopped} ms, the last process ${goneAfterStop} ms later`);

    const second = await startWithBrowser(installation, two);
    const secondStart = Math.round(second.instance.readyAfter);
    say(`second start: ready after ${secondStart} ms`);
    await second.instance.kill();
    const goneAfterKill = await ending(second.family);
    say(`kill -9: engine and browser ended ${goneAfterKill} ms later`);

    const third = await installation.start();
    const startAfterKill = Math.round(third.readyAfter);
    say(`start after the kill: ready after ${startAfterKill} ms`);
    await third.stop();
    const ok = stopped + goneAfterStop < promised.stop && secondStart < promised.secondStart;
    return {
      ok,
      figures: {
        processes: first.family.length,
        stopMs: stopped,
        goneAfterStopMs: goneAfterStop,
        secondStartMs: secondStart,
        goneAfterKillMs: goneAfterKill,
        startAfterKillMs: startAfterKill,
      },
    };
  } finally {
    await installation.remove();
  }
};
