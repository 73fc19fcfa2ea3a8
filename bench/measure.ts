/** One way to do the work that is measured: does it `times` times. */
export type Variant = (times: number) => Promise<void> | void;

/** Seconds that only go forward, of whatever a variant is to be measured by. */
export type Watch = () => number;

/**
 * The seconds that processors spent on this process, the collection of garbage included: neighbours do not count, and
 * nothing measured this way may wait for others.
 */
const ownProcess: Watch = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
};

/** The clock on the wall: for what waits for others. */
export const wallClock: Watch = () => performance.now() / 1000;

type Turns<Name extends string> = {
  /** How often each variant has its turn. */
  readonly rounds: number;
  /** About how long one turn lasts. */
  readonly milliseconds: number;
  /** By what a variant is measured; the processor time of this process unless said otherwise. */
  readonly watchOf?: (name: Name) => Watch;
};

/**
 * How often per second each variant does its work: the median of short turns taken in alternation, so that a machine that slows
 * down slows all of them down. Every variant is warmed up first.
 */
export const ratesPerSecond = async <Name extends string>(
  variants: Readonly<Record<Name, Variant>>,
  { rounds, milliseconds, watchOf = () => ownProcess }: Turns<Name>,
): Promise<Record<Name, number>> => {
  const names = Object.keys(variants) as Name[];
  const turns = new Map<Name, number>();
  for (const name of names) turns.set(name, await timesFor(variants[name], milliseconds, watchOf(name)));
  const rates = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const times = turns.get(name) ?? 1;
      const seconds = await secondsOf(variants[name], times, watchOf(name));
      rates.get(name)?.push(times / seconds);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(rates.get(name) ?? [])])) as Record<
    Name,
    number
  >;
};

const secondsOf = async (variant: Variant, times: number, watch: Watch): Promise<number> => {
  // Garbage is cleared away by whoever made it.
  globalThis.gc?.();
  const began = watch();
  await variant(times);
  return watch() - began;
};

/** Warms a variant up and finds how often it must be done to last that long. */
const timesFor = async (variant: Variant, milliseconds: number, watch: Watch): Promise<number> => {
  await variant(1);
  let times = 1;
  for (;;) {
    const seconds = await secondsOf(variant, times, watch);
    if (seconds * 1000 >= milliseconds / 2)
      return Math.max(1, Math.round((times * milliseconds) / (seconds * 1000)));
    times *= 2;
  }
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? Number.NaN, sorted[middle] ?? Number.NaN];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
};
