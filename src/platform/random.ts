import { createHash, randomBytes, randomInt } from 'node:crypto';

/** The only source of chance. Injected, so that tests and proofs can repeat a run from its seed. */
export type Random = {
  bytes(length: number): Buffer;
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number;
};

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  below: (below) => randomInt(below),
};

/** Chance that repeats itself: the same seed gives the same draws, in the same order. For nothing that must stay secret. */
export const repeatable = (seed: string): Random => {
  let count = 0;
  const bytes = (length: number): Buffer => {
    count += 1;
    const blocks = Array.from({ length: Math.ceil(length / 32) }, (_none, block) =>
      createHash('sha256')
        .update(block === 0 ? `${seed}:${count}` : `${seed}:${count}:${block}`)
        .digest(),
    );
    return Buffer.concat(blocks).subarray(0, length);
  };
  return { bytes, below: (below) => bytes(6).readUIntBE(0, 6) % below };
};

/** An unguessable token for links and public ids: `bytes` × 8 bits, base64url without padding. */
export const token = (random: Random, bytes = 32): string => random.bytes(bytes).toString('base64url');

/** A new list in random order (Fisher-Yates); the given one stays as it is. */
export const shuffled = <T>(random: Random, items: readonly T[]): T[] => {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
};
