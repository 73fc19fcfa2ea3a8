import { chmod, link, mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import { writeFileSafely } from '../platform/files.ts';
import type { Random } from '../platform/random.ts';
import { generateKeyPair, importKey, KeyRefused, type SigningKey } from '../vc/index.ts';

/** The file of the very first key, in the format of `keys.example/README.md`. Later ones are named after their public half. */
export const firstKeyFile = 'issuer-key.json';

/** The key that signs, or why none does. Verifying goes on either way. */
export type SigningState =
  | { kind: 'ready'; key: SigningKey }
  | { kind: 'missing' | 'wrong' | 'unreadable' | 'exposed'; explanation: string };

type FileDeps = { dir: string; clock: Clock; random: Random };

/** The folder of the secret halves: one file per key, readable by the service's account alone. */
export type KeyFiles = {
  /** Whether nothing was ever put here. */
  isEmpty(): Promise<boolean>;
  /** Makes the first key, unless another process has just done so. */
  createFirst(): Promise<void>;
  /** Makes a further key, on disk for good when this answers its public half. */
  create(): Promise<string>;
  /** The very first key, before any is known. */
  first(): Promise<SigningState>;
  /** The secret half of this key, whatever the name of its file. */
  find(publicKeyMultibase: string): Promise<SigningState>;
};

const isUnfinished = (name: string): boolean => name.endsWith('.tmp');

export const createKeyFiles = ({ dir, clock, random }: FileDeps): KeyFiles => {
  const names = async (): Promise<string[]> =>
    (await readdir(dir).catch(() => [])).filter((name) => !isUnfinished(name));

  const prepareFolder = async (): Promise<void> => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await chmod(dir, 0o700);
  };

  const newPair = () => {
    const pair = generateKeyPair({ random, created: clock.now() });
    return { pair, text: `${JSON.stringify(pair, null, 2)}\n` };
  };

  /** Everything that may be a key; the one named after it first, for there it is in most cases. */
  const read = async (publicKeyMultibase: string): Promise<SigningState[]> => {
    const own = `${publicKeyMultibase}.json`;
    const others = (await names()).filter((name) => name.endsWith('.json') && name !== own);
    const states = await Promise.all([own, ...others].map((name) => readKey(join(dir, name))));
    return states.filter(({ kind }) => kind !== 'missing');
  };

  return {
    isEmpty: async () => (await names()).length === 0,

    createFirst: async () => {
      await prepareFolder();
      const file = join(dir, firstKeyFile);
      const own = `${file}.${random.bytes(8).toString('hex')}.tmp`;
      await writeFileSafely(own, newPair().text, 0o600);
      // Two processes that start at once must end with one key: a link, unlike a rename, never replaces what is there.
      await link(own, file).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      await unlink(own);
    },

    create: async () => {
      await prepareFolder();
      const { pair, text } = newPair();
      await writeFileSafely(join(dir, `${pair.publicKeyMultibase}.json`), text, 0o600);
      return pair.publicKeyMultibase;
    },

    first: () => readKey(join(dir, firstKeyFile)),

    find: async (publicKeyMultibase) => {
      const states = await read(publicKeyMultibase);
      const found = states.find(
        (state) => state.kind === 'ready' && state.key.publicKeyMultibase === publicKeyMultibase,
      );
      return found ?? notFound(dir, publicKeyMultibase, states);
    },
  };
};

/** A file with a fault may be the one: it is told before those that are sound and of other keys. */
const notFound = (dir: string, wanted: string, states: readonly SigningState[]): SigningState => {
  const faulty = states.find(({ kind }) => kind !== 'ready');
  if (faulty) return faulty;
  const held = states.flatMap((state) => (state.kind === 'ready' ? [state.key.publicKeyMultibase] : []));
  return held.length === 0
    ? { kind: 'missing', explanation: `there is no issuer key in ${dir}` }
    : {
        kind: 'wrong',
        explanation: `${dir} holds ${held.join(', ')}, but this service issues with ${wanted}`,
      };
};

const readKey = async (file: string): Promise<SigningState> => {
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
