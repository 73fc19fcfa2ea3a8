import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { invalid } from '../platform/errors.ts';
import { type EventRecord, eventOf } from '../platform/events.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import { type Account, emailAddress, isStaffRole, type Profile, profileShape, type Role } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { AccountRegistered, AddressConfirmed, RegistrationRepeated, RoleGranted } from './events.ts';
import { limits, mayWrite, steadily } from './limits.ts';
import { hashPassword } from './password-hash.ts';
import { passwordFault } from './password-rules.ts';
import type { TokenStore } from './token-store.ts';

/** What the registration form sends. */
export const registrationShape = profileShape.extend({ email: emailAddress, password: z.string() });
export type Registration = z.infer<typeof registrationShape>;

type AddDeps = { accounts: AccountStore; operator: string; clock: Clock; outbox: Outbox };
type RegisterDeps = AddDeps & { tokens: TokenStore; rateLimits: RateLimits };

/**
 * Opens an account that waits for its address to be confirmed. Answers the same for an address that has one already: only
 * its owner, by letter, learns the difference. A password is judged before anything is looked up.
 * @throws DomainError `invalid-input` when the password breaks a rule
 */
export const createRegister = ({ accounts, tokens, operator, clock, outbox, rateLimits }: RegisterDeps) => {
  const open = (registration: Registration, passwordHash: string): Account => {
    const { password: _password, ...profile } = registration;
    return {
      ...profile,
      id: randomUUID(),
      state: 'pending_verification',
      roles: ['learner'],
      registeredAt: clock.now(),
      confirmedAt: undefined,
      sessionEpoch: 1,
      passwordHash,
    };
  };

  /**
   * Before the address is confirmed the newest registration counts, and older links are dead: whoever registered somebody
   * else's address first must not know the password of the account that its owner then confirms. That holds when no
   * further letter may be written, too.
   */
  const repeat = async (account: Account, registered: EventRecord, mayWriteAgain: boolean): Promise<void> => {
    const existing = await accounts.byEmail(account.email);
    if (!existing) return;
    const accountId = existing.id;
    if (existing.state === 'pending_verification') {
      await tokens.forget(accountId, 'confirm-address');
      const letter = mayWriteAgain ? [{ ...registered, payload: { accountId } }] : [];
      if (await accounts.registerAnew(accountId, account, ...letter)) return;
    }
    if (!mayWriteAgain) return;
    await accounts.change(accountId, {}, eventOf(RegistrationRepeated, { accountId }, clock.now()));
  };

  return steadily(async (registration: Registration): Promise<void> => {
    const fault = passwordFault(registration.password, { ...registration, operator });
    if (fault) throw invalid([fault]);
    // The costly hash comes first, so that a known address answers no sooner than a new one.
    const account = open(registration, await hashPassword(registration.password));
    const event = eventOf(AccountRegistered, { accountId: account.id }, clock.now());
    const mayWriteAgain = await mayWrite(rateLimits, limits.confirmationLetters, registration.email);
    if (!(await accounts.add(account, event))) await repeat(account, event, mayWriteAgain);
    outbox.poke();
  });
};

/** `by` is the administrator who opens it; the installation itself when nobody is named. */
export type NewAccount = Registration & { roles: readonly Role[]; confirmed: true; by?: string };

/**
 * Opens an account that is confirmed already: for the demo's people, and for staff. Each role of staff reaches the audit
 * trail as if it were granted.
 * @throws DomainError `invalid-input` when the address is taken or the password breaks a rule
 */
export const createAddAccount =
  ({ accounts, operator, clock, outbox }: AddDeps) =>
  async ({
    confirmed: _confirmed,
    by = 'system',
    roles,
    password,
    ...given
  }: NewAccount): Promise<string> => {
    const profile = { ...profileShape.parse(pickProfile(given)), email: emailAddress.parse(given.email) };
    const fault = passwordFault(password, { ...profile, operator });
    if (fault) throw invalid([fault]);
    const now = clock.now();
    const account: Account = {
      ...profile,
      id: randomUUID(),
      state: 'active',
      roles,
      registeredAt: now,
      confirmedAt: now,
      sessionEpoch: 1,
      passwordHash: await hashPassword(password),
    };
    const granted = roles
      .filter(isStaffRole)
      .map((role) =>
        eventOf(RoleGranted, { accountId: account.id, role, by, reason: 'account-opened' }, now),
      );
    const confirmed = eventOf(AddressConfirmed, { accountId: account.id }, now);
    if (!(await accounts.add(account, confirmed, ...granted)))
      throw invalid([{ pointer: '/email', code: 'email-taken' }]);
    outbox.poke();
    return account.id;
  };

const pickProfile = ({ givenName, familyName, country, language }: Profile): Profile => ({
  givenName,
  familyName,
  country,
  language,
});
