import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import type { Role } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { AccountLocked, AccountUnlocked, RoleGranted, RoleRevoked } from './events.ts';

export type StaffChange = { by: string; accountId: string; reason: string };

type StaffDeps = { accounts: AccountStore; clock: Clock; outbox: Outbox };

/** What administrators do to other people's accounts, each with a reason that reaches the audit trail. */
export const createStaffChanges = ({ accounts, clock, outbox }: StaffDeps) => {
  const existing = async (accountId: string): Promise<void> => {
    const account = await accounts.byId(accountId);
    if (!account || account.state === 'closed') throw notFound();
  };

  return {
    grantRole: async ({ role, ...change }: StaffChange & { role: Role }): Promise<void> => {
      await existing(change.accountId);
      await accounts.grant(change.accountId, role, eventOf(RoleGranted, { ...change, role }, clock.now()));
      outbox.poke();
    },

    /** @throws DomainError `last-administrator` (409): somebody must be able to let others in */
    revokeRole: async ({ role, ...change }: StaffChange & { role: Role }): Promise<void> => {
      await existing(change.accountId);
      if (role === 'administrator' && (await accounts.countWithRole('administrator')) <= 1) {
        throw new DomainError('conflict', 'last-administrator');
      }
      await accounts.revokeRole(
        change.accountId,
        role,
        eventOf(RoleRevoked, { ...change, role }, clock.now()),
      );
      outbox.poke();
    },

    lock: async (change: StaffChange): Promise<void> => {
      await existing(change.accountId);
      if (change.by === change.accountId) throw new DomainError('conflict', 'own-account');
      await accounts.move(change.accountId, 'active', 'locked', eventOf(AccountLocked, change, clock.now()));
      outbox.poke();
    },

    unlock: async (change: StaffChange): Promise<void> => {
      await existing(change.accountId);
      await accounts.move(
        change.accountId,
        'locked',
        'active',
        eventOf(AccountUnlocked, change, clock.now()),
      );
      outbox.poke();
    },
  };
};
