import type { Language, Localised } from '../platform/i18n.ts';
import type { CourseStore } from './course-store.ts';
import type { CourseResult } from './enrolments/enrolment.ts';
import type { EnrolmentStore } from './enrolments/enrolment-store.ts';

/** Everything that a certificate says about an achievement, from the pinned course version. */
export type Award = {
  accountId: string;
  courseId: string;
  courseVersion: number;
  achievement: { name: Localised; description: Localised; criteria: Localised; humanCode: string };
  /** One line: how it was assessed. */
  assessment: Localised;
  level: Localised;
  workloadMinutes: number;
  /** The learner's at completion. */
  language: Language;
  completedAt: Date;
  result?: CourseResult;
};

/** What a completed enrolment has earned; nothing for any other, whatever its progress seems to say. */
export const createAwardOf =
  ({ enrolments, courses }: { enrolments: EnrolmentStore; courses: CourseStore }) =>
  async (enrolmentId: string): Promise<Award | undefined> => {
    const enrolment = await enrolments.byId(enrolmentId);
    if (enrolment?.state !== 'completed') return undefined;
    const { accountId, courseId, courseVersion, language, completedAt, result } = enrolment;
    const course = await courses.version(courseId, courseVersion);
    if (!course) throw new Error(`course ${courseId}@${courseVersion} is gone`);
    const { name, description, criteria, humanCode } = course.achievement;
    return {
      accountId,
      courseId,
      courseVersion,
      achievement: { name, description, criteria, humanCode },
      assessment: course.assessment,
      level: course.level,
      workloadMinutes: course.workloadMinutes,
      language,
      completedAt,
      ...(result ? { result } : {}),
    };
  };
