import { type AssignmentActivity, stepOf } from '../course.ts';
import type { CourseStore } from '../course-store.ts';
import type { CompleteEnrolment } from '../enrolments/complete-enrolment.ts';
import type { EnrolmentStore } from '../enrolments/enrolment-store.ts';
import type { ActivityStatus } from '../enrolments/progress.ts';
import { judgementOf, latest, type Work } from './work.ts';
import type { WorkStore } from './work-store.ts';

type Deps = {
  works: WorkStore;
  courses: CourseStore;
  enrolments: Pick<EnrolmentStore, 'record' | 'noteWork'>;
  completeEnrolment: CompleteEnrolment;
};

/** What a piece of work is worth by the rule of its assignment: asked of what is stored, never of a request. */
export const statusOfWork = (
  { state, versions }: Pick<Work, 'state' | 'versions'>,
  rule: AssignmentActivity['completion']['rule'],
): ActivityStatus => {
  if (state === 'passed') return 'passed';
  if (rule === 'hand-in') return versions.length > 0 ? 'completed' : 'incomplete';
  return state === 'not-passed' ? 'failed' : 'incomplete';
};

/** Brings the progress of an enrolment to where its work stands. Safe to repeat, and to come late. */
export const createRecordWork =
  ({ works, courses, enrolments, completeEnrolment }: Deps) =>
  async (workId: string): Promise<void> => {
    const work = await works.byId(workId);
    const course = work && (await courses.version(work.courseId, work.courseVersion));
    const activity = course && stepOf(course, work.activityId);
    if (!work || activity?.kind !== 'assignment') return;
    const { enrolmentId, activityId, state, revision, changedAt: at } = work;
    const place = { id: enrolmentId, activityId, at };
    await enrolments.noteWork({ ...place, state, revision });
    const status = statusOfWork(work, activity.completion.rule);
    const score = judgementOf(latest(work))?.score;
    if (status !== 'incomplete' || score !== undefined)
      await enrolments.record({ ...place, status, ...(score === undefined ? {} : { score }) });
    await completeEnrolment(enrolmentId);
  };

export type RecordWork = ReturnType<typeof createRecordWork>;
