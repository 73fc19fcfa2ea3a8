import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { type EventKind, eventOf } from '../../platform/events.ts';
import { type Random, token } from '../../platform/random.ts';
import type { AttemptStore } from '../attempts/attempt-store.ts';
import type { CaseStore } from './case-store.ts';
import {
  AllegationAnswered,
  AllegationMade,
  CaseCleared,
  CaseOpened,
  CaseRecused,
  DenialAppealed,
  DenialOverturned,
  DenialProposed,
  DenialReturned,
  DenialUpheld,
  ResultDenied,
} from './events.ts';
import {
  allege,
  answerAllegation,
  appealDenial,
  clear,
  confirmDenial,
  type DenialReason,
  type IntegrityCase,
  letStand,
  openCase,
  overturnDenial,
  proposeDenial,
  recuse,
  returnProposal,
  upholdDenial,
} from './integrity-case.ts';
import type { SignalStore } from './signal-store.ts';

type Deps = {
  cases: CaseStore;
  attempts: Pick<AttemptStore, 'byId'>;
  signals: Pick<SignalStore, 'ofAttempt'>;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/** What a member of staff does to a case, with the reasons in words. */
export type StaffAct = { caseId: string; by: string; text: string };
export type CandidateAct = { caseId: string; accountId: string; text: string };

type CaseEvent = {
  caseId: string;
  enrolmentId: string;
  attemptId: string;
  accountId?: string | undefined;
  by: string;
};

const subjectOf = ({ id, enrolmentId, attemptId, accountId }: IntegrityCase) => ({
  caseId: id,
  enrolmentId,
  attemptId,
  ...(accountId ? { accountId } : {}),
});

/**
 * The life of a case about an attempt. Every step is one update from a known revision, with its event inside, so two
 * people at once give one step; whoever came second is told that the case has moved on (`case-moved-on`, 409).
 */
export const createCases = ({ cases, attempts, signals, clock, random, outbox }: Deps) => {
  const find = async (caseId: string): Promise<IntegrityCase> => {
    const found = await cases.byId(caseId);
    if (!found) throw notFound();
    return found;
  };

  const move = async <E extends CaseEvent>(
    from: IntegrityCase,
    to: IntegrityCase,
    kind: EventKind<E>,
    more: Omit<E, keyof Omit<CaseEvent, 'by'>>,
  ): Promise<void> => {
    const payload = { ...subjectOf(to), ...more } as unknown as E;
    if (!(await cases.change(from, to, eventOf(kind, payload, clock.now())))) {
      throw new DomainError('conflict', 'case-moved-on');
    }
    outbox.poke();
  };

  /** @throws DomainError `not-found`, also for somebody else's case and while the candidate has not been told */
  const ofCandidate = async (accountId: string, caseId: string): Promise<IntegrityCase> => {
    const found = await find(caseId);
    if (found.accountId !== accountId || !('allegation' in found)) throw notFound();
    return found;
  };

  const act = ({ by, text }: StaffAct) => ({ by, text, at: clock.now() });

  return {
    find,
    ofCandidate,

    /**
     * Opens a case about a closed attempt, or answers the one there is. `by` is `system` when the rules of the test ask.
     * @throws DomainError `not-found`, `own-case`
     */
    open: async (attemptId: string, by: string): Promise<{ caseId: string }> => {
      const attempt = await attempts.byId(attemptId);
      if (!attempt || attempt.state === 'in_progress' || !attempt.accountId) throw notFound();
      if (attempt.accountId === by) throw new DomainError('forbidden', 'own-case');
      const { enrolmentId, courseId, activityId, accountId } = attempt;
      const at = clock.now();
      const one = openCase({
        id: token(random, 16),
        attemptId,
        enrolmentId,
        courseId,
        activityId,
        accountId,
        signals: (await signals.ofAttempt(attemptId))?.signals ?? [],
        by,
        at,
      });
      if (await cases.insert(one, eventOf(CaseOpened, { ...subjectOf(one), by }, at))) {
        outbox.poke();
        return { caseId: one.id };
      }
      const there = await cases.ofAttempt(attemptId);
      if (!there) throw notFound();
      return { caseId: there.id };
    },

    recuse: async ({ caseId, by }: Omit<StaffAct, 'text'>): Promise<void> => {
      const one = await find(caseId);
      await move(one, recuse(one, { by, at: clock.now() }), CaseRecused, { by });
    },
    allege: async (given: StaffAct): Promise<void> => {
      const one = await find(given.caseId);
      await move(one, allege(one, act(given)), AllegationMade, { by: given.by });
    },
    clear: async (given: StaffAct): Promise<void> => {
      const one = await find(given.caseId);
      const told = 'allegation' in one;
      await move(one, clear(one, act(given)), CaseCleared, { by: given.by, told });
    },
    proposeDenial: async (given: StaffAct & { reason: DenialReason }): Promise<void> => {
      const one = await find(given.caseId);
      const { by, reason } = given;
      await move(one, proposeDenial(one, { ...act(given), reason }), DenialProposed, { by, reason });
    },
    confirmDenial: async (given: StaffAct): Promise<void> => {
      const one = await find(given.caseId);
      const denied = confirmDenial(one, act(given));
      await move(one, denied, ResultDenied, { by: given.by, reason: denied.proposal.reason });
    },
    returnProposal: async (given: StaffAct): Promise<void> => {
      const one = await find(given.caseId);
      await move(one, returnProposal(one, act(given)), DenialReturned, { by: given.by });
    },
    uphold: async (given: StaffAct): Promise<void> => {
      const one = await find(given.caseId);
      await move(one, upholdDenial(one, act(given)), DenialUpheld, { by: given.by });
    },
    overturn: async (given: StaffAct): Promise<void> => {
      const one = await find(given.caseId);
      await move(one, overturnDenial(one, act(given)), DenialOverturned, { by: given.by });
    },

    answer: async ({ caseId, accountId, text }: CandidateAct): Promise<void> => {
      const one = await ofCandidate(accountId, caseId);
      const answered = answerAllegation(one, { text, at: clock.now() });
      await move(one, answered, AllegationAnswered, { by: 'candidate' });
    },
    appeal: async ({ caseId, accountId, text }: CandidateAct): Promise<void> => {
      const one = await ofCandidate(accountId, caseId);
      await move(one, appealDenial(one, { text, at: clock.now() }), DenialAppealed, { by: 'candidate' });
    },

    /** Lets denials stand whose time for an appeal has passed; answers how many. Safe to race. */
    settle: async (now: Date): Promise<number> => {
      let settled = 0;
      for (const one of await cases.unappealed(now, 200)) {
        const to = letStand(one, now);
        const event = eventOf(DenialUpheld, { ...subjectOf(to), by: 'system' }, now);
        if (await cases.change(one, to, event)) settled += 1;
      }
      if (settled > 0) outbox.poke();
      return settled;
    },
  };
};

export type Cases = ReturnType<typeof createCases>;
