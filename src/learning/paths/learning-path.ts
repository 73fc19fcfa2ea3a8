import { z } from 'zod';
import type { Localised } from '../../platform/i18n.ts';
import { localised, slug } from '../content-text.ts';

/**
 * A learning path: courses in an order, each opening the next. Written as `content/paths/<id>.json`; what spans several
 * files is checked by `pathFaults`.
 */
export const pathFile = z.strictObject({
  id: slug,
  version: z.int().min(1),
  title: localised,
  summary: localised,
  audience: localised,
  outcomes: z.array(localised).min(1),
  /** A course that is not required may be left out: it opens nothing and holds nothing up. */
  steps: z
    .array(z.strictObject({ courseId: slug, required: z.boolean() }))
    .min(2)
    .max(20),
});

export type LearningPath = z.infer<typeof pathFile>;

type Known = { courseId: string; title: Localised };

/** How far somebody is in one course, as a path needs it. */
export type CourseStanding = 'not-begun' | 'active' | 'completed';

/** A step as its learner sees it; `missing` is what must be completed first, empty when the step is open. */
export type PathStep = Known & {
  required: boolean;
  standing: CourseStanding;
  state: 'done' | 'current' | 'open' | 'locked';
  missing: readonly Known[];
};

/** Required steps completed, of all required steps. */
export type PathProgress = { done: number; total: number };

type StandingOf = (courseId: string) => CourseStanding;
type TitleOf = (courseId: string) => Localised;

/** The required steps before a step that are not completed: they unlock it. */
const missingBefore = ({ steps }: LearningPath, position: number, standingOf: StandingOf): string[] =>
  steps
    .slice(0, position)
    .filter(({ courseId, required }) => required && standingOf(courseId) !== 'completed')
    .map(({ courseId }) => courseId);

/** Whether a step may be begun in this path. A course that is under way is never locked again. */
export const missingFor = (path: LearningPath, courseId: string, standingOf: StandingOf): string[] => {
  const position = path.steps.findIndex((step) => step.courseId === courseId);
  return standingOf(courseId) === 'not-begun' ? missingBefore(path, position, standingOf) : [];
};

export const stepsOfPath = (path: LearningPath, standingOf: StandingOf, titleOf: TitleOf): PathStep[] => {
  const known = (courseId: string): Known => ({ courseId, title: titleOf(courseId) });
  let currentFound = false;
  return path.steps.map(({ courseId, required }) => {
    const standing = standingOf(courseId);
    const missing = missingFor(path, courseId, standingOf).map(known);
    const isOpen = standing !== 'completed' && missing.length === 0;
    const isCurrent = isOpen && required && !currentFound;
    currentFound ||= isCurrent;
    const openState = isCurrent ? 'current' : 'open';
    const state = standing === 'completed' ? 'done' : isOpen ? openState : 'locked';
    return { ...known(courseId), required, standing, state, missing };
  });
};

export const progressOfPath = ({ steps }: LearningPath, standingOf: StandingOf): PathProgress => {
  const required = steps.filter((step) => step.required);
  const done = required.filter(({ courseId }) => standingOf(courseId) === 'completed');
  return { done: done.length, total: required.length };
};
