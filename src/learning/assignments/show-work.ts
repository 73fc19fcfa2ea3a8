import type { Clock } from '../../platform/clock.ts';
import type { AssignmentActivity } from '../course.ts';
import type { OpenEnrolment } from '../enrolments/enrolment.ts';
import type { WorkStore } from './work-store.ts';
import { type WorkView, workView } from './work-view.ts';

/** A completed enrolment that is being renewed is there to be read. */
export const takesWork = (enrolment: OpenEnrolment): boolean =>
  enrolment.state === 'active' || enrolment.renewal === undefined;

/** Where the work on an assignment stands, for whoever does it. */
export const createShowWork =
  ({ works, clock }: { works: WorkStore; clock: Clock }) =>
  async (enrolment: OpenEnrolment, { id, assignment }: AssignmentActivity): Promise<WorkView> =>
    workView(await works.of(enrolment.id, id), {
      rules: assignment,
      isOpen: takesWork(enrolment),
      now: clock.now(),
    });

export type ShowWork = ReturnType<typeof createShowWork>;
