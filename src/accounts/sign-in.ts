import type { Request, RequestHandler } from 'express';
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import type { Clock } from '../platform/clock.ts';
import { networkOf, type RateLimits } from '../platform/http/rate-limits.ts';
import type { BesideSession } from '../platform/http/session-reader.ts';
import { type Account, type AccountSummary, isStaffRole, maySignIn, toSummary } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { signedInAccount } from './guards.ts';
import { counterKey, limits } from './limits.ts';
import {
  browserFamily,
  type LoginHistoryStore,
  type LoginOutcome,
  truncateAddress,
} from './login-history-store.ts';
import { hashPassword, isOutdated, verifyPassword } from './password-hash.ts';
import { ownerOfSession } from './session-store.ts';

type SignInDeps = {
  accounts: AccountStore;
  history: LoginHistoryStore;
  rateLimits: RateLimits;
  clock: Clock;
  sessionsEnded(accountId: string): Promise<void>;
};

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

/** Passport has refusals of its own, for a field that is missing. */
const isRefusal = (message: string | undefined): message is SignInRefusal =>
  message !== undefined && message in outcomes;

const refusalOf = (account: Account, matches: boolean): SignInRefusal | undefined => {
  if (!matches || account.state === 'closed') return 'wrong';
  if (account.state === 'pending_verification') return 'not-confirmed';
  return maySignIn(account) ? undefined : 'locked';
};

/** Sign-in by passport-local, with sessions that end when the account changes. */
export const createSignIn = ({ accounts, history, rateLimits, clock, sessionsEnded }: SignInDeps) => {
  const passport = new Passport();

  /** A try at an unknown address is noted too, without it: both answers take the same steps and the same time. */
  const note = (account: Account | undefined, request: Request, outcome: LoginOutcome): Promise<void> =>
    history.add({
      ...(account ? { accountId: account.id } : {}),
      at: clock.now(),
      outcome,
      network: truncateAddress(request.ip),
      browser: browserFamily(request.headers['user-agent']),
    });

  /** The hash of other parameters than today's is made anew, while the password is at hand. */
  const renewHash = async (account: Account, password: string): Promise<void> => {
    if (!isOutdated(account.passwordHash)) return;
    await accounts.change(account.id, { passwordHash: await hashPassword(password) });
  };

  const judge = async (
    request: Request,
    email: string,
    password: string,
  ): Promise<Account | SignInRefusal> => {
    const keyHere = counterKey(email, networkOf(request.ip));
    await rateLimits.consume(limits.signIn, keyHere);
    await rateLimits.consume(limits.signInEverywhere, counterKey(email));
    const account = await accounts.byEmail(email);
    const matches = await verifyPassword(account?.passwordHash, password);
    const refusal = account ? refusalOf(account, matches) : 'wrong';
    await note(account, request, refusal ? outcomes[refusal] : 'success');
    if (!account || refusal) return refusal ?? 'wrong';
    await rateLimits.reset(limits.signIn, keyHere);
    await renewHash(account, password);
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

  const read = new WeakMap<object, Account>();

  /** The account of a session is read in the same question as the session itself, for this one request. */
  const besideSession: BesideSession = {
    from: 'accounts',
    at: ownerOfSession,
    take: (request, found) => {
      if (found) read.set(request, accounts.fromDocument(found));
    },
  };

  const accountFor = async (request: Request, id: string): Promise<Account | undefined> => {
    const known = read.get(request);
    return known?.id === id ? known : accounts.byId(id);
  };

  const readTicket = async (
    request: Request,
    { id, epoch, since }: Ticket,
  ): Promise<AccountSummary | false> => {
    const account = await accountFor(request, id);
    const current = account && maySignIn(account) && account.sessionEpoch === epoch;
    if (!current || clock.now().getTime() - since > lifetime(account)) return false;
    return toSummary(account);
  };

  passport.deserializeUser<Ticket, Request>((request, ticket, done) => {
    readTicket(request, ticket).then((user) => done(null, user), done);
  });

  /** What `act` does with the session of a request, and then what follows for whoever had it before. */
  const leaving = async (request: Request, act: (done: (error: unknown) => void) => void): Promise<void> => {
    const former = signedInAccount(request);
    await new Promise<void>((resolve, reject) => {
      act((error) => (error ? reject(error) : resolve()));
    });
    if (former) await sessionsEnded(former.id);
  };

  const enter = (request: Request, account: Account): Promise<void> =>
    leaving(request, (done) => request.login(account, done));

  const authenticate = (
    request: Request,
    response: Parameters<RequestHandler>[1],
  ): Promise<SignInRefusal | Account> =>
    new Promise((resolve, reject) => {
      passport.authenticate('local', (error: unknown, user: Account | false, info?: { message?: string }) => {
        if (error) return reject(error);
        resolve(user || (isRefusal(info?.message) ? info.message : 'wrong'));
      })(request, response, reject);
    });

  /** Signs the request in, in a new session (no fixation), or answers why not. @throws DomainError `too-many-requests` */
  const signIn = async (
    request: Request,
    response: Parameters<RequestHandler>[1],
  ): Promise<SignInRefusal | AccountSummary> => {
    const found = await authenticate(request, response);
    if (typeof found === 'string') return found;
    await enter(request, found);
    return toSummary(found);
  };

  const signOut = (request: Request): Promise<void> => leaving(request, (done) => request.logout(done));

  /** Goes on in a new session, after everything that ends the others: the person has just shown who they are. */
  const staySignedIn = async (request: Request, accountId: string): Promise<void> => {
    const account = await accounts.byId(accountId);
    if (account && maySignIn(account)) await enter(request, account);
  };

  const authentication: readonly RequestHandler[] = [passport.initialize(), passport.session()];
  return { authentication, besideSession, signIn, staySignedIn, signOut };
};
