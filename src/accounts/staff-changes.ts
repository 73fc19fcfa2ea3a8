import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import { type Account, isStaffRole, type Role } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { AccountLocked, AccountUnlocked, RoleGranted, RoleRevoked } from './events.ts';

/** Why staff did it, for the audit trail: codes, since a free text would soon hold health or gossip. */
export const roleReasons = ['new-duties', 'duties-ended', 'correction'] as const;
export const lockReasons = ['suspected-takeover', 'misuse', 'asked-by-owner'] as const;
export const unlockReasons = ['owner-identified', 'cleared', 'correction'] as const;

export type StaffChange = { by: string; accountId: string; reason: string };

type StaffDeps = {
  accounts: AccountStore;
  clock: Clock;
  outbox: Outbox;
  sessionsEnded(accountId: string): Promise<void>;
};

/**
 * What administrators do to other people's accounts, each with a reason that reaches the audit trail. Nobody changes their
 * own account, so that two people know of every grant; and when two administrators remove each other at once, both stay.
 */
export const createStaffChanges = ({ accounts, clock, outbox, sessionsEnded }: StaffDeps) => {
  /** @throws DomainError `forbidden`, `own-account`, `not-found` */
  const allow = async ({ by, accountId }: StaffChange): Promise<Account> => {
    const actor = await accounts.byId(by);
    if (actor?.state !== 'active' || !actor.roles.includes('administrator')) {
      throw new DomainError('forbidden', 'forbidden');
    }
    if (by === accountId) throw new DomainError('conflict', 'own-account');
    const account = await accounts.byId(accountId);
    if (!account || account.state === 'closed') throw notFound();
    return account;
  };

  /** Looks after the write, since only then both of two at once are seen. @throws DomainError `last-administrator` */
  const keepOneAdministrator = async (undo: () => Promise<unknown>): Promise<void> => {
    if ((await accounts.countActive('administrator')) > 0) return;
    await undo();
    outbox.poke();
    throw lastAdministrator();
  };

  return {
    /** @throws DomainError `conflict` while the address is not confirmed: nobody knows yet who it is */
    grantRole: async ({ role, ...change }: StaffChange & { role: Role }): Promise<void> => {
      const { state } = await allow(change);
      if (state === 'pending_verification') throw moved();
      await accounts.grant(change.accountId, role, eventOf(RoleGranted, { ...change, role }, clock.now()));
      // Sessions of staff last hours, not days: one that is older has ended by this.
      if (isStaffRole(role)) await sessionsEnded(change.accountId);
      outbox.poke();
    },

    /** @throws DomainError `last-administrator` */
    revokeRole: async ({ role, ...change }: StaffChange & { role: Role }): Promise<void> => {
      await allow(change);
      const event = eventOf(RoleRevoked, { ...change, role }, clock.now());
      await accounts.revokeRole(change.accountId, role, event);
      await keepOneAdministrator(() =>
        accounts.grant(change.accountId, role, eventOf(RoleGranted, { ...change, role }, clock.now())),
      );
      outbox.poke();
    },

    /** @throws DomainError `conflict` when the account is not open to its owner just now, `last-administrator` */
    lock: async (change: StaffChange): Promise<void> => {
      await allow(change);
      const event = eventOf(AccountLocked, change, clock.now());
      if (!(await accounts.move(change.accountId, 'active', 'locked', event))) throw moved();
      const undo = () =>
        accounts.move(change.accountId, 'locked', 'active', eventOf(AccountUnlocked, change, clock.now()));
      // Undone or not, the sessions have ended.
      await keepOneAdministrator(undo).finally(() => sessionsEnded(change.accountId));
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

/** Somebody must be able to let others in. */
export const lastAdministrator = (): DomainError => new DomainError('conflict', 'last-administrator');

const moved = (): DomainError => new DomainError('conflict', 'conflict');
