import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DomainError } from '../platform/errors.ts';
import type { Limit, RateLimits } from '../platform/http/rate-limits.ts';
import { emailKeyOf } from './account.ts';

const quarterHour = 900;
const hour = 3600;

/** How often one account may be knocked at, whoever knocks. A class behind one address needs more than one person. */
export const limits = {
  /** From one network: a success clears it, so that only failures count. */
  signIn: { name: 'sign-in', points: 10, seconds: quarterHour, shared: true },
  /** From all networks together: a botnet is slowed, and nobody can lock a person out with a few tries. */
  signInEverywhere: { name: 'sign-in-account', points: 100, seconds: quarterHour, shared: true },
  currentPassword: { name: 'current-password', points: 10, seconds: quarterHour, shared: true },
  /** Letters that anybody can have sent to somebody who did not ask for them. */
  confirmationLetters: { name: 'confirmation-letters', points: 3, seconds: hour, shared: true },
  resetLetters: { name: 'reset-letters', points: 3, seconds: hour, shared: true },
} as const satisfies Record<string, Limit>;

/**
 * Whether another letter may go to the mailbox this hour. Said to nobody: the page answers as ever, and the letters that
 * went before still hold a link that works.
 */
export const mayWrite = async (rateLimits: RateLimits, limit: Limit, email: string): Promise<boolean> => {
  try {
    await rateLimits.consume(limit, counterKey(email));
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'too-many') return false;
    throw error;
  }
};

/** Names an address, and a network it is used from, in a counter without writing them down. */
export const counterKey = (email: string, network = ''): string =>
  createHash('sha256')
    .update(`${emailKeyOf(email)} ${network}`)
    .digest('base64url');

/** Longer than the work behind any neutral answer takes, in milliseconds. */
const steadyTime = 250;

/** Answers after the same time whether an address is known or not: a letter more to write would tell. */
export const steadily =
  <A extends readonly unknown[]>(work: (...given: A) => Promise<void>) =>
  async (...given: A): Promise<void> => {
    const floor = wait(steadyTime);
    await work(...given);
    await floor;
  };
