import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import type { Role } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { AccountLocked, AccountUnlocked, RoleGranted, RoleRevoked } from './events.ts';

/** Why staff did it, for the audit trail: codes, since a free text would soon hold health or gossip. */
export const roleReasons = ['new-duties', 'duties-ended', 'correction'] as const;
export const lockReasons = ['suspected-takeover', 'misuse', 'asked-by-owner'] as const;
export const unlockReasons = ['owner-identified', 'cleared', 'correction'] as const;

export type StaffChange = { by: string; accountId: string; reason: string };

type StaffDeps = { accounts: AccountStore; clock: Clock; outbox: Outbox };

/**
 * What administrators do to other people's accounts, each with a reason that reaches the audit trail. Nobody changes their
 * own account: so an administrator always remains, and two people know of every grant.
 */
export const createStaffChanges = ({ accounts, clock, outbox }: StaffDeps) => {
  /** @throws DomainError `forbidden`, `own-account`, `not-found` */
  const allow = async ({ by, accountId }: StaffChange): Promise<void> => {
    const actor = await accounts.byId(by);
    if (actor?.state !== 'active' || !actor.roles.includes('administrator')) {
      throw new DomainError('forbidden', 'forbidden');
    }
    if (by === accountId) throw new DomainError('conflict', 'own-account');
    const account = await accounts.byId(accountId);
    if (!account || account.state === 'closed') throw notFound();
  };

  return {
    grantRole: async ({ role, ...change }: StaffChange & { role: Role }): Promise<void> => {
      await allow(change);
      await accounts.grant(change.accountId, role, eventOf(RoleGranted, { ...change, role }, clock.now()));
      outbox.poke();
    },

    revokeRole: async ({ role, ...change }: StaffChange & { role: Role }): Promise<void> => {
      await allow(change);
      const event = eventOf(RoleRevoked, { ...change, role }, clock.now());
      await accounts.revokeRole(change.accountId, role, event);
      outbox.poke();
    },

    /** @throws DomainError `conflict` when the account is not open to its owner just now */
    lock: async (change: StaffChange): Promise<void> => {
      await allow(change);
      const event = eventOf(AccountLocked, change, clock.now());
      if (!(await accounts.move(change.accountId, 'active', 'locked', event))) throw moved();
      outbox.poke();
    },

    /** @throws DomainError `conflict` when the account is not locked */
    unlock: async (change: StaffChange): Promise<void> => {
      await allow(change);
      const event = eventOf(AccountUnlocked, change, clock.now());
      if (!(await accounts.move(change.accountId, 'locked', 'active', event))) throw moved();
      outbox.poke();
    },
  };
};

const moved = (): DomainError => new DomainError('conflict', 'conflict');
