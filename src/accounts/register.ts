import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { invalid } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import { type Account, emailAddress, profileShape, type Role } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { AccountRegistered, RegistrationRepeated } from './events.ts';
import { hashPassword } from './password-hash.ts';
import { passwordFault } from './password-rules.ts';

/** What the registration form sends. */
export const registrationShape = profileShape.extend({ email: emailAddress, password: z.string() });
export type Registration = z.infer<typeof registrationShape>;

type RegisterDeps = { accounts: AccountStore; operator: string; clock: Clock; outbox: Outbox };

/**
 * Opens an account that waits for its address to be confirmed. Answers the same for an address that has one already: only
 * its owner, by letter, learns the difference. A password is judged before anything is looked up.
 * @throws DomainError `invalid-input` when the password breaks a rule
 */
export const createRegister = ({ accounts, operator, clock, outbox }: RegisterDeps) => {
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

  const repeat = async (email: string): Promise<void> => {
    const existing = await accounts.byEmail(email);
    if (!existing) return;
    const again = existing.state === 'pending_verification' ? AccountRegistered : RegistrationRepeated;
    await accounts.change(existing.id, {}, eventOf(again, { accountId: existing.id }, clock.now()));
  };

  return async (registration: Registration): Promise<void> => {
    const fault = passwordFault(registration.password, { ...registration, operator });
    if (fault) throw invalid([fault]);
    // The costly hash comes first, so that a known address answers no sooner than a new one.
    const account = open(registration, await hashPassword(registration.password));
    const event = eventOf(AccountRegistered, { accountId: account.id }, clock.now());
    if (!(await accounts.add(account, event))) await repeat(registration.email);
    outbox.poke();
  };
};

export type NewAccount = Registration & { roles: readonly Role[]; confirmed: true };

/**
 * Opens an account that is confirmed already: for the demo's people.
 * @throws DomainError `invalid-input` when the address is taken or the password breaks a rule
 */
export const createAddAccount =
  ({ accounts, operator, clock }: Omit<RegisterDeps, 'outbox'>) =>
  async ({ confirmed: _confirmed, roles, password, ...profile }: NewAccount): Promise<string> => {
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
    if (!(await accounts.add(account))) throw invalid([{ pointer: '/email', code: 'email-taken' }]);
    return account.id;
  };
