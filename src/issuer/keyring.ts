import type { Clock } from '../platform/clock.ts';
import { ConfigError } from '../platform/config.ts';
import { isSampleKey, type SigningKey } from '../vc/index.ts';
import { activeOf, type IssuerKey } from './key-history.ts';
import type { KeyRegister } from './key-register.ts';
import type { KeyFiles, SigningState } from './keys.ts';

/** How long the register is believed without being asked again, in milliseconds: so late a process hears of a change. */
const freshFor = 2000;

type KeyringDeps = {
  files: KeyFiles;
  register: KeyRegister;
  production: boolean;
  clock: Clock;
};

/** What this process knows of the issuer's keys. */
export type Keyring = {
  /**
   * Finds the key that signs. The very first start makes one; later the register knows which it is, and a folder that was
   * lost or swapped stops issuing instead of silently becoming a new issuer.
   * @throws ConfigError in production for the published sample key
   */
  open(): Promise<void>;
  /** Asks the register when it was last asked a while ago. A new key is taken up, a missing file looked for again. */
  refresh(): Promise<void>;
  /** The same at once, after a change of our own. */
  reload(): Promise<void>;
  /** The key that signs, as of the last look. */
  state(): SigningState;
  /** Which key in the row signs, as of the last look; 0 when none does. */
  generation(): number;
  /** The key before it, while its signatures are still in time. */
  outgoing(): SigningKey | undefined;
  /** Every key with its state and dates, at most a blink old. */
  history(): Promise<readonly IssuerKey[]>;
};

const never: SigningState = { kind: 'missing', explanation: 'the issuer key has not been read yet' };
const noneInUse: SigningState = {
  kind: 'missing',
  explanation: 'no issuer key is in use: npm run keys -- rotate puts one to use',
};

export const createKeyring = ({ files, register, production, clock }: KeyringDeps): Keyring => {
  let state: SigningState = never;
  let keys: readonly IssuerKey[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let former: SigningKey | undefined;

  const refuseSample = ({ publicKeyMultibase }: SigningKey): void => {
    if (!production || !isSampleKey(publicKeyMultibase)) return;
    throw new ConfigError([
      'ISSUER_KEYS_DIR: the key in it is the published sample of keys.example, whose secret half everybody knows',
    ]);
  };

  const begin = async (): Promise<SigningState | undefined> => {
    if (await files.isEmpty()) await files.createFirst();
    const first = await files.first();
    if (first.kind !== 'ready') return first;
    refuseSample(first.key);
    await register.begin(first.key.publicKeyMultibase, clock.now());
    return undefined;
  };

  const look = async (): Promise<void> => {
    const at = clock.now().getTime();
    keys = await register.all();
    readAt = at;
    const active = activeOf(keys);
    if (!active) {
      if (keys.length > 0) state = noneInUse;
      return;
    }
    const signing = state.kind === 'ready' ? state.key : undefined;
    if (signing?.publicKeyMultibase === active.publicKeyMultibase) return;
    former = signing;
    state = await files.find(active.publicKeyMultibase);
    if (state.kind === 'ready') refuseSample(state.key);
  };

  let looking: Promise<void> | undefined;
  const reload = async (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    await looking;
  };

  const refresh = async (): Promise<void> => {
    if (Math.abs(clock.now().getTime() - readAt) > freshFor) await reload();
  };

  return {
    open: async () => {
      await register.prepare();
      const fault = (await register.all()).length === 0 ? await begin() : undefined;
      await reload();
      if (fault) state = fault;
    },
    refresh,
    reload: async () => {
      // One that has begun may have read before our change.
      await looking;
      await reload();
    },
    state: () => state,
    generation: () => activeOf(keys)?.generation ?? 0,
    outgoing: () => {
      const record = keys.find(({ publicKeyMultibase }) => publicKeyMultibase === former?.publicKeyMultibase);
      const inTime = record?.state === 'verify-only' && record.retiredAt && clock.now() < record.retiredAt;
      return inTime ? former : undefined;
    },
    history: async () => {
      await refresh();
      return keys;
    },
  };
};
