import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { eventOf } from '../../platform/events.ts';
import { type Attempt, type ClosedAttempt, isClosed } from '../attempts/attempt.ts';
import type { AttemptStore } from '../attempts/attempt-store.ts';
import { appeal, approve, decideAppeal, deny, openReview } from '../attempts/transitions.ts';
import { AttemptConfirmed } from '../events.ts';
import type { CaseStore } from './case-store.ts';
import type { IntegrityCase } from './integrity-case.ts';

type Deps = {
  cases: Pick<CaseStore, 'byId'>;
  attempts: Pick<AttemptStore, 'byId' | 'move'>;
  clock: Clock;
  outbox: Outbox;
};

const lastHand = ({ steps }: IntegrityCase): string => steps.at(-1)?.by ?? 'system';

/** The next move of the attempt on the way to where its case stands; nothing when it is there. */
const nextMove = (one: IntegrityCase, attempt: ClosedAttempt): ClosedAttempt | undefined => {
  if (one.state === 'cleared') {
    if (attempt.state !== 'under_review') return undefined;
    return approve(attempt, { by: lastHand(one), reason: 'cleared', now: one.closedAt });
  }
  if (!('confirmation' in one)) return undefined;
  const { proposal, confirmation } = one;
  switch (attempt.state) {
    case 'confirmed':
      // Confirmed once more by an appeal: there is nothing left to do.
      if (attempt.review?.appeal?.decision) return undefined;
      return openReview(attempt, { reasons: [proposal.reason], now: confirmation.at });
    case 'under_review': {
      const decision = {
        by: proposal.by,
        second: confirmation.by,
        reason: proposal.reason,
        now: confirmation.at,
      };
      return deny(attempt, decision);
    }
    case 'invalidated':
      if (attempt.review.appeal || !('appeal' in one) || !one.appeal) return undefined;
      return appeal(attempt, one.appeal.at);
    case 'appealed':
      if (one.state !== 'upheld' && one.state !== 'overturned') return undefined;
      return decideAppeal(attempt, {
        upheld: one.state === 'overturned',
        by: lastHand(one),
        reason: one.state,
        now: one.closedAt,
      });
    default:
      return undefined;
  }
};

/**
 * Moves an attempt to where the case about it stands. The case decides and the attempt follows, one conditional update
 * after the other: repeated, cut off or run twice at once, it ends in the same state.
 */
export const createFollowCase = ({ cases, attempts, clock, outbox }: Deps) => {
  const current = async (attemptId: string): Promise<ClosedAttempt | undefined> => {
    const found: Attempt | undefined = await attempts.byId(attemptId);
    return found && isClosed(found) ? found : undefined;
  };

  return async (caseId: string): Promise<void> => {
    const one = await cases.byId(caseId);
    if (!one) return;
    let attempt = await current(one.attemptId);
    let next = attempt && nextMove(one, attempt);
    while (attempt && next) {
      const { id: attemptId, enrolmentId, accountId, courseId } = attempt;
      const awaited = one.state === 'cleared' ? { awaited: true } : {};
      const about = { attemptId, enrolmentId, accountId, courseId, ...awaited };
      const isFinal = next.state === 'confirmed' && accountId !== undefined;
      const events = isFinal ? [eventOf(AttemptConfirmed, about, clock.now())] : [];
      await attempts.move(attempt, next, ...events);
      attempt = await current(one.attemptId);
      next = attempt && nextMove(one, attempt);
    }
    outbox.poke();
  };
};

export type FollowCase = ReturnType<typeof createFollowCase>;
