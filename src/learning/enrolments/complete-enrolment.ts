import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { eventOf } from '../../platform/events.ts';
import type { Language } from '../../platform/i18n.ts';
import type { CourseStore } from '../course-store.ts';
import { EnrolmentCompleted } from '../events.ts';
import { complete, type Enrolment } from './enrolment.ts';
import type { EnrolmentStore } from './enrolment-store.ts';
import { isComplete } from './progress.ts';

/** Asks accounts which language a learner has chosen. */
export type LanguageOf = (accountId: string) => Promise<Language | undefined>;

type Deps = {
  courses: CourseStore;
  enrolments: EnrolmentStore;
  languageOf: LanguageOf;
  clock: Clock;
  outbox: Outbox;
};

/**
 * Completes an enrolment when the stored progress satisfies its pinned course version; otherwise does nothing. Called
 * after each step and at each reading, so a step that was cut off before it is completed by the next look.
 */
export const createCompleteEnrolment =
  ({ courses, enrolments, languageOf, clock, outbox }: Deps) =>
  async (enrolmentId: string): Promise<Enrolment | undefined> => {
    const enrolment = await enrolments.byId(enrolmentId);
    if (enrolment?.state !== 'active') return enrolment;
    const course = await courses.version(enrolment.courseId, enrolment.courseVersion);
    if (!course || !isComplete(course, enrolment.progress)) return enrolment;
    const now = clock.now();
    const language = (await languageOf(enrolment.accountId)) ?? 'en';
    const completed = complete(enrolment, course, { now, language });
    if (!completed) return enrolment;
    const { accountId, courseId } = enrolment;
    const event = eventOf(EnrolmentCompleted, { enrolmentId, accountId, courseId }, now);
    if (!(await enrolments.complete(completed, event))) return enrolments.byId(enrolmentId);
    outbox.poke();
    return completed;
  };

export type CompleteEnrolment = ReturnType<typeof createCompleteEnrolment>;
