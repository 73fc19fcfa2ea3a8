import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import type { Localised } from '../../platform/i18n.ts';
import { type CourseSummary, summaryOf } from '../catalogue.ts';
import type { CourseContent } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import type { EnrolmentStore } from '../enrolments/enrolment-store.ts';
import {
  type CourseStanding,
  type LearningPath,
  missingFor,
  type PathProgress,
  type PathStep,
  progressOfPath,
  stepsOfPath,
} from './learning-path.ts';
import type { PathStore } from './path-store.ts';

/** A path in a list. */
export type PathSummary = Pick<LearningPath, 'id' | 'title' | 'summary'> & {
  courses: number;
  workloadMinutes: number;
};

/** A path as one person sees it; signed out, nothing is begun. */
export type PathView = Pick<
  LearningPath,
  'id' | 'version' | 'title' | 'summary' | 'audience' | 'outcomes'
> & {
  workloadMinutes: number;
  followed: boolean;
  progress: PathProgress;
  steps: readonly (PathStep & { course: CourseSummary; enrolmentId?: string })[];
};

/** A followed path on the dashboard. */
export type PathCard = {
  pathId: string;
  title: Localised;
  progress: PathProgress;
  next?: { courseId: string; title: Localised };
};

type Deps = { paths: PathStore; courses: CourseStore; enrolments: EnrolmentStore; clock: Clock };

/** Learning paths: what they are made of, who follows them, and how far. Progress is that of the courses, nothing of its own. */
export const createLearningPaths = ({ paths, courses, enrolments, clock }: Deps) => {
  const coursesOf = async ({ steps }: LearningPath): Promise<ReadonlyMap<string, CourseContent>> => {
    const found = await Promise.all(steps.map(({ courseId }) => courses.current(courseId)));
    return new Map(found.filter((one) => one !== undefined).map((course) => [course.id, course]));
  };

  /** The course that a step names; publishing checks that there is one. */
  const courseOf = (known: ReadonlyMap<string, CourseContent>, courseId: string): CourseContent => {
    const course = known.get(courseId);
    if (!course) throw new Error(`course ${courseId} of a learning path is gone`);
    return course;
  };

  const standingsOf = async (accountId: string | undefined) => {
    const held = accountId === undefined ? [] : await enrolments.heldBy(accountId);
    const open = new Map(held.filter(({ state }) => state === 'active').map((one) => [one.courseId, one.id]));
    const completed = new Map(
      held.filter(({ state }) => state === 'completed').map((one) => [one.courseId, one.id]),
    );
    const standingOf = (courseId: string): CourseStanding => {
      if (completed.has(courseId)) return 'completed';
      return open.has(courseId) ? 'active' : 'not-begun';
    };
    const enrolmentOf = (courseId: string) => open.get(courseId) ?? completed.get(courseId);
    return { standingOf, enrolmentOf };
  };

  const find = async (pathId: string, accountId?: string) => {
    const following = accountId === undefined ? undefined : await paths.followingOf(accountId, pathId);
    const path = await (following ? paths.version(pathId, following.pathVersion) : paths.current(pathId));
    if (!path) throw notFound();
    return { path, followed: following !== undefined };
  };

  const workload = (known: ReadonlyMap<string, CourseContent>): number =>
    [...known.values()].reduce((sum, { workloadMinutes }) => sum + workloadMinutes, 0);

  return {
    /**
     * Publishes a version. Repeating it changes nothing.
     * @throws DomainError `path-version-changed` (409) when this version exists with other content
     */
    publish: async (path: LearningPath): Promise<void> => {
      const { kept } = await paths.keep(path, clock.now());
      if (isDeepStrictEqual(kept, path)) return;
      const params = { path: path.id, version: path.version };
      throw new DomainError('conflict', 'path-version-changed', { params });
    },

    list: async (): Promise<PathSummary[]> =>
      Promise.all(
        (await paths.allCurrent()).map(async (path) => {
          const { id, title, summary, steps } = path;
          const workloadMinutes = workload(await coursesOf(path));
          return { id, title, summary, courses: steps.length, workloadMinutes };
        }),
      ),

    /** @throws DomainError `not-found` */
    show: async (pathId: string, accountId?: string): Promise<PathView> => {
      const { path, followed } = await find(pathId, accountId);
      const known = await coursesOf(path);
      const { standingOf, enrolmentOf } = await standingsOf(accountId);
      const { id, version, title, summary, audience, outcomes } = path;
      const steps = stepsOfPath(path, standingOf, (courseId) => courseOf(known, courseId).title);
      return {
        ...{ id, version, title, summary, audience, outcomes, followed },
        workloadMinutes: workload(known),
        progress: progressOfPath(path, standingOf),
        steps: steps.map((step) => {
          const enrolmentId = enrolmentOf(step.courseId);
          const course = summaryOf(courseOf(known, step.courseId));
          return { ...step, course, ...(enrolmentId === undefined ? {} : { enrolmentId }) };
        }),
      };
    },

    /** @throws DomainError `not-found` */
    follow: async (accountId: string, pathId: string): Promise<void> => {
      const { path } = await find(pathId, accountId);
      await paths.follow({ accountId, pathId, pathVersion: path.version, followedAt: clock.now() });
    },

    /** The courses stay as they are. */
    leave: (accountId: string, pathId: string): Promise<void> => paths.leave(accountId, pathId),

    /**
     * Whoever goes by a path begins its courses in its order.
     * @throws DomainError `not-found`, `path-step-locked` (409)
     */
    assertOpen: async (accountId: string, pathId: string, courseId: string): Promise<void> => {
      const { path } = await find(pathId, accountId);
      if (!path.steps.some((step) => step.courseId === courseId)) throw notFound();
      const { standingOf } = await standingsOf(accountId);
      const missing = missingFor(path, courseId, standingOf);
      if (missing.length === 0) return;
      throw new DomainError('conflict', 'path-step-locked', { params: { courses: missing.join(', ') } });
    },

    followedBy: async (accountId: string): Promise<PathCard[]> => {
      const { standingOf } = await standingsOf(accountId);
      const followed = await paths.followedBy(accountId);
      const cards = followed.map(async ({ pathId, pathVersion }) => {
        const path = await paths.version(pathId, pathVersion);
        if (!path) return undefined;
        const known = await coursesOf(path);
        const steps = stepsOfPath(path, standingOf, (courseId) => courseOf(known, courseId).title);
        const next = steps.find(({ state }) => state === 'current');
        return {
          pathId,
          title: path.title,
          progress: progressOfPath(path, standingOf),
          ...(next ? { next: { courseId: next.courseId, title: next.title } } : {}),
        };
      });
      return (await Promise.all(cards)).filter((card) => card !== undefined);
    },
  };
};

export type LearningPaths = ReturnType<typeof createLearningPaths>;
