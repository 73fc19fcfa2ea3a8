/** What is kept in memory of something that others may change. */
export type MemoryCopies<T> = {
  /** The copy, if it may be used now. Asked often enough, it is read anew in the background before it is too old. */
  fresh(key: string): T | undefined;
  /** The copy, read first when there is none that may be used. Nothing is kept of what does not exist. */
  current(key: string): Promise<T | undefined>;
  /**
   * The last copy, for when reading fails: not if this process knows of a change since. `age` is the milliseconds since
   * it was read.
   */
  last(key: string): { value: T; age: number } | undefined;
};

type Settings<T> = {
  /** Asked for several keys in one breath when they are read anew. */
  read(key: string): Promise<T | undefined>;
  /** Equal texts mean that nothing changed: the value that is there stays, so its identity can be compared. */
  versionOf(value: T): string;
  /** Rises with each change that this process makes and acknowledges. */
  changes(): number;
  /** How old an answer may be, in milliseconds: what another process changed shows after that at the latest. */
  maxAge: number;
  /** How many are kept; those that were read longest ago go first. */
  maxCopies: number;
  /** How long to wait for a reading before it counts as failed, in milliseconds. */
  patience?: number;
  /** Milliseconds that only go forward. */
  elapsed?: () => number;
};

type Copy<T> = { value: T; version: string; readAt: number; changes: number; asked: boolean };
type Reading<T> = { startedAt: number; changes: number; result: Promise<T | undefined> };

/** A reading took too long; the one who reads decides whether an older copy will do. */
export class ReadingTooSlow extends Error {
  constructor(milliseconds: number) {
    super(`not read within ${milliseconds} ms`);
    this.name = 'ReadingTooSlow';
  }
}

/** Nothing that has not been asked for in this time stays in memory once others are read, in milliseconds. */
const keptFor = 60_000;

/** The share of its time after which a copy is read anew: early enough for a slow answer, late enough to be worth one. */
const renewedAfter = 3 / 4;
/** The share after which a copy that is asked for is read together with another that is due. */
const renewedAlong = 1 / 2;
/** So many at most, lest one question be as large as the memory. */
const mostAlong = 100;

/**
 * Copies of what lies in the database, for answers that cannot wait for it. An answer is never older than `maxAge`, and
 * never behind a change that this process has acknowledged. Readings for the same key are shared.
 */
export const createMemoryCopies = <T>(settings: Settings<T>): MemoryCopies<T> => {
  const { read, versionOf, changes, maxAge, maxCopies } = settings;
  const { patience = 2000, elapsed = () => performance.now() } = settings;
  const copies = new Map<string, Copy<T>>();
  const readings = new Map<string, Reading<T>>();

  const makeRoom = (): void => {
    const oldest = elapsed() - keptFor;
    for (const [key, { readAt }] of copies) {
      if (readAt > oldest && copies.size < maxCopies) return;
      copies.delete(key);
    }
  };

  const keep = (key: string, value: T, { startedAt, changes }: Reading<T>): T => {
    const before = copies.get(key);
    // A reading that took longer than a later one says less.
    if (before && before.readAt > startedAt) return value;
    const version = versionOf(value);
    const same = before?.version === version ? before.value : value;
    copies.delete(key);
    makeRoom();
    copies.set(key, { value: same, version, readAt: startedAt, changes, asked: false });
    return same;
  };

  const start = (key: string): Reading<T> => {
    const reading: Reading<T> = {
      startedAt: elapsed(),
      changes: changes(),
      result: Promise.resolve(undefined),
    };
    reading.result = read(key)
      .then((value) => {
        if (value !== undefined) return keep(key, value, reading);
        copies.delete(key);
        return undefined;
      })
      .finally(() => {
        if (readings.get(key) === reading) readings.delete(key);
      });
    // Whoever waits hears of a failure; in the background nobody does.
    reading.result.catch(() => undefined);
    readings.set(key, reading);
    return reading;
  };

  /** A reading under way will do if it began late enough. */
  const reading = (key: string): Reading<T> => {
    const under = readings.get(key);
    const usable = under && under.changes === changes() && elapsed() - under.startedAt < maxAge;
    return usable ? under : start(key);
  };

  /** What is due, and what will soon be: from then on they fall due together. */
  const renew = (due: string): void => {
    start(due);
    const early = elapsed() - maxAge * renewedAlong;
    let started = 0;
    for (const [key, { readAt, asked }] of copies) {
      if (readAt > early || started >= mostAlong) return;
      if (!asked || readings.has(key)) continue;
      start(key);
      started += 1;
    }
  };

  const fresh = (key: string): T | undefined => {
    const copy = copies.get(key);
    if (!copy || copy.changes !== changes()) return undefined;
    const age = elapsed() - copy.readAt;
    if (age >= maxAge) return undefined;
    copy.asked = true;
    if (age > maxAge * renewedAfter && !readings.has(key)) renew(key);
    return copy.value;
  };

  return {
    fresh,
    current: async (key) => fresh(key) ?? (await within(patience, reading(key).result)),
    last: (key) => {
      const copy = copies.get(key);
      if (!copy || copy.changes !== changes()) return undefined;
      return { value: copy.value, age: elapsed() - copy.readAt };
    },
  };
};

const within = async <T>(milliseconds: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ReadingTooSlow(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
