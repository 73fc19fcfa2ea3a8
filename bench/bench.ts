/** What a figure is held against: measured in the same run, in turns with it. */
export type Baseline = { readonly name: string; readonly value: number };

/** One measured figure. `ratio` is how many times better than the baseline it is; `goal` the least it should be. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: Baseline;
  readonly ratio?: number;
  readonly goal?: number;
  readonly ok?: boolean;
};

export type Circumstances = {
  /** How much to measure: 1 is what `docs/performance.md` reports, less is quicker and rougher. */
  readonly effort: number;
  say(progress: string): void;
};

/** One program that measures something. A figure whose results are wrong must not be printed: throw instead. */
export type Bench = (circumstances: Circumstances) => Promise<readonly Figure[]>;

/** A figure for which more is better, beside its baseline. Without a goal it only informs. */
export const compared = (input: {
  name: string;
  value: number;
  unit: string;
  baseline: Baseline;
  goal?: number;
}): Figure => {
  const ratio = input.value / input.baseline.value;
  const { goal } = input;
  return { ...input, ratio, ...(goal === undefined ? {} : { ok: ratio >= goal }) };
};
