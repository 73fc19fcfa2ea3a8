import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import type { AttemptStore } from '../attempts/attempt-store.ts';
import { QuestionReportSettled } from './events.ts';
import {
  type QuestionReportEntry,
  type ReportKind,
  type ReportOutcome,
  settleReport,
} from './question-report.ts';
import type { ReportStore } from './report-store.ts';

type Deps = { reports: ReportStore; attempts: Pick<AttemptStore, 'ofAccount'>; clock: Clock; outbox: Outbox };

export type ReportRequest = {
  accountId: string;
  attemptId: string;
  slot: number;
  kind: ReportKind;
  text: string;
};
type Settling = { reportId: string; by: string; outcome: ReportOutcome; note: string };

/** Candidates report questions from inside a test; examiners look at them and say what came of it. */
export const createQuestionReports = ({ reports, attempts, clock, outbox }: Deps) => {
  const find = async (reportId: string): Promise<QuestionReportEntry> => {
    const found = await reports.byId(reportId);
    if (!found) throw notFound();
    return found;
  };

  const itemOf = async (accountId: string, attemptId: string, slot: number) => {
    const attempt = await attempts.ofAccount(accountId, attemptId);
    const item = attempt?.items.find((one) => one.slot === slot);
    if (!attempt || !item) throw notFound();
    return { attempt, item };
  };

  return {
    find,
    list: (which: 'open' | 'settled') => (which === 'open' ? reports.open(200) : reports.settled(200)),
    ofAccount: reports.ofAccount,
    countOpen: reports.countOpen,

    /** Whether the slot is one of this person's attempt. @throws DomainError `not-found` */
    assertOwn: async (accountId: string, attemptId: string, slot: number): Promise<void> => {
      await itemOf(accountId, attemptId, slot);
    },

    /** During the attempt or after it. @throws DomainError `not-found`, also for somebody else's attempt */
    report: async ({ accountId, attemptId, slot, kind, text }: ReportRequest): Promise<void> => {
      const { attempt, item } = await itemOf(accountId, attemptId, slot);
      const { courseId, courseVersion, activityId } = attempt;
      await reports.put({
        id: `${attemptId}-${slot}`,
        attemptId,
        slot,
        questionId: item.questionId,
        courseId,
        courseVersion,
        activityId,
        accountId,
        kind,
        text,
        at: clock.now(),
      });
    },

    /** @throws DomainError `not-found`, `conflict` when it is settled already, `own-case` */
    settle: async ({ reportId, by, outcome, note }: Settling): Promise<void> => {
      const settled = settleReport(await find(reportId), { by, at: clock.now(), outcome, note });
      const { accountId } = settled;
      const about = { reportId, by, reason: outcome, ...(accountId ? { accountId } : {}) };
      if (!(await reports.settle(settled, eventOf(QuestionReportSettled, about, clock.now()))))
        throw new DomainError('conflict', 'conflict');
      outbox.poke();
    },
  };
};

export type QuestionReports = ReturnType<typeof createQuestionReports>;
