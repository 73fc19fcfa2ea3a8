import { z } from 'zod';
import { defineEvent } from '../../platform/events.ts';
import { reportOutcomes } from './question-report.ts';

/** Somebody has looked at a reported question; `reason` is what came of it. */
export const QuestionReportSettled = defineEvent(
  'QuestionReportSettled',
  z.strictObject({
    reportId: z.string(),
    accountId: z.string().optional(),
    by: z.string(),
    reason: z.enum(reportOutcomes),
  }),
);
