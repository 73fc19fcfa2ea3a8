import type { CourseFault } from './course-checks.ts';
import type { CourseContent } from './course-schema.ts';

type Course = Pick<CourseContent, 'id' | 'prerequisites'>;

/** The courses that lead from one course back to itself, if any: `a → b → a`. */
const circleFrom = (start: string, nextOf: (id: string) => readonly string[]): string[] | undefined => {
  const walk = (trail: readonly string[]): string[] | undefined => {
    for (const next of nextOf(trail.at(-1) ?? start)) {
      if (next === start) return [...trail, next];
      if (trail.includes(next)) continue;
      const found = walk([...trail, next]);
      if (found) return found;
    }
    return undefined;
  };
  return walk([start]);
};

/** Faults of prerequisites, which only all courses together show: unknown ones, repeated ones, circles. */
export const prerequisiteFaults = (courses: readonly Course[]): CourseFault[] => {
  const byId = new Map(courses.map((course) => [course.id, course.prerequisites ?? []]));
  return courses.flatMap(({ id, prerequisites = [] }) => {
    const circle = circleFrom(id, (other) => byId.get(other) ?? []);
    const messages = [
      ...prerequisites.filter((other) => !byId.has(other)).map((other) => `course "${other}" does not exist`),
      ...prerequisites
        .filter((other, index) => prerequisites.indexOf(other) !== index)
        .map((other) => `course "${other}" is named twice`),
      ...(circle ? [`goes in a circle: ${circle.join(' → ')}`] : []),
    ];
    return messages.map((message) => ({ file: `${id}/course.json`, field: 'prerequisites', message }));
  });
};
