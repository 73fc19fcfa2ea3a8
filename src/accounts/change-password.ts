import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError, invalid, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { AddressConfirmed, PasswordChanged } from './events.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { passwordFault } from './password-rules.ts';
import type { TokenStore } from './token-store.ts';

type PasswordDeps = {
  accounts: AccountStore;
  tokens: TokenStore;
  operator: string;
  clock: Clock;
  outbox: Outbox;
};

/** Setting a new password, by the old one or by a link. Every session opened before ends, and a letter says so. */
export const createPasswordChanges = ({ accounts, tokens, operator, clock, outbox }: PasswordDeps) => {
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
    await accounts.change(
      accountId,
      {
        passwordHash: await hashPassword(password),
        ...(confirms ? { state: 'active', confirmedAt: now } : {}),
      },
      ...events,
    );
    await accounts.raiseEpoch(accountId);
    await tokens.forget(accountId, 'reset-password');
    outbox.poke();
  };

  return {
    /** @throws DomainError `link-spent` (410), `invalid-input` when the password breaks a rule: the link stays usable. */
    reset: async (secret: string, password: string): Promise<void> => {
      const accountId = await tokens.find(secret, 'reset-password', clock.now());
      const account = accountId ? await accounts.byId(accountId) : undefined;
      if (!account || account.state === 'closed') throw new DomainError('gone', 'link-spent');
      judge(account, password, '/password');
      if (!(await tokens.use(secret, 'reset-password', clock.now())))
        throw new DomainError('gone', 'link-spent');
      await set(account, password);
    },

    /** @throws DomainError `invalid-input` when the current password is wrong or the new one breaks a rule */
    change: async (accountId: string, current: string, password: string): Promise<void> => {
      const account = await accounts.byId(accountId);
      if (!account) throw notFound();
      if (!(await verifyPassword(account.passwordHash, current))) {
        throw invalid([{ pointer: '/currentPassword', code: 'password-wrong' }]);
      }
      judge(account, password, '/newPassword');
      await set(account, password);
    },
  };
};
