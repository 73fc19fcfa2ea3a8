/**
 * `npm run prove -- <name> [--seed <number>] [--only <name>]`: runs one proof. Ends with one line of JSON; exit code 1 when it does not
 * hold. Without a name it lists them.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Proof } from './proof.ts';

const proofs: Record<string, { about: string; load(): Promise<{ prove: Proof }> }> = {
  'crash-issuing': {
    about: 'cut 20 times while issuing 200 certificates: one each, nothing acknowledged is lost',
    load: () => import('./crash-issuing.ts'),
  },
  'bulk-issuing': {
    about:
      'a batch of 10,000 by two programs that are killed again and again: one certificate each, no bit shared',
    load: () => import('./bulk-issuing.ts'),
  },
  'two-processes': {
    about: 'two web processes on one database: 200 certificates, one each, and receipts without a gap',
    load: () => import('./two-processes.ts'),
  },
  'foreign-check': {
    about: 'the credential of the demo verifies with plain @digitalbazaar/vc, tampered copies do not',
    load: () => import('./foreign-check.ts'),
  },
  'key-rotation': {
    about: 'keys are rotated, retired and reported while two processes issue and verify: no wrong verdict',
    load: () => import('./key-rotation.ts'),
  },
  'item-statistics': {
    about:
      '100,000 responses: statistics summed by the database, equal to the textbook, in the time of a page',
    load: () => import('./item-statistics.ts'),
  },
  'template-mutations': {
    about: '5,000 changed and 2,500 hostile credentials: templates and stock libraries agree on each',
    load: () => import('./template-mutations.ts'),
  },
  offline: {
    about: 'the offline verifier from disk, network off: genuine, changed and withdrawn sheets, PDFs, files',
    load: () => import('./offline.ts'),
  },
  'foreign-verifiers': {
    about: 'libraries of other teams accept ours and we theirs, in each form; nobody accepts a tampered one',
    load: () => import('./foreign-verifiers.ts'),
  },
  'edited-print': {
    about: '60 forged PDFs of twelve kinds are named for what they are, 50 honest ones raise no alarm',
    load: () => import('./edited-print.ts'),
  },
  'item-import': {
    about:
      'questions of three other tools come in; the whole bank goes out in each format and comes back the same',
    load: () => import('./item-import.ts'),
  },
  'mutated-inputs': {
    about: '2,000 mutated inputs against each endpoint: no 5xx, none slow, none wrongly verified',
    load: () => import('./mutated-inputs.ts'),
  },
  wallets: {
    about:
      'libraries of others take a certificate by OpenID4VCI 1.0 and vcapi, and present it; thieves get none',
    load: () => import('./wallets.ts'),
  },
  cheating: {
    about: 'more than 40 named ways to cheat in a test, each tried over HTTP: none gains anything',
    load: () => import('./cheating.ts'),
  },
  'crash-sitting': {
    about: '50 sit a test while the service is killed: no acknowledged answer lost, every deadline kept',
    load: () => import('./crash-sitting.ts'),
  },
  desk: {
    about:
      '500 certificates at the desk, as list and as archive: progress, a closed page, receipts that verify',
    load: () => import('./desk.ts'),
  },
  'learning-journeys': {
    about:
      'learner, author and examiner at a real browser, from end to end, in both languages; with pictures',
    load: () => import('./learning-journeys.ts'),
  },
  'clean-stop': {
    about: 'SIGTERM and kill -9 leave no process behind, and the second start is quick',
    load: () => import('./clean-stop.ts'),
  },
  pages: {
    about:
      'every page in every state, both languages, phone and desk: axe, width, words, keyboard; with pictures',
    load: () => import('./pages.ts'),
  },
};

const list = (): void => {
  for (const [name, { about }] of Object.entries(proofs)) console.log(`${name.padEnd(20)}${about}`);
};

const run = async (name: string, seed: number, only: string | undefined): Promise<boolean> => {
  const began = performance.now();
  const say = (progress: string): void =>
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${progress}`);
  say(`${name}, seed ${seed}`);
  try {
    const { prove } = (await proofs[name]?.load()) ?? {};
    if (!prove) throw new Error(`no proof is called ${name}`);
    const { ok, figures } = await prove({ seed, say, ...(only === undefined ? {} : { only }) });
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(JSON.stringify({ name, ok, figures: { seed, seconds, ...figures } }));
    return ok;
  } catch (error) {
    console.error(error);
    console.log(JSON.stringify({ name, ok: false, figures: { seed, error: String(error) } }));
    return false;
  }
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, only: { type: 'string' } },
});
const [name] = positionals;
if (name === undefined) list();
else {
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  process.exitCode = (await run(name, seed, values.only)) ? 0 : 1;
}
