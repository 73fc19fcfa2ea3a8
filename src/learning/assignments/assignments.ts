import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import type { Localised } from '../../platform/i18n.ts';
import type { PersonalDataProvider } from '../../platform/personal-data.ts';
import type { Random } from '../../platform/random.ts';
import { stepOf } from '../course.ts';
import type { CourseStore } from '../course-store.ts';
import type { CompleteEnrolment } from '../enrolments/complete-enrolment.ts';
import type { EnrolmentStore } from '../enrolments/enrolment-store.ts';
import type { Participation } from '../participation.ts';
import { createDoAssignment, type DoAssignment } from './do-assignment.ts';
import { createWorkFileStore } from './file-store.ts';
import { createJudgeWork, type JudgeWork } from './judge-work.ts';
import { createAssignmentPersonalData } from './personal-data.ts';
import { createRecordWork, type RecordWork } from './record-work.ts';
import { createShowWork, type ShowWork } from './show-work.ts';
import type { WorkState } from './work.ts';
import type { WorkStore } from './work-store.ts';

type Deps = {
  connection: Parameters<typeof createWorkFileStore>[0];
  works: WorkStore;
  courses: CourseStore;
  enrolments: EnrolmentStore;
  participation: Participation;
  completeEnrolment: CompleteEnrolment;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/** What a letter says of a work that was judged. */
export type WorkNews = { enrolmentId: string; activityId: string; title: Localised; state: WorkState };

/** Assignments: written, handed in, read by people. */
export type Assignments = DoAssignment & {
  /** For examiners. */
  judging: JudgeWork;
  /** What follows from `AssignmentHandedIn` and `AssignmentJudged`. Safe to repeat. */
  record: RecordWork;
  newsOf(workId: string): Promise<WorkNews | undefined>;
};

export const createAssignments = (
  deps: Deps,
): { assignments: Assignments; showWork: ShowWork; personalData: PersonalDataProvider } => {
  const { works, courses } = deps;
  const files = createWorkFileStore(deps.connection);
  const recordWork = createRecordWork(deps);
  const parts = { ...deps, files, recordWork };

  const newsOf = async (workId: string): Promise<WorkNews | undefined> => {
    const work = await works.byId(workId);
    const course = work && (await courses.version(work.courseId, work.courseVersion));
    if (!work || !course) return undefined;
    const { enrolmentId, activityId, state } = work;
    return { enrolmentId, activityId, state, title: stepOf(course, activityId)?.title ?? course.title };
  };

  return {
    assignments: {
      ...createDoAssignment(parts),
      judging: createJudgeWork(parts),
      record: recordWork,
      newsOf,
    },
    showWork: createShowWork(deps),
    personalData: createAssignmentPersonalData({ works, files }),
  };
};
