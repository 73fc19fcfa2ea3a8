import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import { type Assignments, createAssignments } from './assignments/assignments.ts';
import { createWorkStore } from './assignments/work-store.ts';
import { createAccommodationStore } from './attempts/accommodation-store.ts';
import type { SentAnswer } from './attempts/answer.ts';
import { createAnswerStore } from './attempts/answer-store.ts';
import { createAttemptStore } from './attempts/attempt-store.ts';
import { createQuestionSource } from './attempts/bank-questions.ts';
import { createIntegrityEventStore } from './attempts/integrity-event-store.ts';
import { createSittings, type Sittings } from './attempts/sittings.ts';
import { createWitness } from './attempts/timeline.ts';
import { type Award, createAwardOf } from './award.ts';
import type { CourseContent } from './course-schema.ts';
import { createCourseStore } from './course-store.ts';
import { type ActivityRequest, type ActivityView, createDoActivity, type QuizView } from './do-activity.ts';
import { createDraftStore } from './drafts/draft-store.ts';
import { createWriteCourse, type WriteCourse } from './drafts/write-course.ts';
import { type Access, createAccess } from './enrolments/access.ts';
import { createCompleteEnrolment, type LanguageOf } from './enrolments/complete-enrolment.ts';
import { createEnrolmentStore } from './enrolments/enrolment-store.ts';
import { createOrderWithdrawalStore } from './enrolments/order-withdrawal-store.ts';
import type { LearningCard } from './enrolments/outline.ts';
import type { RenewableFrom } from './enrolments/renew.ts';
import { createExamining, type Examining } from './examining.ts';
import { createAssetStore } from './files/asset-store.ts';
import { createOpenFile, type OpenedFile } from './files/open-file.ts';
import { createDrawItems } from './items/draw-items.ts';
import { createItemBank, type ItemBank } from './items/item-bank.ts';
import { createItemStore } from './items/item-store.ts';
import { createNoteStore } from './notes/note-store.ts';
import { createNotes, type Notes } from './notes/write-note.ts';
import { createParticipation } from './participation.ts';
import { createLearningPaths, type LearningPaths } from './paths/follow-path.ts';
import type { LearningPath } from './paths/learning-path.ts';
import { createPathStore } from './paths/path-store.ts';
import { readPaths } from './paths/read-paths.ts';
import { createPersonalData, joinProviders } from './personal-data.ts';
import { createPrerequisites } from './prerequisites.ts';
import { createProveBlueprint } from './prove-blueprint.ts';
import { createPublishCourse } from './publish-course.ts';
import { createPublishedCourses, type PublishedCourses } from './published-courses.ts';
import type { QuizOutcome } from './quiz.ts';
import { createRecords, type EarnedBy, type Records } from './records/records.ts';

type LearningDeps = {
  connection: Parameters<typeof createCourseStore>[0];
  clock: Clock;
  random: Random;
  outbox: Outbox;
  languageOf: LanguageOf;
  renewableFrom: RenewableFrom;
  earnedBy: EarnedBy;
  /** Public origin: what is told to others names its addresses. */
  baseUrl: string;
};

export type Learning = PublishedCourses &
  Access &
  Sittings & {
    /** The next versions of courses, as their authors write them. */
    drafts: WriteCourse;
    /** A file of the version that a learner is enrolled in. @throws DomainError `not-found`, `enrolment-closed` */
    openFile(wanted: { accountId: string; enrolmentId: string; name: string }): Promise<OpenedFile>;
    /** Reads `<contentDir>/paths`. @throws CourseContentError with every fault */
    readPaths(contentDir: string, courses: readonly CourseContent[]): Promise<LearningPath[]>;
    /** Learning paths: courses in an order, each opening the next. */
    paths: LearningPaths;
    notes: Notes;
    /** History and xAPI statements, to be taken elsewhere. */
    records: Records;
    visitActivity(request: ActivityRequest): Promise<ActivityView>;
    completeActivity(request: ActivityRequest): Promise<{ card: LearningCard; following?: string }>;
    answerQuiz(
      request: ActivityRequest & { answers: readonly SentAnswer[] },
    ): Promise<{ view: QuizView; outcome: QuizOutcome }>;
    /** Work that people hand in and examiners read. */
    assignments: Assignments;
    awardOf(enrolmentId: string): Promise<Award | undefined>;
    /** The question bank, for authors. */
    items: ItemBank;
    /** What examiners do after a test. */
    examining: Examining;
    personalData: PersonalDataProvider;
  };

const createStores = ({ connection, outbox }: Pick<LearningDeps, 'connection' | 'outbox'>) => ({
  courses: createCourseStore(connection),
  enrolments: createEnrolmentStore(connection, outbox),
  attempts: createAttemptStore(connection, outbox),
  answers: createAnswerStore(connection),
  works: createWorkStore(connection, outbox),
  accommodations: createAccommodationStore(connection, outbox),
  integrityEvents: createIntegrityEventStore(connection),
  items: createItemStore(connection, outbox),
  assets: createAssetStore(connection),
  paths: createPathStore(connection),
  notes: createNoteStore(connection),
  marks: createOrderWithdrawalStore(connection),
});

/** What several use cases share. */
const createFoundations = (deps: LearningDeps) => {
  const stores = createStores(deps);
  const { courses, enrolments, items } = stores;
  const witness = createWitness({ events: stores.integrityEvents, clock: deps.clock });
  const drawItems = createDrawItems({ items });
  const questions = createQuestionSource({ drawItems, items });
  const completeEnrolment = createCompleteEnrolment({ ...deps, ...stores });
  const examining = createExamining({ ...deps, ...stores, questions });
  return {
    ...deps,
    ...stores,
    witness,
    drawItems,
    questions,
    completeEnrolment,
    examining,
    reviewReasonsOf: examining.watch.reviewReasonsOf,
    underDecisions: examining.regrades.underDecisions,
    prerequisites: createPrerequisites({ courses, enrolments }),
    participation: createParticipation({ enrolments, courses, completeEnrolment, witness }),
  };
};

/** Courses, enrolments, progress and tests. Knows nothing of payments or certificates. */
export const createLearning = (deps: LearningDeps): Learning => {
  const common = createFoundations(deps);
  const { examining } = common;
  const publishCourse = createPublishCourse({
    ...common,
    proveBlueprint: createProveBlueprint(common.drawItems.supply),
  });
  const items = createItemBank(common);
  const { sittings, starts } = createSittings(common);
  const { assignments, showWork, personalData: assignmentData } = createAssignments(common);
  const activities = createDoActivity({ ...common, starts, showWork });
  return {
    ...createPublishedCourses({ ...common, publishCourse }),
    ...createAccess(common),
    ...sittings,
    drafts: createWriteCourse({
      ...common,
      drafts: createDraftStore(common.connection, common.outbox),
      publishCourse,
    }),
    openFile: createOpenFile(common),
    readPaths,
    paths: createLearningPaths(common),
    notes: createNotes(common),
    records: createRecords(common),
    visitActivity: activities.visit,
    completeActivity: activities.complete,
    answerQuiz: activities.answerQuiz,
    assignments,
    awardOf: createAwardOf({ ...common, deniesResultOf: examining.deniesResultOf }),
    items,
    examining,
    // What leads from attempts to other things first: attempts lose their person.
    personalData: joinProviders('learning', [
      examining.personalData,
      assignmentData,
      createPersonalData({ ...common, imports: items.imports }),
    ]),
  };
};
