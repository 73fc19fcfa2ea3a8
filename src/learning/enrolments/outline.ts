import type { Localised } from '../../platform/i18n.ts';
import type { WorkState } from '../assignments/work.ts';
import type { Activity, CourseContent } from '../course-schema.ts';
import type { Enrolment, OpenEnrolment } from './enrolment.ts';
import {
  type ActivityStatus,
  countDone,
  isStepDone,
  missingBefore,
  nextStep,
  statusOf,
  workStateOf,
} from './progress.ts';

/** One line of "my learning". */
export type LearningCard = {
  enrolmentId: string;
  courseId: string;
  title: Localised;
  state: Enrolment['state'];
  enrolledAt: Date;
  completedAt?: Date;
  progress: { done: number; total: number };
  next?: { activityId: string; title: Localised; minutes: number };
};

export type OutlineStep = {
  id: string;
  title: Localised;
  kind: Activity['kind'];
  minutes: number;
  required: boolean;
  status: ActivityStatus;
  done: boolean;
  score?: number;
  /** Of an assignment, once something was written. */
  work?: WorkState;
  /** What must be done first; empty when the step is open. */
  missing: readonly { id: string; title: Localised }[];
};

/** A course as one learner sees it. */
export type Outline = LearningCard & {
  courseVersion: number;
  modules: readonly { id: string; title: Localised; steps: readonly OutlineStep[] }[];
  /** What later versions than the pinned one changed, oldest first. */
  changes: NonNullable<CourseContent['changes']>;
};

export const cardOf = (enrolment: Enrolment, course: CourseContent): LearningCard => {
  const { id: enrolmentId, courseId, state, enrolledAt, progress, lastActivityId } = enrolment;
  const next = nextStep(course, progress, lastActivityId);
  return {
    enrolmentId,
    courseId,
    title: course.title,
    state,
    enrolledAt,
    ...(enrolment.state === 'completed' ? { completedAt: enrolment.completedAt } : {}),
    progress: countDone(course, progress),
    ...(next && state !== 'withdrawn'
      ? { next: { activityId: next.id, title: next.title, minutes: next.minutes } }
      : {}),
  };
};

export const outlineStep = (course: CourseContent, enrolment: Enrolment, step: Activity): OutlineStep => {
  const { progress } = enrolment;
  const { id, title, kind, minutes, required } = step;
  const score = Object.hasOwn(progress, id) ? progress[id]?.score : undefined;
  const work = workStateOf(progress, id);
  return {
    id,
    title,
    kind,
    minutes,
    required,
    status: statusOf(progress, id),
    done: isStepDone(progress, step),
    ...(score === undefined ? {} : { score }),
    ...(work === undefined ? {} : { work }),
    missing: missingBefore(course, progress, id).map((before) => ({ id: before.id, title: before.title })),
  };
};

/** `offered` is the version that new learners get. */
export const outlineOf = (
  enrolment: OpenEnrolment,
  course: CourseContent,
  offered: CourseContent = course,
): Outline => ({
  ...cardOf(enrolment, course),
  courseVersion: course.version,
  changes: (offered.changes ?? [])
    .filter(({ version }) => version > course.version)
    .sort((a, b) => a.version - b.version),
  modules: course.modules.map(({ id, title, activities }) => ({
    id,
    title,
    steps: activities.map((step) => outlineStep(course, enrolment, step)),
  })),
});
