import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import { type Random, token } from '../platform/random.ts';
import type { AccountStore } from './account-store.ts';
import { AccountRegistered, AddressConfirmed, PasswordResetRequested } from './events.ts';
import { limits, mayWrite, steadily } from './limits.ts';
import type { Purpose, TokenStore } from './token-store.ts';

type LinkDeps = {
  accounts: AccountStore;
  tokens: TokenStore;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  rateLimits: RateLimits;
};

const hour = 3_600_000;
const lifetimes: Record<Purpose, number> = { 'confirm-address': 24 * hour, 'reset-password': hour };
const paths: Record<Purpose, string> = { 'confirm-address': '/confirm', 'reset-password': '/reset-password' };

const spent = (): DomainError => new DomainError('gone', 'link-spent');

/** Links in letters: single use, expiring, minted when the letter is written so that no queue holds a secret. */
export const createLinks = ({ accounts, tokens, clock, random, outbox, rateLimits }: LinkDeps) => ({
  /** A new link for the account, as a path without language. */
  mint: async (accountId: string, purpose: Purpose): Promise<string> => {
    const secret = token(random);
    const expiresAt = new Date(clock.now().getTime() + lifetimes[purpose]);
    await tokens.keep(secret, { accountId, purpose, expiresAt });
    return `${paths[purpose]}/${secret}`;
  },

  /** Whether the link can still be used; looking uses nothing up, since mail scanners look too. */
  isUsable: async (secret: string, purpose: Purpose): Promise<boolean> =>
    (await tokens.find(secret, purpose, clock.now())) !== undefined,

  /**
   * Confirms the address. The account first, then the link: a cut in between leaves a link that finds its work done.
   * @throws DomainError `link-spent` (410)
   */
  confirmAddress: async (secret: string): Promise<void> => {
    const accountId = await tokens.find(secret, 'confirm-address', clock.now());
    if (!accountId) throw spent();
    const now = clock.now();
    await accounts.confirm(accountId, now, eventOf(AddressConfirmed, { accountId }, now));
    await tokens.use(secret, 'confirm-address', now);
    outbox.poke();
  },

  /** Asks for another letter of confirmation; silent about whether there is such an account. */
  resendConfirmation: steadily(async (email: string): Promise<void> => {
    const allowed = await mayWrite(rateLimits, limits.confirmationLetters, email);
    const account = await accounts.byEmail(email);
    if (!allowed || account?.state !== 'pending_verification') return;
    await accounts.change(account.id, {}, eventOf(AccountRegistered, { accountId: account.id }, clock.now()));
    outbox.poke();
  }),

  /** Asks for a letter with a link to a new password; silent about whether there is such an account. */
  requestPasswordReset: steadily(async (email: string): Promise<void> => {
    const allowed = await mayWrite(rateLimits, limits.resetLetters, email);
    const account = await accounts.byEmail(email);
    if (!allowed || !account || account.state === 'locked') return;
    const event = eventOf(PasswordResetRequested, { accountId: account.id }, clock.now());
    await accounts.change(account.id, {}, event);
    outbox.poke();
  }),
});
