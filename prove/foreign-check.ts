import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Proof } from './proof.ts';

const run = promisify(execFile);
const stranger = fileURLToPath(new URL('foreign/verify-with-stock.mjs', import.meta.url));
const demo = fileURLToPath(new URL('../demo/run.ts', import.meta.url));
const issued = resolve('var/demo/credential.json');

type Credential = {
  validFrom: string;
  name?: string;
  credentialSubject: Record<string, unknown> & { achievement: Record<string, unknown> };
  credentialStatus: Record<string, unknown>[];
  proof: Record<string, unknown>[];
};

/** What somebody might change to pass with another's certificate. */
const tampered: Record<string, (credential: Credential) => void> = {
  holder: ({ credentialSubject }) => {
    const [identifier] = [credentialSubject.identifier].flat() as Record<string, unknown>[];
    if (identifier && 'identityHash' in identifier) identifier.identityHash = 'Somebody Else';
    else credentialSubject.name = 'Somebody Else';
  },
  achievement: ({ credentialSubject }) => {
    credentialSubject.achievement.name = 'Brain surgery';
  },
  date: (credential) => {
    credential.validFrom = '2020-01-01T00:00:00Z';
  },
  'status bit': ({ credentialStatus }) => {
    for (const entry of credentialStatus) entry.statusListIndex = String(Number(entry.statusListIndex) ^ 1);
  },
  signatures: ({ proof }) => {
    for (const one of proof) {
      const value = String(one.proofValue);
      one.proofValue = `${value.slice(0, 10)}${value[10] === 'A' ? 'B' : 'A'}${value.slice(11)}`;
    }
  },
};

const ask = async (file: string): Promise<Record<string, boolean>> => {
  const { stdout } = await run(process.execPath, [stranger, file]);
  return JSON.parse(stdout) as Record<string, boolean>;
};

/** Needs the credential of the demo, and runs the demo when there is none. */
export const prove: Proof = async ({ say }) => {
  if (!existsSync(issued)) {
    say('no credential yet: running the demo');
    await run(process.execPath, [demo]);
  }
  const genuine = await ask(issued);
  say(`as issued: ${JSON.stringify(genuine)}`);
  const dir = await mkdtemp(join(tmpdir(), 'foreign-'));
  const text = await readFile(issued, 'utf8');
  const accepted: string[] = [];
  try {
    for (const [what, change] of Object.entries(tampered)) {
      const credential = JSON.parse(text) as Credential;
      change(credential);
      const changed = JSON.stringify(credential);
      if (changed === JSON.stringify(JSON.parse(text))) throw new Error(`nothing was changed: ${what}`);
      const file = join(dir, 'tampered.json');
      await writeFile(file, changed);
      const verdict = await ask(file);
      say(`with its ${what} changed: ${JSON.stringify(verdict)}`);
      if (Object.values(verdict).some(Boolean)) accepted.push(what);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  const ok = Object.values(genuine).every(Boolean) && accepted.length === 0;
  return { ok, figures: { genuine, tamperings: Object.keys(tampered).length, tamperingsAccepted: accepted } };
};
