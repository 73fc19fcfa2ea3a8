import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { ErasureLine } from './erasure.ts';
import type { ErasureStore } from './erasure-store.ts';
import { AccountErased } from './events.ts';

/** Asks accounts to end every session and to let nobody sign in any more. Safe to repeat. */
export type CloseAccount = (accountId: string) => Promise<void>;
/** Asks the queue for the job that erases: once per account and occasion, however often asked. */
export type AskForErasure = (accountId: string, occasion: string) => Promise<void>;

type EraseDeps = {
  providers: readonly PersonalDataProvider[];
  erasures: ErasureStore;
  closeAccount: CloseAccount;
  askForErasure: AskForErasure;
  clock: Clock;
  outbox: Outbox;
};

/**
 * Erasure in two steps: the request closes the account at once, a job then goes through every module. Each provider may
 * be cut off and run again; the account's own provider comes last, so a half-done erasure is always found again.
 */
export const createErasure = (deps: EraseDeps) => {
  const { providers, erasures, clock } = deps;

  const plan = async (accountId: string): Promise<ErasureLine[]> => {
    const lines: ErasureLine[] = [];
    for (const { module, planErasure } of providers) {
      for (const line of await planErasure(accountId)) lines.push({ module, ...line });
    }
    return lines;
  };

  return {
    plan,

    request: async (accountId: string, requestedBy: string): Promise<void> => {
      const lines = await plan(accountId);
      await erasures.open({ accountId, state: 'running', requestedAt: clock.now(), requestedBy, lines });
      await deps.closeAccount(accountId);
      await deps.askForErasure(accountId, 'request');
      deps.outbox.poke();
    },

    perform: async (accountId: string): Promise<void> => {
      const request = await erasures.of(accountId);
      if (!request) throw notFound();
      if (request.state === 'done') return;
      // A cut between the request and the closing must not leave a half-erased account open.
      await deps.closeAccount(accountId);
      for (const provider of providers) await provider.erase(accountId);
      const event = eventOf(AccountErased, { accountId, by: request.requestedBy }, clock.now());
      await erasures.close(accountId, clock.now(), event);
      deps.outbox.poke();
    },

    /** Asks again, once a day, for every erasure that has not ended: its first job may have been given up. */
    resume: async (): Promise<void> => {
      const today = clock.now().toISOString().slice(0, 10);
      for (const { accountId } of await erasures.running()) await deps.askForErasure(accountId, today);
    },
  };
};
