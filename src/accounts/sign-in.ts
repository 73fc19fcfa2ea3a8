import type { Request, RequestHandler } from 'express';
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { Limit, RateLimits } from '../platform/http/rate-limits.ts';
import {
  type Account,
  type AccountSummary,
  emailKeyOf,
  isStaffRole,
  maySignIn,
  toSummary,
} from './account.ts';
import type { AccountStore } from './account-store.ts';
import {
  browserFamily,
  type LoginHistoryStore,
  type LoginOutcome,
  truncateAddress,
} from './login-history-store.ts';
import { hashPassword, isOutdated, verifyPassword } from './password-hash.ts';

type SignInDeps = {
  accounts: AccountStore;
  history: LoginHistoryStore;
  limits: RateLimits;
  clock: Clock;
};

/** Failures per address of an account, whoever tries; a success clears them. */
const perAccount: Limit = { name: 'sign-in-account', points: 10, seconds: 900, shared: true };

/** Sessions end for good after this, however busy they are (ASVS 5.0, 7.3.2). */
const hour = 3_600_000;
const lifetime = (account: Account): number => (account.roles.some(isStaffRole) ? 12 * hour : 30 * 24 * hour);

type Ticket = { id: string; epoch: number; since: number };

/** Why a sign-in was refused. `not-confirmed` and `locked` are told only after the right password. */
export type SignInRefusal = 'wrong' | 'not-confirmed' | 'locked';

const outcomes: Record<SignInRefusal, LoginOutcome> = {
  wrong: 'bad_password',
  'not-confirmed': 'not_confirmed',
  locked: 'locked',
};

const refusalOf = (account: Account, matches: boolean): SignInRefusal | undefined => {
  if (!matches || account.state === 'closed') return 'wrong';
  if (account.state === 'pending_verification') return 'not-confirmed';
  return maySignIn(account) ? undefined : 'locked';
};

/** Sign-in by passport-local, with sessions that end when the account changes. */
export const createSignIn = ({ accounts, history, limits, clock }: SignInDeps) => {
  const passport = new Passport();

  const note = (account: Account, request: Request, outcome: LoginOutcome): Promise<void> =>
    history.add(account.id, {
      at: clock.now(),
      outcome,
      network: truncateAddress(request.ip),
      browser: browserFamily(request.headers['user-agent']),
    });

  const judge = async (
    request: Request,
    email: string,
    password: string,
  ): Promise<Account | SignInRefusal> => {
    const key = emailKeyOf(email);
    await limits.consume(perAccount, key);
    const account = await accounts.byEmail(email);
    const matches = await verifyPassword(account?.passwordHash, password);
    if (!account) return 'wrong';
    const refusal = refusalOf(account, matches);
    await note(account, request, refusal ? outcomes[refusal] : 'success');
    if (refusal) return refusal;
    await limits.reset(perAccount, key);
    if (isOutdated(account.passwordHash)) {
      await accounts.change(account.id, { passwordHash: await hashPassword(password) });
    }
    return account;
  };

  passport.use(
    new LocalStrategy(
      { usernameField: 'email', passwordField: 'password', passReqToCallback: true },
      (request, email, password, done) => {
        judge(request, email, password).then(
          (found) => (typeof found === 'string' ? done(null, false, { message: found }) : done(null, found)),
          done,
        );
      },
    ),
  );

  passport.serializeUser((user, done) => {
    const { id, sessionEpoch } = user as Account;
    done(null, { id, epoch: sessionEpoch, since: clock.now().getTime() } satisfies Ticket);
  });

  const readTicket = async ({ id, epoch, since }: Ticket): Promise<AccountSummary | false> => {
    const account = await accounts.byId(id);
    const current = account && maySignIn(account) && account.sessionEpoch === epoch;
    if (!current || clock.now().getTime() - since > lifetime(account)) return false;
    return toSummary(account);
  };

  passport.deserializeUser((ticket: Ticket, done) => {
    readTicket(ticket).then((user) => done(null, user), done);
  });

  /** Signs the request in, in a new session (no fixation), or answers why not. @throws DomainError `too-many-requests` */
  const signIn = (
    request: Request,
    response: Parameters<RequestHandler>[1],
  ): Promise<SignInRefusal | AccountSummary> =>
    new Promise((resolve, reject) => {
      passport.authenticate('local', (error: unknown, user: Account | false, info?: { message?: string }) => {
        if (error) return reject(error);
        if (!user) return resolve((info?.message as SignInRefusal | undefined) ?? 'wrong');
        request.login(user, (failure: unknown) => (failure ? reject(failure) : resolve(toSummary(user))));
      })(request, response, reject);
    });

  const signOut = (request: Request): Promise<void> =>
    new Promise((resolve, reject) => {
      request.logout((error: unknown) => (error ? reject(error) : resolve()));
    });

  const authentication: readonly RequestHandler[] = [passport.initialize(), passport.session()];
  return { authentication, signIn, signOut };
};

/** A refusal of passport-local itself: a field was missing. */
export const isRefusal = (result: SignInRefusal | AccountSummary): result is SignInRefusal =>
  typeof result === 'string';

/** For routes that only machines ask. @throws always `not-signed-in` (401) */
export const notSignedIn = (): DomainError => new DomainError('unauthenticated', 'not-signed-in');
