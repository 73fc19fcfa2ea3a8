import { DomainError } from '../../platform/errors.ts';

/** What a candidate says is wrong with a question. */
export const reportKinds = [
  'unclear',
  'no-right-answer',
  'wording',
  'translation',
  'display',
  'other',
] as const;
export type ReportKind = (typeof reportKinds)[number];

/** What came of it. */
export const reportOutcomes = ['mended', 'regraded', 'as-intended'] as const;
export type ReportOutcome = (typeof reportOutcomes)[number];

/** A question reported from inside a test. One per question and attempt; a second one replaces what the first said. */
export type QuestionReportEntry = {
  id: string;
  attemptId: string;
  slot: number;
  questionId: string;
  courseId: string;
  courseVersion: number;
  activityId: string;
  /** Missing once the candidate was erased. */
  accountId?: string;
  kind: ReportKind;
  text: string;
  at: Date;
  settled?: { at: Date; by: string; outcome: ReportOutcome; note: string };
};

type Settling = { by: string; at: Date; outcome: ReportOutcome; note: string };

/** @throws DomainError `conflict` when somebody has settled it already; `own-case` for whoever reported it */
export const settleReport = (report: QuestionReportEntry, settled: Settling): QuestionReportEntry => {
  if (report.settled) throw new DomainError('conflict', 'conflict');
  if (report.accountId === settled.by) throw new DomainError('forbidden', 'own-case');
  return { ...report, settled };
};
