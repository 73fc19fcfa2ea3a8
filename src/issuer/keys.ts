import { chmod, link, mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import { ConfigError } from '../platform/config.ts';
import { writeFileSafely } from '../platform/files.ts';
import type { Random } from '../platform/random.ts';
import { generateKeyPair, importKey, isSampleKey, KeyRefused, type SigningKey } from '../vc/index.ts';
import type { KeyRegister } from './key-register.ts';

/** The file that holds the key in use, in the format of `keys.example/README.md`. */
export const keyFileName = 'issuer-key.json';

/** The key that signs, or why none does. Verifying goes on either way. */
export type KeyState =
  | { kind: 'ready'; key: SigningKey }
  | { kind: 'missing' | 'wrong' | 'unreadable' | 'exposed'; explanation: string };

type KeyDeps = {
  dir: string;
  production: boolean;
  register: KeyRegister;
  clock: Clock;
  random: Random;
};

/**
 * Finds the issuer's key. The very first start makes one; later the register knows which key issued, and a folder
 * that was lost or swapped stops issuing instead of silently becoming a new issuer.
 * @throws ConfigError in production for the published sample key
 */
export const loadKey = async (deps: KeyDeps): Promise<KeyState> => {
  const file = join(deps.dir, keyFileName);
  const known = await deps.register.active();
  if (!known && !(await hasFiles(deps.dir))) await createKeyFile(deps, file);
  const read = await readKey(file);
  if (read.kind !== 'ready') return read;
  const { publicKeyMultibase } = read.key;
  if (deps.production && isSampleKey(publicKeyMultibase)) {
    throw new ConfigError([
      `ISSUER_KEYS_DIR: ${file} is the published sample of keys.example, whose secret half everybody knows`,
    ]);
  }
  await deps.register.activate(publicKeyMultibase, deps.clock.now());
  // Asked again: another process may have been first with a key of its own.
  const active = await deps.register.active();
  if (active === publicKeyMultibase) return read;
  return {
    kind: 'wrong',
    explanation: `${file} holds ${publicKeyMultibase}, but this service issues with ${active}`,
  };
};

const isUnfinished = (name: string): boolean => name.endsWith('.tmp');

const hasFiles = async (dir: string): Promise<boolean> =>
  (await readdir(dir).catch(() => [])).some((name) => !isUnfinished(name));

const createKeyFile = async ({ dir, random, clock }: KeyDeps, file: string): Promise<void> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  const pair = generateKeyPair({ random, created: clock.now() });
  const own = `${file}.${random.bytes(8).toString('hex')}.tmp`;
  await writeFileSafely(own, `${JSON.stringify(pair, null, 2)}\n`, 0o600);
  // Two processes that start at once must end with one key: a link, unlike a rename, never replaces what is there.
  await link(own, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(own);
};

const readKey = async (file: string): Promise<KeyState> => {
  const info = await stat(file).catch(() => undefined);
  if (!info) return { kind: 'missing', explanation: `there is no issuer key at ${file}` };
  if ((info.mode & 0o077) !== 0) {
    return { kind: 'exposed', explanation: `others can read ${file}: chmod 600 it` };
  }
  try {
    return { kind: 'ready', key: importKey(JSON.parse(await readFile(file, 'utf8'))) };
  } catch (error) {
    const why = error instanceof KeyRefused ? error.message : 'the key file cannot be read as JSON';
    return { kind: 'unreadable', explanation: `${file}: ${why}` };
  }
};
