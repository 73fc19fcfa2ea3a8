/** A key as the register keeps it. States are not stored: they follow from the dates, so that one write is one step. */
export type KeyRecord = {
  publicKeyMultibase: string;
  createdAt: Date;
  /** Which key in the row of those that were put to use, from 1; missing while it waits. The highest one signs. */
  generation?: number;
  activatedAt?: Date;
  compromisedAt?: Date;
};

/**
 * `next`: published, waits to be put to use. `active`: signs. `verify-only`: signs no more, what it signed in time stays
 * good. `compromised`: somebody else may hold it, nothing it ever signed counts.
 */
export type KeyState = 'next' | 'active' | 'verify-only' | 'compromised';

export type IssuerKey = KeyRecord & {
  state: KeyState;
  /** From when on a signature of this key is one too late. */
  retiredAt?: Date;
};

/**
 * After another key was put to use, signatures of the former one are good for this long, in seconds: other processes hear
 * of the change a little later, and clocks differ.
 */
export const handoverSeconds = 300;

/** Those that wait come after all that were put to use. */
const waiting = Number.MAX_SAFE_INTEGER;

const byAge = (a: KeyRecord, b: KeyRecord): number =>
  (a.generation ?? waiting) - (b.generation ?? waiting) || a.createdAt.getTime() - b.createdAt.getTime();

/** The keys with what follows from their dates, oldest first, those that wait last. */
export const historyOf = (records: readonly KeyRecord[]): readonly IssuerKey[] => {
  const sorted = [...records].sort(byAge);
  return sorted.map((record): IssuerKey => {
    const successor = sorted.find(
      ({ generation = 0 }) => record.generation !== undefined && generation > record.generation,
    );
    const retired = successor?.activatedAt
      ? { retiredAt: new Date(successor.activatedAt.getTime() + handoverSeconds * 1000) }
      : {};
    return { ...record, ...retired, state: stateOf(record, successor !== undefined) };
  });
};

const stateOf = ({ compromisedAt, generation }: KeyRecord, hasSuccessor: boolean): KeyState => {
  if (compromisedAt) return 'compromised';
  if (generation === undefined) return 'next';
  return hasSuccessor ? 'verify-only' : 'active';
};

/** The key that signs. None when the last one was compromised: an older one never comes back. */
export const activeOf = (history: readonly IssuerKey[]): IssuerKey | undefined =>
  history.find(({ state }) => state === 'active');
