import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import { type Account, accountStates, emailKeyOf, type Role } from './account.ts';

type AccountDocument = {
  _id: string;
  /** Missing once erased, so that the address can register again. */
  emailKey?: string;
  email?: string;
  givenName?: string;
  familyName?: string;
  country?: string;
  language: 'en' | 'fr';
  state: Account['state'];
  roles: Role[];
  passwordHash?: string;
  sessionEpoch: number;
  registeredAt: Date;
  confirmedAt?: Date;
  closedAt?: Date;
};

const schema = new mongoose.Schema<AccountDocument>(
  {
    _id: { type: String, required: true },
    emailKey: String,
    email: String,
    givenName: String,
    familyName: String,
    country: String,
    language: { type: String, enum: ['en', 'fr'], required: true },
    state: { type: String, enum: accountStates, required: true },
    roles: { type: [String], required: true } as never,
    passwordHash: String,
    sessionEpoch: { type: Number, required: true },
    registeredAt: { type: Date, required: true },
    confirmedAt: Date,
    closedAt: Date,
  },
  { collection: 'accounts', versionKey: false },
)
  .index({ emailKey: 1 }, { unique: true, sparse: true })
  .index({ state: 1, registeredAt: 1 });
addOutbox(schema);

const toAccount = (document: AccountDocument): Account => ({
  id: document._id,
  state: document.state,
  givenName: document.givenName ?? '',
  familyName: document.familyName ?? '',
  email: document.email ?? '',
  country: document.country ?? '',
  language: document.language,
  roles: document.roles,
  registeredAt: document.registeredAt,
  confirmedAt: document.confirmedAt,
  sessionEpoch: document.sessionEpoch,
  passwordHash: document.passwordHash ?? '',
});

const withoutOutbox = { outbox: 0 } as const;

type Changes = Partial<
  Pick<
    Account,
    'givenName' | 'familyName' | 'country' | 'language' | 'state' | 'passwordHash' | 'confirmedAt'
  >
>;

export const createAccountStore = (connection: Connection, outbox: Outbox) => {
  const accounts = connection.model<AccountDocument>('Account', schema);
  outbox.watch(accounts as never);

  const findOne = async (filter: object): Promise<Account | undefined> => {
    const found = await accounts.findOne(filter, withoutOutbox).lean();
    return found ? toAccount(found) : undefined;
  };

  const write = async (id: string, update: object, events: readonly EventRecord[]): Promise<boolean> => {
    const open = { _id: id, state: mongoose.trusted({ $ne: 'closed' as const }) };
    const result = await accounts.updateOne(open, { ...update, ...carrying(...events) });
    return result.matchedCount === 1;
  };

  return {
    /** A document that was read together with something else. */
    fromDocument: (document: object): Account => toAccount(document as AccountDocument),
    byId: (id: string) => findOne({ _id: id }),
    byEmail: (email: string) => findOne({ emailKey: emailKeyOf(email) }),

    /** The accounts that have confirmed these addresses, by the address in lower case. */
    confirmedBy: async (emails: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      const confirmed = {
        emailKey: mongoose.trusted({ $in: emails.map(emailKeyOf) }),
        state: mongoose.trusted({ $in: ['active', 'locked', 'restricted'] as const }),
      };
      const found = await accounts.find(confirmed as never, { emailKey: 1 }).lean();
      return new Map(found.map(({ _id, emailKey = '' }) => [emailKey, _id]));
    },

    /** False when the address has an account already: the unique index decides between two at once. */
    add: async (account: Account, ...events: readonly EventRecord[]): Promise<boolean> => {
      const { id, confirmedAt, ...rest } = account;
      try {
        await accounts.create({
          _id: id,
          ...rest,
          roles: [...account.roles],
          ...(confirmedAt ? { confirmedAt } : {}),
          emailKey: emailKeyOf(account.email),
          ...(events.length > 0 ? { outbox: [...events] } : {}),
        } as never);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },

    /** Changes an account that is not closed, with what follows from it. False when it is closed or gone. */
    change: (id: string, changes: Changes, ...events: readonly EventRecord[]) =>
      write(id, { $set: changes }, events),

    /** The same, and ends every session of the account by the same write. */
    changeAndEndSessions: (id: string, changes: Changes, ...events: readonly EventRecord[]) =>
      write(id, { $set: changes, $inc: { sessionEpoch: 1 } }, events),

    /** Somebody registers again before the address was confirmed: the newest details and password count. */
    registerAnew: async (
      id: string,
      account: Account,
      ...events: readonly EventRecord[]
    ): Promise<boolean> => {
      const { email, givenName, familyName, country, language, passwordHash, registeredAt } = account;
      const result = await accounts.updateOne(
        { _id: id, state: 'pending_verification' },
        {
          $set: { email, givenName, familyName, country, language, passwordHash, registeredAt },
          ...carrying(...events),
        },
      );
      return result.modifiedCount === 1;
    },

    /** Confirms an address once; false when it was confirmed before. */
    confirm: async (id: string, at: Date, event: EventRecord): Promise<boolean> => {
      const result = await accounts.updateOne(
        { _id: id, state: 'pending_verification' },
        { $set: { state: 'active', confirmedAt: at }, ...carrying(event) },
      );
      return result.modifiedCount === 1;
    },

    /** Moves an account between two states, so that two clicks are one change. */
    move: async (
      id: string,
      from: Account['state'],
      to: Account['state'],
      event: EventRecord,
    ): Promise<boolean> => {
      const result = await accounts.updateOne(
        { _id: id, state: from },
        { $set: { state: to }, $inc: { sessionEpoch: 1 }, ...carrying(event) },
      );
      return result.modifiedCount === 1;
    },

    grant: async (id: string, role: Role, event: EventRecord): Promise<boolean> => {
      const without = {
        _id: id,
        state: mongoose.trusted({ $ne: 'closed' as const }),
        roles: mongoose.trusted({ $ne: role }),
      };
      const result = await accounts.updateOne(without, {
        $push: { roles: role, outbox: { $each: [event] } },
      } as never);
      return result.modifiedCount === 1;
    },

    revokeRole: async (id: string, role: Role, event: EventRecord): Promise<boolean> => {
      const result = await accounts.updateOne({ _id: id, roles: role }, {
        $pull: { roles: role },
        ...carrying(event),
      } as never);
      return result.modifiedCount === 1;
    },

    /** Lets nobody in any more; what is known of the person stays until the erasure. False when it was closed before. */
    close: (id: string, at: Date, event: EventRecord): Promise<boolean> =>
      write(id, { $set: { state: 'closed', closedAt: at }, $inc: { sessionEpoch: 1 } }, [event]),

    countActive: (role: Role): Promise<number> => accounts.countDocuments({ roles: role, state: 'active' }),

    isEmpty: async (): Promise<boolean> => (await accounts.estimatedDocumentCount()) === 0,

    /** Leaves a number and a date: what other records point to, and nothing about the person. */
    bury: async (id: string, at: Date): Promise<number> => {
      const result = await accounts.updateOne({ _id: id, email: mongoose.trusted({ $exists: true }) }, {
        $set: { state: 'closed', roles: [] },
        // The day it was closed stays the day it was closed.
        $min: { closedAt: at },
        $inc: { sessionEpoch: 1 },
        $unset: {
          emailKey: 1,
          email: 1,
          givenName: 1,
          familyName: 1,
          country: 1,
          passwordHash: 1,
          confirmedAt: 1,
        },
      } as never);
      return result.modifiedCount;
    },

    /** Accounts whose address was never confirmed. */
    unconfirmed: async (before: Date): Promise<string[]> => {
      const stale = {
        state: 'pending_verification' as const,
        registeredAt: mongoose.trusted({ $lt: before }),
      };
      return (await accounts.find(stale, { _id: 1 }).lean()).map(({ _id }) => _id);
    },

    /** False when it was confirmed in the meantime. */
    removeUnconfirmed: async (id: string): Promise<boolean> =>
      (await accounts.deleteOne({ _id: id, state: 'pending_verification' })).deletedCount === 1,
  };
};

export type AccountStore = ReturnType<typeof createAccountStore>;
