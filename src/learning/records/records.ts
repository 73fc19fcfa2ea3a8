import type { Localised } from '../../platform/i18n.ts';
import type { WorkStore } from '../assignments/work-store.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { AttemptStore } from '../attempts/attempt-store.ts';
import { stepsOf } from '../course.ts';
import type { CourseStore } from '../course-store.ts';
import type { Enrolment } from '../enrolments/enrolment.ts';
import type { EnrolmentStore } from '../enrolments/enrolment-store.ts';
import { type ActivityStatus, statusOf } from '../enrolments/progress.ts';
import { pseudonymOf, type Statement } from './statement.ts';
import { type Earned, statementsOf } from './statements-of.ts';

/** Asks whoever issues certificates what a completed enrolment has earned; nothing while it is not issued or withdrawn. */
export type EarnedBy = (enrolmentId: string) => Promise<Earned | undefined>;

type Deps = {
  enrolments: EnrolmentStore;
  attempts: AttemptStore;
  works: Pick<WorkStore, 'ofEnrolment'>;
  courses: CourseStore;
  earnedBy: EarnedBy;
  baseUrl: string;
};

/** One course in the history of a learner. Scores are fractions of 1. */
export type HistoryEntry = {
  courseId: string;
  courseVersion: number;
  title: Localised;
  state: Enrolment['state'];
  enrolledAt: Date;
  completedAt?: Date;
  certificate?: Earned;
  activities: readonly {
    title: Localised;
    kind: string;
    status: ActivityStatus;
    score?: number;
    firstAt?: Date;
    lastAt?: Date;
  }[];
  attempts: readonly {
    title: Localised;
    number: number;
    state: Attempt['state'];
    startedAt: Date;
    submittedAt?: Date;
    /** Only of a final result. */
    score?: number;
    passMark?: number;
    passed?: boolean;
  }[];
};

export type CoursePeriod = { courseId: string; from: Date; until: Date };

export type Records = {
  /** Everything that somebody has learnt here, the oldest first. */
  history(accountId: string): Promise<HistoryEntry[]>;
  /** The same as xAPI 1.0.3 statements, under the person's own account. */
  statements(person: { accountId: string; name: string }): Promise<Statement[]>;
  /** Statements of everybody in a course, without saying who they are: each has one stand-in in every export. */
  courseStatements(period: CoursePeriod): AsyncIterable<Statement>;
};

/** What learning knows of people, in forms that others can read. */
export const createRecords = (deps: Deps): Records => {
  const { enrolments, attempts, works, courses, earnedBy, baseUrl } = deps;
  const tell = async (enrolment: Enrolment, made: readonly Attempt[]) => {
    const { id, courseId, courseVersion } = enrolment;
    const course = await courses.version(courseId, courseVersion);
    if (!course) throw new Error(`course ${courseId}@${courseVersion} is gone`);
    const earned = enrolment.state === 'completed' ? await earnedBy(id) : undefined;
    const hasWork = stepsOf(course).some(({ kind }) => kind === 'assignment');
    return {
      enrolment,
      course,
      earned,
      attempts: made.filter(({ enrolmentId }) => enrolmentId === id),
      works: hasWork ? await works.ofEnrolment(id) : [],
    };
  };
  type Told = Awaited<ReturnType<typeof tell>>;

  const ofAccount = async (accountId: string): Promise<Told[]> => {
    const made = await attempts.madeBy(accountId);
    const held = (await enrolments.heldBy(accountId)).reverse();
    return Promise.all(held.map((enrolment) => tell(enrolment, made)));
  };

  const entryOf = ({ enrolment, course, earned, attempts: made }: Told): HistoryEntry => ({
    courseId: course.id,
    courseVersion: course.version,
    title: course.title,
    state: enrolment.state,
    enrolledAt: enrolment.enrolledAt,
    ...(enrolment.state === 'completed' ? { completedAt: enrolment.completedAt } : {}),
    ...(earned ? { certificate: earned } : {}),
    activities: stepsOf(course).map(({ id, title, kind }) => {
      const progress = Object.hasOwn(enrolment.progress, id) ? enrolment.progress[id] : undefined;
      return { title, kind, ...(progress ?? {}), status: statusOf(enrolment.progress, id) };
    }),
    attempts: made.map((attempt) => ({
      title: stepsOf(course).find(({ id }) => id === attempt.activityId)?.title ?? course.title,
      number: attempt.number,
      state: attempt.state,
      startedAt: attempt.startedAt,
      ...(attempt.state === 'in_progress' ? {} : { submittedAt: attempt.submittedAt }),
      ...(attempt.state === 'confirmed'
        ? {
            score: attempt.result.score,
            passMark: attempt.result.passMark,
            passed: attempt.result.passed,
          }
        : {}),
    })),
  });

  return {
    history: async (accountId) => (await ofAccount(accountId)).map(entryOf),

    statements: async ({ accountId, name }) => {
      const actor = { objectType: 'Agent', name, account: { homePage: baseUrl, name: accountId } } as const;
      return (await ofAccount(accountId)).flatMap((told) => statementsOf({ ...told, actor, baseUrl }));
    },

    courseStatements: async function* ({ courseId, from, until }) {
      const [first, last] = [from.toISOString(), until.toISOString()];
      for await (const enrolment of enrolments.ofCourse(courseId, until)) {
        const told = await tell(enrolment, await attempts.ofEnrolment(enrolment.id));
        const name = pseudonymOf(enrolment.accountId, baseUrl);
        const actor = { objectType: 'Agent', account: { homePage: baseUrl, name } } as const;
        // The number of a certificate would say whose it is.
        const address = `${baseUrl}/achievements/${courseId}/${enrolment.courseVersion}`;
        const earned = told.earned && { ...told.earned, address };
        for (const statement of statementsOf({ ...told, earned, actor, baseUrl }))
          if (statement.timestamp >= first && statement.timestamp < last) yield statement;
      }
    },
  };
};
