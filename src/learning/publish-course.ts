import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { CourseContent } from './course-schema.ts';
import type { CourseStore } from './course-store.ts';
import type { ProveBlueprint } from './prove-blueprint.ts';

export type Publication = { courseId: string; version: number; outcome: 'published' | 'unchanged' };

/**
 * Publishes a course version and offers it. Repeating it changes nothing; learners of earlier versions keep theirs.
 * @throws DomainError `course-version-changed` (409) when this version exists with other content, `blueprint-short` (409)
 * when the bank cannot fill one of its tests
 */
export const createPublishCourse =
  ({
    courses,
    clock,
    proveBlueprint,
  }: {
    courses: CourseStore;
    clock: Clock;
    proveBlueprint: ProveBlueprint;
  }) =>
  async (content: CourseContent): Promise<Publication> => {
    const { id: courseId, version, contentHash } = content;
    // Once published it stays so: the bank may shrink later, and learners of this version keep theirs.
    if (!(await courses.version(courseId, version))) await proveBlueprint(content);
    const { hash, isNew } = await courses.keep(content, clock.now());
    if (hash !== contentHash) {
      throw new DomainError('conflict', 'course-version-changed', { params: { course: courseId, version } });
    }
    await courses.offer(courseId, version);
    return { courseId, version, outcome: isNew ? 'published' : 'unchanged' };
  };
