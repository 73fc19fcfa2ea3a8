import type { Clock } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { type Attempt, isClosed } from './attempt.ts';
import type { AttemptStore } from './attempt-store.ts';
import type { IntegrityEvent, IntegrityEventType, ReportedType, Rule, Witness } from './integrity-event.ts';
import { type IntegrityEventStore, mostReports } from './integrity-event-store.ts';

/** One line of what happened during an attempt, by the server's clock. `slot` is the question that was saved. */
export type TimelineEntry = {
  at: Date;
  type: IntegrityEventType | 'started' | 'saved' | 'submitted' | 'timed-out' | 'time-credited';
  slot?: number;
  rule?: Rule;
  /** Minutes that were credited. */
  minutes?: number;
  /** How often within the minute, for what is only counted. */
  count?: number;
};

const fromAttempt = (attempt: Attempt): TimelineEntry[] => [
  { at: attempt.startedAt, type: 'started' },
  ...(attempt.saves ?? []).map(({ at, slot }) => ({ at, type: 'saved' as const, slot })),
  ...(attempt.time?.credits ?? []).map(({ at, minutes }) => ({
    at,
    type: 'time-credited' as const,
    minutes,
  })),
  ...(isClosed(attempt)
    ? [
        {
          at: attempt.submittedAt,
          type: attempt.submittedBy === 'timer' ? ('timed-out' as const) : ('submitted' as const),
        },
      ]
    : []),
];

const fromEvent = ({ at, type, rule, count }: IntegrityEvent): TimelineEntry => ({
  at,
  type,
  ...(rule ? { rule } : {}),
  ...(count > 1 ? { count } : {}),
});

export const timelineOf = (attempt: Attempt, events: readonly IntegrityEvent[]): TimelineEntry[] =>
  [...fromAttempt(attempt), ...events.map(fromEvent)].sort((a, b) => a.at.getTime() - b.at.getTime());

export type Report = {
  accountId: string;
  attemptId: string;
  type: ReportedType;
  /** From 1; the same number again is the same report. */
  number: number;
};

type Deps = { attempts: AttemptStore; events: IntegrityEventStore; clock: Clock };

export const createWitness = ({ events, clock }: Pick<Deps, 'events' | 'clock'>): Witness => ({
  saw: (event) => events.count({ ...event, at: clock.now() }),
  bypass: (event) => events.count({ ...event, type: 'bypass-tried', at: clock.now() }),
});

export const createTimeline = ({ attempts, events, clock }: Deps) => ({
  /**
   * What happened during an attempt, oldest first. For staff: nothing here says that anybody did wrong.
   * @throws DomainError `not-found`
   */
  timeline: async (attemptId: string): Promise<TimelineEntry[]> => {
    const attempt = await attempts.byId(attemptId);
    if (!attempt) throw notFound();
    // What others tried with this attempt stands in their own records, not in its candidate's.
    const noticed = await events.ofAttempt(attemptId);
    return timelineOf(
      attempt,
      noticed.filter(({ accountId }) => accountId === attempt.accountId),
    );
  },

  /**
   * Keeps what the page of the candidate reports. More than the most that are kept are dropped without a word.
   * @throws DomainError `not-found`, `attempt-moved-on` (409) when the attempt is closed
   */
  report: async ({ accountId, attemptId, type, number }: Report): Promise<void> => {
    const attempt = await attempts.ofAccount(accountId, attemptId);
    if (!attempt) throw notFound();
    if (isClosed(attempt))
      throw new DomainError('conflict', 'attempt-moved-on', { params: { state: attempt.state } });
    if (number <= mostReports) await events.report(number, { type, accountId, attemptId, at: clock.now() });
  },
});

export type Timeline = ReturnType<typeof createTimeline>;
