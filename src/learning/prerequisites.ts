import { DomainError } from '../platform/errors.ts';
import type { Localised } from '../platform/i18n.ts';
import type { CourseContent } from './course-schema.ts';
import type { CourseStore } from './course-store.ts';
import type { EnrolmentStore } from './enrolments/enrolment-store.ts';

/** A course that must be completed first. */
export type Prerequisite = { courseId: string; title: Localised; completed: boolean };

type Deps = { courses: CourseStore; enrolments: EnrolmentStore };

/** What a person must have completed before a course is open to them. Decided here, whatever a page has shown. */
export const createPrerequisites = ({ courses, enrolments }: Deps) => {
  const standing = async (
    { prerequisites = [] }: Pick<CourseContent, 'prerequisites'>,
    accountId?: string,
  ): Promise<Prerequisite[]> => {
    if (prerequisites.length === 0) return [];
    const completed = accountId === undefined ? new Set() : await enrolments.completedBy(accountId);
    return Promise.all(
      prerequisites.map(async (courseId) => {
        const title = (await courses.current(courseId))?.title ?? { en: courseId, fr: courseId };
        return { courseId, title, completed: completed.has(courseId) };
      }),
    );
  };

  return {
    /** Every prerequisite of the course, in the order of its author. Nobody has completed anything while signed out. */
    standing,

    /** @throws DomainError `prerequisites-missing` (409) */
    assertMet: async (course: CourseContent, accountId: string): Promise<void> => {
      const missing = (await standing(course, accountId)).filter(({ completed }) => !completed);
      if (missing.length === 0) return;
      const courses = missing.map(({ courseId }) => courseId).join(', ');
      throw new DomainError('conflict', 'prerequisites-missing', { params: { courses } });
    },
  };
};

export type Prerequisites = ReturnType<typeof createPrerequisites>;
