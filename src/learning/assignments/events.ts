import { z } from 'zod';
import { defineEvent } from '../../platform/events.ts';

const work = { workId: z.string(), enrolmentId: z.string(), accountId: z.string() };

/** A version of an assignment was handed in, or a second look at one was asked for: it waits for an examiner. */
export const AssignmentHandedIn = defineEvent(
  'AssignmentHandedIn',
  z.strictObject({ ...work, version: z.int() }),
);

/** An examiner has passed, not passed or returned a version. */
export const AssignmentJudged = defineEvent(
  'AssignmentJudged',
  z.strictObject({
    ...work,
    version: z.int(),
    by: z.string(),
    outcome: z.enum(['passed', 'not-passed', 'returned']),
  }),
);
