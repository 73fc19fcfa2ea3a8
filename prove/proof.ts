/** What a proof found. It holds when `ok`; the figures say how it was. */
export type Finding = { ok: boolean; figures: Record<string, unknown> };

export type Circumstances = {
  /** Everything that looks like chance comes from here, so that a run can be repeated. */
  seed: number;
  say(progress: string): void;
  /** Only what bears such a name, where a proof goes through many things; a regular expression. */
  only?: string;
};

/** One program that proves something too long for `npm test`, against throw-away instances. */
export type Proof = (circumstances: Circumstances) => Promise<Finding>;
