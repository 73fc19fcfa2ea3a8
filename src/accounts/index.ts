import type { Request, RequestHandler, Response } from 'express';
import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { eventOf } from '../platform/events.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import type { BesideSession } from '../platform/http/session-reader.ts';
import type { Language } from '../platform/i18n.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import { type AccountSummary, fullName, type Profile, type Role, toSummary } from './account.ts';
import { createAccountStore } from './account-store.ts';
import { createPasswordChanges } from './change-password.ts';
import { AccountClosed } from './events.ts';
import { createLinks } from './links.ts';
import { createLoginHistoryStore, type LoginEvent } from './login-history-store.ts';
import { createPersonalData } from './personal-data.ts';
import { createAddAccount, createRegister, type NewAccount, type Registration } from './register.ts';
import { createSessionStore } from './session-store.ts';
import { createSignIn, type SignInRefusal } from './sign-in.ts';
import { createStaffChanges, lastAdministrator, type StaffChange } from './staff-changes.ts';
import { createTokenStore, type Purpose } from './token-store.ts';

export {
  type AccountSummary,
  emailAddress,
  fullName,
  isStaffRole,
  type Profile,
  personName,
  profileShape,
  type Role,
  roles,
} from './account.ts';
export {
  AccountLocked,
  AccountRegistered,
  AccountUnlocked,
  AddressConfirmed,
  PasswordChanged,
  PasswordResetRequested,
  RegistrationRepeated,
  RoleGranted,
  RoleRevoked,
} from './events.ts';
export { accountOf, ownPath, requireRole, requireSignIn, signedInAccount } from './guards.ts';
export { mayWrite } from './limits.ts';
export type { LoginEvent } from './login-history-store.ts';
export { passwordFault, passwordLength } from './password-rules.ts';
export { type Registration, registrationShape } from './register.ts';
export type { SignInRefusal } from './sign-in.ts';
export { lockReasons, roleReasons, unlockReasons } from './staff-changes.ts';

type AccountDeps = {
  connection: Connection;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  limits: RateLimits;
  config: Pick<Config, 'operator'>;
  /**
   * What else ends when sessions of an account have ended; awaited before it is said that they have. Safe to repeat.
   */
  sessionsEnded(accountId: string): Promise<void>;
};

export type Accounts = {
  /** Answers the same for a known address. @throws DomainError `invalid-input` for a refused password */
  register(registration: Registration): Promise<void>;
  /** @throws DomainError `link-spent` (410) */
  confirmAddress(secret: string): Promise<void>;
  resendConfirmation(email: string): Promise<void>;
  requestPasswordReset(email: string): Promise<void>;
  /** @throws DomainError `link-spent` (410), `invalid-input` */
  resetPassword(secret: string, password: string): Promise<void>;
  /** @throws DomainError `invalid-input` */
  changePassword(accountId: string, current: string, password: string): Promise<void>;
  isLinkUsable(secret: string, purpose: Purpose): Promise<boolean>;
  /** A new single-use link as a path without language; minted when its letter is written. */
  mintLink(accountId: string, purpose: Purpose): Promise<string>;
  /** Names on certificates already issued stay as they are. */
  updateProfile(accountId: string, profile: Profile): Promise<void>;
  /** @throws DomainError `too-many-requests` after ten wrong ones */
  passwordMatches(accountId: string, password: string): Promise<boolean>;
  accountById(accountId: string): Promise<AccountSummary | undefined>;
  accountByEmail(email: string): Promise<AccountSummary | undefined>;
  /** Who has confirmed these addresses: address in lower case to account. */
  accountsByEmail(emails: readonly string[]): Promise<ReadonlyMap<string, string>>;
  contactOf(accountId: string): Promise<{ email: string; name: string; language: Language } | undefined>;
  /** The name as it is printed. */
  nameOf(accountId: string): Promise<string | undefined>;
  languageOf(accountId: string): Promise<Language | undefined>;
  loginHistory(accountId: string): Promise<LoginEvent[]>;
  /** Opens a confirmed account: for the demo's people, and for staff. @throws DomainError `invalid-input` */
  createAccount(account: NewAccount): Promise<string>;
  isEmpty(): Promise<boolean>;
  /** Each needs an administrator as `by`. @throws DomainError `forbidden`, `own-account`, `last-administrator`, `conflict`, `not-found` */
  grantRole(change: StaffChange & { role: Role }): Promise<void>;
  revokeRole(change: StaffChange & { role: Role }): Promise<void>;
  lock(change: StaffChange): Promise<void>;
  unlock(change: StaffChange): Promise<void>;
  /** To be asked before an erasure. @throws DomainError `last-administrator` (409) */
  assertMayClose(accountId: string): Promise<void>;
  /** Ends every session and shuts the account out, until its erasure is done. Safe to repeat. */
  close(accountId: string): Promise<void>;
  /** In a new session, by `email` and `password` of the body. @throws DomainError `too-many-requests` */
  signIn(request: Request, response: Response): Promise<SignInRefusal | AccountSummary>;
  /** Keeps this browser signed in after its password was changed, in a new session. */
  staySignedIn(request: Request, accountId: string): Promise<void>;
  signOut(request: Request): Promise<void>;
  /** The account of a session, to be read together with it. */
  besideSession: BesideSession;
  /** Finds out who is signed in; to be used after the sessions. */
  authentication: readonly RequestHandler[];
  personalData: PersonalDataProvider;
};

/** Who people are, how they show it, and what they may do. */
export const createAccounts = (deps: AccountDeps): Accounts => {
  const { connection, clock, random, outbox, limits: rateLimits, config, sessionsEnded } = deps;
  const accounts = createAccountStore(connection, outbox);
  const tokens = createTokenStore(connection);
  const sessions = createSessionStore(connection);
  const history = createLoginHistoryStore(connection);
  const operator = config.operator.name;
  const links = createLinks({ accounts, tokens, clock, random, outbox, rateLimits });
  const passwords = createPasswordChanges({
    accounts,
    tokens,
    sessions,
    operator,
    clock,
    outbox,
    rateLimits,
    sessionsEnded,
  });
  const staff = createStaffChanges({ accounts, clock, outbox, sessionsEnded });
  const { authentication, besideSession, signIn, staySignedIn, signOut } = createSignIn({
    accounts,
    history,
    rateLimits,
    clock,
    sessionsEnded,
  });

  const open = async (accountId: string) => {
    const account = await accounts.byId(accountId);
    return account && account.state !== 'closed' ? account : undefined;
  };

  return {
    register: createRegister({ accounts, tokens, operator, clock, outbox, rateLimits }),
    confirmAddress: links.confirmAddress,
    resendConfirmation: links.resendConfirmation,
    requestPasswordReset: links.requestPasswordReset,
    resetPassword: passwords.reset,
    changePassword: passwords.change,
    isLinkUsable: links.isUsable,
    mintLink: links.mint,
    updateProfile: async (accountId, profile) => {
      await accounts.change(accountId, profile);
    },
    passwordMatches: passwords.isCurrent,
    accountById: async (accountId) => {
      const account = await accounts.byId(accountId);
      return account && toSummary(account);
    },
    accountByEmail: async (email) => {
      const account = await accounts.byEmail(email);
      return account && toSummary(account);
    },
    accountsByEmail: (emails) => accounts.confirmedBy(emails),
    contactOf: async (accountId) => {
      const account = await open(accountId);
      return account && { email: account.email, name: fullName(account), language: account.language };
    },
    nameOf: async (accountId) => {
      const account = await open(accountId);
      return account && fullName(account);
    },
    languageOf: async (accountId) => (await open(accountId))?.language,
    loginHistory: (accountId) => history.of(accountId),
    createAccount: createAddAccount({ accounts, operator, clock, outbox }),
    isEmpty: () => accounts.isEmpty(),
    ...staff,
    assertMayClose: async (accountId) => {
      const account = await accounts.byId(accountId);
      if (account?.state !== 'active' || !account.roles.includes('administrator')) return;
      if ((await accounts.countActive('administrator')) <= 1) throw lastAdministrator();
    },
    close: async (accountId) => {
      const now = clock.now();
      await accounts.close(accountId, now, eventOf(AccountClosed, { accountId }, now));
      await sessions.endAllOf(accountId);
      await sessionsEnded(accountId);
      outbox.poke();
    },
    signIn,
    staySignedIn,
    signOut,
    besideSession,
    authentication,
    personalData: createPersonalData({ accounts, tokens, sessions, history, clock }),
  };
};
