import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { CourseContent } from './course-schema.ts';
import type { CourseStore } from './course-store.ts';

export type Publication = { courseId: string; version: number; outcome: 'published' | 'unchanged' };

/**
 * Publishes a course version and offers it. Repeating it changes nothing; learners of earlier versions keep theirs.
 * @throws DomainError `course-version-changed` (409) when this version exists with other content
 */
export const createPublishCourse =
  ({ courses, clock }: { courses: CourseStore; clock: Clock }) =>
  async (content: CourseContent): Promise<Publication> => {
    const { id: courseId, version, contentHash } = content;
    const { hash, isNew } = await courses.keep(content, clock.now());
    if (hash !== contentHash) {
      throw new DomainError('conflict', 'course-version-changed', { params: { course: courseId, version } });
    }
    await courses.offer(courseId, version);
    return { courseId, version, outcome: isNew ? 'published' : 'unchanged' };
  };
