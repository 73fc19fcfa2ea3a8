import type { Language } from '../platform/i18n.ts';
import { type Achievement, achievementOf } from './achievement.ts';
import type { CourseStore } from './course-store.ts';
import type { CourseResult } from './enrolments/enrolment.ts';
import type { EnrolmentStore } from './enrolments/enrolment-store.ts';

/** What one person has earned, in the pinned course version. */
export type Award = {
  accountId: string;
  achievement: Achievement;
  /** The learner's at completion. */
  language: Language;
  completedAt: Date;
  result?: CourseResult;
  /** The completed enrolment whose certificate this one continues. */
  renews?: string;
};

type Deps = {
  enrolments: EnrolmentStore;
  courses: CourseStore;
  /** Asks whether the result behind it is denied. */
  deniesResultOf(enrolmentId: string): Promise<boolean>;
};

/** What a completed enrolment has earned; nothing for any other, whatever its progress seems to say. */
export const createAwardOf =
  ({ enrolments, courses, deniesResultOf }: Deps) =>
  async (enrolmentId: string): Promise<Award | undefined> => {
    const enrolment = await enrolments.byId(enrolmentId);
    if (enrolment?.state !== 'completed' || (await deniesResultOf(enrolmentId))) return undefined;
    const { accountId, courseId, courseVersion, language, completedAt, result, renews } = enrolment;
    const course = await courses.version(courseId, courseVersion);
    if (!course) throw new Error(`course ${courseId}@${courseVersion} is gone`);
    const achievement = achievementOf(course);
    return {
      accountId,
      achievement,
      language,
      completedAt,
      ...(result ? { result } : {}),
      ...(renews === undefined ? {} : { renews }),
    };
  };
