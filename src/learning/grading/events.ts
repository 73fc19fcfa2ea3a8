import { z } from 'zod';
import { defineEvent } from '../../platform/events.ts';

/** It was decided that a question counts for nobody, or has another key: every attempt that met it is graded anew. */
export const RegradeDecided = defineEvent(
  'RegradeDecided',
  z.strictObject({ regradeId: z.string(), by: z.string(), reason: z.enum(['void', 'key', 'number']) }),
);

/** The result of a closed attempt has changed, by a regrade or because a person has marked it; `newScore` by a regrade. */
export const ResultChanged = defineEvent(
  'ResultChanged',
  z.strictObject({
    attemptId: z.string(),
    accountId: z.string().optional(),
    newPass: z.boolean(),
    newScore: z.boolean().optional(),
    cause: z.enum(['regrade', 'marking']),
  }),
);

/** An examiner has marked a paper; `complete` when enough have. */
export const PaperMarked = defineEvent(
  'PaperMarked',
  z.strictObject({ attemptId: z.string(), by: z.string(), complete: z.boolean() }),
);
