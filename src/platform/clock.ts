/** The only source of "now". Injected everywhere, so that tests and proofs can move time. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
