import { createHash } from 'node:crypto';

/**
 * What examiners see in place of a name: eight digits from the id of the attempt. Two attempts of one person have
 * different numbers, so nobody is recognised.
 */
export const candidateNumber = (attemptId: string): string => {
  const digits =
    createHash('sha256').update(`candidate:${attemptId}`).digest().readUIntBE(0, 6) % 100_000_000;
  return String(digits)
    .padStart(8, '0')
    .replace(/(\d{4})(\d{4})/, '$1 $2');
};
