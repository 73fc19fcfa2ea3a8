import { z } from 'zod';
import { defineEvent } from '../platform/events.ts';

const enrolment = { enrolmentId: z.string(), accountId: z.string(), courseId: z.string() };

/** Somebody may begin a course. */
export const Enrolled = defineEvent('Enrolled', z.strictObject(enrolment));

/** Everything required is done and the test passed: computed here, from the pinned course version. */
export const EnrolmentCompleted = defineEvent('EnrolmentCompleted', z.strictObject(enrolment));

/** A completed enrolment is being renewed: `renewal` is the id of the enrolment that does it. */
export const EnrolmentRenewed = defineEvent(
  'EnrolmentRenewed',
  z.strictObject({ ...enrolment, renewal: z.string() }),
);

/** Access ended before completion, because the order was refunded. */
export const EnrolmentWithdrawn = defineEvent(
  'EnrolmentWithdrawn',
  z.strictObject({ ...enrolment, orderId: z.string(), reason: z.string() }),
);

/** A paid order asked for a course that its buyer holds already: somebody must look at it, and most likely refund. */
export const CourseOrderedAgain = defineEvent(
  'CourseOrderedAgain',
  z.strictObject({ ...enrolment, orderId: z.string() }),
);

/** An attempt at a test is closed, by its candidate or because the time was up. It is graded next. */
export const AttemptSubmitted = defineEvent(
  'AttemptSubmitted',
  z.strictObject({ ...enrolment, attemptId: z.string() }),
);

const item = { itemId: z.string(), by: z.string() };

/** A version of an item is drawn by tests from now on. `by`: account id, or `content`. */
export const ItemPublished = defineEvent('ItemPublished', z.strictObject({ ...item, version: z.int() }));

/** The questions of a file that was looked at come into the bank. */
export const ItemImportConfirmed = defineEvent(
  'ItemImportConfirmed',
  z.strictObject({ importId: z.string(), by: z.string() }),
);

/** An item is drawn no more. */
export const ItemRetired = defineEvent('ItemRetired', z.strictObject(item));

/** A retirement was taken back. */
export const ItemRestored = defineEvent('ItemRestored', z.strictObject(item));
/**
 * The result of an attempt is final: graded, and nothing is left to look at. `awaited` when a person had to mark or to
 * look first, so that the candidate left without knowing it.
 */
export const AttemptConfirmed = defineEvent(
  'AttemptConfirmed',
  z.strictObject({ ...enrolment, attemptId: z.string(), awaited: z.boolean().optional() }),
);

/** Staff has given minutes back to those who sat a test during an incident. */
export const TimeCredited = defineEvent(
  'TimeCredited',
  z.strictObject({ incidentId: z.string(), by: z.string(), reason: z.string() }),
);

/** Staff has given somebody more time or attempts, or taken that back. */
export const AccommodationChanged = defineEvent(
  'AccommodationChanged',
  z.strictObject({ accommodationId: z.string(), accountId: z.string(), by: z.string(), reason: z.string() }),
);

/** The next version of a course was handed to a reviewer, sent back, or published. */
export const CourseDraftMoved = defineEvent(
  'CourseDraftMoved',
  z.strictObject({
    courseId: z.string(),
    version: z.number(),
    by: z.string(),
    step: z.enum(['submitted', 'returned', 'published']),
  }),
);
