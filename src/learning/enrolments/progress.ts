import type { WorkState } from '../assignments/work.ts';
import { requiredBefore, requiredSteps, stepOf, stepsOf } from '../course.ts';
import type { Activity, CourseContent } from '../course-schema.ts';

/** How far one activity is. A better status is never taken back by a worse result. */
export type ActivityStatus = 'not_attempted' | 'incomplete' | 'completed' | 'passed' | 'failed';

export type ActivityProgress = {
  status: ActivityStatus;
  /** The best one, as a fraction of 1. */
  score?: number;
  firstAt: Date;
  lastAt: Date;
  /** Of an assignment: where its work stood at that revision. */
  work?: { state: WorkState; revision: number };
};

/** By activity id; an activity that was never opened is missing. */
export type Progress = Readonly<Record<string, ActivityProgress>>;

export const statusOf = (progress: Progress, activityId: string): ActivityStatus =>
  (Object.hasOwn(progress, activityId) ? progress[activityId]?.status : undefined) ?? 'not_attempted';

/**
 * A test counts only when it is passed; a quiz when its score was reached; an assignment as its own rule says; anything
 * else when its learner says so.
 */
const isDone = (progress: Progress, step: Activity): boolean => {
  const status = statusOf(progress, step.id);
  if (step.kind === 'quiz' || step.kind === 'test') return status === 'passed';
  if (step.kind !== 'assignment') return status === 'completed';
  return status === 'passed' || (step.completion.rule === 'hand-in' && status === 'completed');
};

export const workStateOf = (progress: Progress, activityId: string): WorkState | undefined =>
  Object.hasOwn(progress, activityId) ? progress[activityId]?.work?.state : undefined;

/** Work that was handed in waits for an examiner: its learner has nothing to do there. */
const isWaiting = (progress: Progress, { id }: Activity): boolean =>
  ['submitted', 'appealed'].includes(workStateOf(progress, id) ?? '');

export const isStepDone = isDone;

/** Required steps done, of all required steps. */
export const countDone = (course: CourseContent, progress: Progress): { done: number; total: number } => {
  const required = requiredSteps(course);
  return { done: required.filter((step) => isDone(progress, step)).length, total: required.length };
};

/** What still stands before a test; empty when it is open. Only tests are ever locked. */
export const missingBefore = (course: CourseContent, progress: Progress, activityId: string): Activity[] =>
  stepOf(course, activityId)?.kind === 'test'
    ? requiredBefore(course, activityId).filter((step) => !isDone(progress, step))
    : [];

/** Whether everything is done that the course asks for. A course that asks for nothing certifies nothing. */
export const isComplete = (course: CourseContent, progress: Progress): boolean => {
  const { done, total } = countDone(course, progress);
  return total > 0 && done === total;
};

/** Where to go on: the activity left unfinished, else the first required one still to do, else the first of the others. */
export const nextStep = (
  course: CourseContent,
  progress: Progress,
  lastActivityId?: string,
): Activity | undefined => {
  const isOpen = (step: Activity): boolean =>
    !isDone(progress, step) &&
    !isWaiting(progress, step) &&
    missingBefore(course, progress, step.id).length === 0;
  const last = lastActivityId === undefined ? undefined : stepOf(course, lastActivityId);
  if (last && isOpen(last)) return last;
  return requiredSteps(course).find(isOpen) ?? stepsOf(course).find(isOpen);
};
