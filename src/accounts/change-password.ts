import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError, invalid, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { AddressConfirmed, PasswordChanged } from './events.ts';
import { limits } from './limits.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { passwordFault } from './password-rules.ts';
import type { SessionStore } from './session-store.ts';
import type { TokenStore } from './token-store.ts';

type PasswordDeps = {
  accounts: AccountStore;
  tokens: TokenStore;
  sessions: SessionStore;
  rateLimits: RateLimits;
  operator: string;
  clock: Clock;
  outbox: Outbox;
  sessionsEnded(accountId: string): Promise<void>;
};

/** Setting a new password, by the old one or by a link. Every session opened before ends, and a letter says so. */
export const createPasswordChanges = (deps: PasswordDeps) => {
  const { accounts, tokens, sessions, rateLimits, operator, clock, outbox, sessionsEnded } = deps;

  const judge = (account: Account, password: string, pointer: string): void => {
    const fault = passwordFault(password, { ...account, operator }, pointer);
    if (fault) throw invalid([fault]);
  };

  const set = async (account: Account, password: string): Promise<void> => {
    const now = clock.now();
    const accountId = account.id;
    const events = [eventOf(PasswordChanged, { accountId }, now)];
    // Whoever holds the link holds the mailbox: that confirms the address too.
    const confirms = account.state === 'pending_verification';
    if (confirms) events.push(eventOf(AddressConfirmed, { accountId }, now));
    await accounts.changeAndEndSessions(
      accountId,
      {
        passwordHash: await hashPassword(password),
        ...(confirms ? { state: 'active', confirmedAt: now } : {}),
      },
      ...events,
    );
    await tokens.forget(accountId, 'reset-password');
    await sessions.endAllOf(accountId);
    await sessionsEnded(accountId);
    outbox.poke();
  };

  /** Asked before what only the owner may do. @throws DomainError `too-many-requests` after ten wrong ones */
  const matches = async (account: Account, password: string): Promise<boolean> => {
    await rateLimits.consume(limits.currentPassword, account.id);
    const right = await verifyPassword(account.passwordHash, password);
    if (right) await rateLimits.reset(limits.currentPassword, account.id);
    return right;
  };

  return {
    isCurrent: async (accountId: string, password: string): Promise<boolean> => {
      const account = await accounts.byId(accountId);
      return account !== undefined && (await matches(account, password));
    },

    /** @throws DomainError `link-spent` (410), `invalid-input` when the password breaks a rule: the link stays usable. */
    reset: async (secret: string, password: string): Promise<void> => {
      const accountId = await tokens.find(secret, 'reset-password', clock.now());
      const account = accountId ? await accounts.byId(accountId) : undefined;
      if (!account || account.state === 'closed' || account.state === 'locked')
        throw new DomainError('gone', 'link-spent');
      judge(account, password, '/password');
      if (!(await tokens.use(secret, 'reset-password', clock.now())))
        throw new DomainError('gone', 'link-spent');
      await set(account, password);
    },

    /** @throws DomainError `invalid-input` when the current password is wrong or the new one breaks a rule, `too-many-requests` */
    change: async (accountId: string, current: string, password: string): Promise<void> => {
      const account = await accounts.byId(accountId);
      if (!account) throw notFound();
      if (!(await matches(account, current))) {
        throw invalid([{ pointer: '/currentPassword', code: 'password-wrong' }]);
      }
      judge(account, password, '/newPassword');
      await set(account, password);
    },
  };
};
