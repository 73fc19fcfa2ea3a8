import { join } from 'node:path';
import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import { type Achievement, achievementOf } from './achievement.ts';
import { type Assignments, createAssignments } from './assignments/assignments.ts';
import { createWorkStore } from './assignments/work-store.ts';
import { createAccommodationStore } from './attempts/accommodation-store.ts';
import { createAdaptTime, type TimeAdaptations } from './attempts/adapt-time.ts';
import type { SentAnswer } from './attempts/answer.ts';
import { createAnswerStore } from './attempts/answer-store.ts';
import type { ClosedAttempt } from './attempts/attempt.ts';
import { createAttemptStore } from './attempts/attempt-store.ts';
import { createQuestionSource } from './attempts/bank-questions.ts';
import type { Witness } from './attempts/integrity-event.ts';
import { createIntegrityEventStore } from './attempts/integrity-event-store.ts';
import { createOverseeAttempts, type Oversight } from './attempts/oversee-attempts.ts';
import { createSaveAnswers, type Saves } from './attempts/save-answers.ts';
import { createShowAttempt, type ShowAttempt } from './attempts/show-attempt.ts';
import { createStartAttempt, type Starts } from './attempts/start-attempt.ts';
import { createSubmitAttempt, type Submissions } from './attempts/submit-attempt.ts';
import { createTimeline, createWitness, type Timeline } from './attempts/timeline.ts';
import { type Award, createAwardOf } from './award.ts';
import {
  type CatalogueQuery,
  type CourseDescription,
  type CourseSummary,
  descriptionOf,
  matches,
  summaryOf,
  type Topic,
  topicsOf,
} from './catalogue.ts';
import { readCourses } from './course-content.ts';
import type { CourseContent } from './course-schema.ts';
import { createCourseStore } from './course-store.ts';
import { type ActivityRequest, type ActivityView, createDoActivity, type QuizView } from './do-activity.ts';
import { createDraftStore } from './drafts/draft-store.ts';
import { createWriteCourse, type WriteCourse } from './drafts/write-course.ts';
import { createCompleteEnrolment, type LanguageOf } from './enrolments/complete-enrolment.ts';
import { createEnrol } from './enrolments/enrol.ts';
import { createEnrolmentStore } from './enrolments/enrolment-store.ts';
import { createOpenEnrolments, type OpenedCourse, type PaidOrder } from './enrolments/open-enrolments.ts';
import { createOrderWithdrawalStore } from './enrolments/order-withdrawal-store.ts';
import { cardOf, type LearningCard, type Outline, outlineOf } from './enrolments/outline.ts';
import {
  createRenewals,
  type PaidRenewal,
  type RenewableFrom,
  type RenewalView,
  type RenewRequest,
} from './enrolments/renew.ts';
import { createOrderWithdrawals, type Withdrawal } from './enrolments/withdraw.ts';
import { createExamining, type Examining } from './examining.ts';
import { createAssetStore } from './files/asset-store.ts';
import { createOpenFile, type OpenedFile } from './files/open-file.ts';
import { createKeepAssets } from './files/read-assets.ts';
import { type Bank, createBank } from './items/bank.ts';
import { createDrawItems, type Quota, type Supply } from './items/draw-items.ts';
import { writeQuestions } from './items/exchange/exchange.ts';
import type { Exported } from './items/exchange/exported.ts';
import { createImportStore } from './items/exchange/import-store.ts';
import type { ExportFormat } from './items/exchange/imported.ts';
import { createImports, type Imports } from './items/exchange/imports.ts';
import type { Item } from './items/item.ts';
import { createItemStore, type ItemFilter } from './items/item-store.ts';
import { createLoadItems, type LoadedItem, readItems } from './items/load-items.ts';
import { createTryItem, type TryItem } from './items/try-item.ts';
import { createNoteStore } from './notes/note-store.ts';
import { createNotes, type Notes } from './notes/write-note.ts';
import { createParticipation } from './participation.ts';
import { createLearningPaths, type LearningPaths } from './paths/follow-path.ts';
import type { LearningPath } from './paths/learning-path.ts';
import { createPathStore } from './paths/path-store.ts';
import { readPaths } from './paths/read-paths.ts';
import { createPersonalData, joinProviders } from './personal-data.ts';
import { createPrerequisites, type Prerequisite } from './prerequisites.ts';

import { createProveBlueprint } from './prove-blueprint.ts';

import { createPublishCourse, type Publication } from './publish-course.ts';
import type { QuizOutcome } from './quiz.ts';
import { createRecords, type EarnedBy, type Records } from './records/records.ts';

export type { Achievement } from './achievement.ts';
export {
  type AssignmentRules,
  longestText,
  mostCriteria,
  pointsOfAll,
} from './assignments/assignment-rules.ts';
export type { WorkFile, WorkRequest } from './assignments/do-assignment.ts';
export { AssignmentHandedIn, AssignmentJudged } from './assignments/events.ts';
export { fileKinds } from './assignments/handed-file.ts';
export type { OpenWork } from './assignments/judge-work.ts';
export type { JudgementRequest, ReadVersion } from './assignments/judgement.ts';
export { longestAppeal } from './assignments/work.ts';
export type { JudgementView, WorkView } from './assignments/work-view.ts';
export {
  accommodationReasons,
  incidentReasons,
  type TestName,
} from './attempts/accommodation.ts';
export { readNumber, type SentAnswer } from './attempts/answer.ts';
export type { AttemptState } from './attempts/attempt.ts';
export type { PresentedQuestion } from './attempts/form-item.ts';
export { reportedTypes } from './attempts/integrity-event.ts';
export type { AttemptLine } from './attempts/oversee-attempts.ts';
export type {
  AttemptInProgress,
  AttemptResult,
  AttemptView,
  ShownQuestion,
} from './attempts/show-attempt.ts';
export type { TimelineEntry } from './attempts/timeline.ts';
export type { Award } from './award.ts';
export type { CatalogueQuery, CourseDescription, CourseSummary } from './catalogue.ts';
export type { CourseContent } from './course-schema.ts';
export type { ActivityView, AssignmentView, QuizView } from './do-activity.ts';
export {
  type ActivityEdit,
  type AssignmentEdit,
  activityIn,
  type CourseDraft,
  changedActivities,
  type DraftFault,
  type FactField,
  factFields,
  moved,
  withActivity,
  withAssignment,
  withChange,
  withFacts,
  withNew,
  withoutActivity,
} from './drafts/course-draft.ts';
export type { AuthoredCourse } from './drafts/write-course.ts';
export type { LearningCard, Outline } from './enrolments/outline.ts';
export {
  AccommodationChanged,
  AttemptConfirmed,
  AttemptSubmitted,
  CourseDraftMoved,
  EnrolmentCompleted,
  EnrolmentRenewed,
  ItemImportConfirmed,
  ItemPublished,
  ItemRestored,
  ItemRetired,
  TimeCredited,
} from './events.ts';
export type { Examining } from './examining.ts';
export type { OpenedFile } from './files/open-file.ts';
export { candidateNumber } from './grading/candidate-number.ts';
export { PaperMarked, RegradeDecided, ResultChanged } from './grading/events.ts';
export type { ExaminedAttempt } from './grading/examiner-view.ts';
export type { OpenPaper } from './grading/mark-papers.ts';
export type { ItemChange } from './grading/regrade.ts';
export {
  AllegationAnswered,
  AllegationMade,
  CaseCleared,
  CaseOpened,
  CaseRecused,
  DenialAppealed,
  DenialOverturned,
  DenialProposed,
  DenialReturned,
  DenialUpheld,
  ResultDenied,
} from './integrity/events.ts';
export { provesConfigKey } from './integrity/exam-browser.ts';
export {
  denialReasons,
  hasDecided,
  type IntegrityCase,
  isClosed,
  mayDecide,
} from './integrity/integrity-case.ts';
export type { AttemptSignals } from './integrity/signal-store.ts';
export type { Kept } from './items/bank.ts';
export type { Loss } from './items/exchange/exported.ts';
export type { ImportLine, ItemImport } from './items/exchange/import-store.ts';
export {
  type ExportFormat,
  exportFormats,
  type ImportFormat,
  importFormats,
} from './items/exchange/imported.ts';
export { newLines } from './items/exchange/imports.ts';
export { type Item, type ItemState, type ItemVersion, itemStates } from './items/item.ts';
export type { ItemFilter } from './items/item-store.ts';
export { type Question, type QuestionKind, questionKinds } from './items/question.ts';
export type { QuestionFault } from './items/question-checks.ts';
export { missingIn } from './items/translations.ts';
export type { Trial } from './items/try-item.ts';
export { longestNote, type NoteView } from './notes/write-note.ts';
export type { PathCard, PathSummary, PathView } from './paths/follow-path.ts';
export type { Prerequisite } from './prerequisites.ts';
export type { QuizItemOutcome, QuizOutcome } from './quiz.ts';
export type { HistoryEntry, Records } from './records/records.ts';
export type { Statement } from './records/statement.ts';
export { plainText, renderInline, renderMarkdown, renderPrompt } from './render-markdown.ts';
export { QuestionReportSettled } from './reports/events.ts';
export { type QuestionReportEntry, reportKinds, reportOutcomes } from './reports/question-report.ts';
export type { QuestionReport, TestReport } from './statistics/test-statistics.ts';

type LearningDeps = {
  connection: Connection;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  languageOf: LanguageOf;
  renewableFrom: RenewableFrom;
  earnedBy: EarnedBy;
  /** Public origin: what is told to others names its addresses. */
  baseUrl: string;
};

export type Learning = {
  /** @throws DomainError `course-version-changed` */
  publishCourse(content: CourseContent): Promise<Publication>;
  /**
   * Reads every course folder of `<contentDir>/courses`, to be published one by one.
   * @throws CourseContentError with every fault of every folder
   */
  readCatalogue(contentDir: string): Promise<CourseContent[]>;
  /** The next versions of courses, as their authors write them. */
  drafts: WriteCourse;
  /** Keeps the files that a course of `<contentDir>/courses` lists; before it is published. Safe to repeat. */
  keepCourseFiles(contentDir: string, course: CourseContent): Promise<void>;
  /** A file of the version that a learner is enrolled in. @throws DomainError `not-found`, `enrolment-closed` */
  openFile(wanted: { accountId: string; enrolmentId: string; name: string }): Promise<OpenedFile>;
  catalogue(query?: CatalogueQuery): Promise<CourseSummary[]>;
  /** The subjects that the catalogue can be filtered by. */
  topics(): Promise<Topic[]>;
  course(courseId: string): Promise<CourseDescription | undefined>;
  /** What must be completed before this course; signed out, nothing is. */
  prerequisites(courseId: string, accountId?: string): Promise<readonly Prerequisite[]>;
  /** @throws DomainError `prerequisites-missing` (409); a course that was never published asks for nothing */
  assertPrerequisites(accountId: string, courseId: string): Promise<void>;
  /** Reads `<contentDir>/paths`. @throws CourseContentError with every fault */
  readPaths(contentDir: string, courses: readonly CourseContent[]): Promise<LearningPath[]>;
  /** Learning paths: courses in an order, each opening the next. */
  paths: LearningPaths;
  notes: Notes;
  /** History and xAPI statements, to be taken elsewhere. */
  records: Records;
  /** The enrolment that gives this person access to the course. */
  enrolmentIn(accountId: string, courseId: string): Promise<{ enrolmentId: string } | undefined>;
  /** @throws DomainError `not-found`, `course-needs-payment`, `prerequisites-missing` */
  enrol(request: { accountId: string; courseId: string }): Promise<{ enrolmentId: string }>;
  /**
   * Opens the enrolment that renews a completed one, for nothing.
   * @throws DomainError `not-found`, `not-renewable`, `renewal-too-early`, `renewal-needs-payment`
   */
  renew(request: RenewRequest): Promise<{ enrolmentId: string }>;
  /** What renewing a completed enrolment asks for, and how far it is. */
  renewalOf(request: RenewRequest): Promise<RenewalView | undefined>;
  /** @throws DomainError `not-found` where renewing has no price, `not-renewable`, `renewal-too-early` */
  assertMayRenew(accountId: string, courseId: string): Promise<void>;
  /** What follows from a paid order with renewals. Safe to repeat. */
  openPaidRenewals(order: PaidRenewal): Promise<void>;
  /** What follows from `EnrolmentRenewed`. Safe to repeat. */
  openRenewal(request: RenewRequest): Promise<void>;
  /** What follows from a paid order. Safe to repeat. */
  openEnrolments(order: PaidOrder): Promise<OpenedCourse[]>;
  /** What follows from a refunded order. Safe to repeat, and to come before `openEnrolments`. */
  withdraw(withdrawal: Withdrawal): Promise<void>;
  /** Newest first. */
  myLearning(accountId: string): Promise<LearningCard[]>;
  /** @throws DomainError `not-found`, `enrolment-closed` */
  outline(accountId: string, enrolmentId: string): Promise<Outline>;
  visitActivity(request: ActivityRequest): Promise<ActivityView>;
  completeActivity(request: ActivityRequest): Promise<{ card: LearningCard; following?: string }>;
  answerQuiz(
    request: ActivityRequest & { answers: readonly SentAnswer[] },
  ): Promise<{ view: QuizView; outcome: QuizOutcome }>;
  /** Work that people hand in and examiners read. */
  assignments: Assignments;
  startAttempt: Starts['start'];
  /** Continues an open attempt in this window. */
  takeOverAttempt: Starts['takeOver'];
  attempt: ShowAttempt['show'];
  attemptPulse: ShowAttempt['pulse'];
  saveAnswer: Saves['save'];
  lookAhead: Saves['lookAhead'];
  saveForm: Saves['saveForm'];
  flagQuestion: Saves['flag'];
  /** Hands in and grades; repeating it answers the same. `passed` is missing while the result is not final. */
  submitAttempt(
    accountId: string,
    attemptId: string,
    sitting: string,
  ): Promise<{ state: ClosedAttempt['state']; passed?: boolean; score?: number }>;
  /** What follows from `AttemptSubmitted` and `AttemptConfirmed`. Safe to repeat. */
  recordResult(attemptId: string): Promise<void>;
  /** Hands in every attempt whose time is up; answers how many. */
  submitOverdue: Submissions['submitOverdue'];
  /** Keeps what the page of a candidate reports. */
  reportEvent: Timeline['report'];
  /** Notes that somebody tried to get around a rule that another module guards. */
  noteBypass: Witness['bypass'];
  /** What happened during an attempt. */
  timeline: Timeline['timeline'];
  /** More time, for a person or after an incident. */
  adaptTime: TimeAdaptations;
  /** What staff sees of attempts. */
  oversight: Oversight;
  awardOf(enrolmentId: string): Promise<Award | undefined>;
  /** What a published version lets people earn; without `version`, the one that is offered now. */
  achievement(courseId: string, version?: number): Promise<Achievement | undefined>;
  /** The question bank, for authors. */
  items: ItemBank;
  /** What examiners do after a test. */
  examining: Examining;
  personalData: PersonalDataProvider;
};

/** Questions with tags and immutable versions; `draft`, `published`, `retired`. */
export type ItemBank = Bank &
  TryItem & {
    /** Newest change first. */
    list(filter: ItemFilter, page: { skip: number; limit: number }): Promise<Item[]>;
    count(filter: ItemFilter): Promise<number>;
    /** Every tag of the bank, sorted. */
    tags(): Promise<string[]>;
    /** Whether the bank fills a blueprint in each language, all quotas at once. */
    supply(quotas: readonly Quota[]): Promise<Supply[]>;
    /** From a file of another tool to the bank: read and look, then confirm. */
    imports: Imports;
    /** The newest versions of what fits, at most 5,000, for another tool. */
    export(format: ExportFormat, filter: ItemFilter): Promise<Exported>;
    /** Brings `<contentDir>/items/*.json` into the bank. Safe to repeat. */
    load(contentDir: string): Promise<LoadedItem[]>;
  };

const mostExported = 5000;

/** Courses, enrolments, progress and tests. Knows nothing of payments or certificates. */
export const createLearning = (deps: LearningDeps): Learning => {
  const { connection, clock, outbox } = deps;
  const courses = createCourseStore(connection);
  const enrolments = createEnrolmentStore(connection, outbox);
  const attempts = createAttemptStore(connection, outbox);
  const withdrawals = createOrderWithdrawals({
    enrolments,
    marks: createOrderWithdrawalStore(connection),
    clock,
    outbox,
  });
  const assets = createAssetStore(connection);
  const paths = createPathStore(connection);
  const notes = createNoteStore(connection);
  const prerequisites = createPrerequisites({ courses, enrolments });
  const answers = createAnswerStore(connection);
  const integrityEvents = createIntegrityEventStore(connection);
  const accommodations = createAccommodationStore(connection, outbox);
  const witness = createWitness({ events: integrityEvents, clock });
  const items = createItemStore(connection, outbox);
  const bank = createBank({ items, ...deps });
  const drawItems = createDrawItems({ items });
  const questions = createQuestionSource({ drawItems, items });
  const examining = createExamining({ ...deps, courses, enrolments, attempts, questions, integrityEvents });
  const { reviewReasonsOf } = examining.watch;
  const { underDecisions } = examining.regrades;
  const works = createWorkStore(connection, outbox);
  const common = {
    ...deps,
    works,
    courses,
    enrolments,
    attempts,
    questions,
    witness,
    reviewReasonsOf,
    underDecisions,
    accommodations,
    prerequisites,
  };
  const adaptTime = createAdaptTime(common);
  const completeEnrolment = createCompleteEnrolment(common);
  const participation = createParticipation({ enrolments, courses, completeEnrolment, witness });
  const submissions = createSubmitAttempt({ ...common, completeEnrolment });
  const { adjustmentOf } = adaptTime;
  const starts = createStartAttempt({
    ...common,
    completeEnrolment,
    submissions,
    participation,
    adjustmentOf,
  });
  const shows = createShowAttempt({ ...common, submissions, starts });
  const saves = createSaveAnswers({ ...common, answers, submissions });
  const timeline = createTimeline({ attempts, events: integrityEvents, clock });
  const {
    assignments,
    showWork,
    personalData: assignmentData,
  } = createAssignments({ ...common, participation, completeEnrolment });
  const activities = createDoActivity({
    participation,
    enrolments,
    completeEnrolment,
    starts,
    showWork,
    clock,
  });

  const loadItems = createLoadItems({ items, bank });
  const imports = createImports({ ...deps, imports: createImportStore(connection, outbox), items, bank });

  const proveBlueprint = createProveBlueprint(drawItems.supply);
  const publishCourse = createPublishCourse({ courses, clock, proveBlueprint });

  return {
    publishCourse,
    readCatalogue: (contentDir) => readCourses(join(contentDir, 'courses')),
    catalogue: async (query = {}) =>
      (await courses.allCurrent()).filter((course) => matches(course, query)).map(summaryOf),
    drafts: createWriteCourse({
      drafts: createDraftStore(connection, outbox),
      courses,
      publishCourse,
      clock,
      outbox,
    }),
    keepCourseFiles: createKeepAssets(assets),
    openFile: createOpenFile({ assets, participation }),
    topics: async () => topicsOf(await courses.allCurrent()),
    course: async (courseId) => {
      const course = await courses.current(courseId);
      return course && descriptionOf(course);
    },
    prerequisites: async (courseId, accountId) => {
      const course = await courses.current(courseId);
      return course ? prerequisites.standing(course, accountId) : [];
    },
    assertPrerequisites: async (accountId, courseId) => {
      const course = await courses.current(courseId);
      if (course) await prerequisites.assertMet(course, accountId);
    },
    readPaths,
    records: createRecords(common),
    notes: createNotes({ notes, participation, clock }),
    paths: createLearningPaths({ paths, courses, enrolments, clock }),
    enrolmentIn: async (accountId, courseId) => {
      const held = await enrolments.openFor(accountId, courseId);
      return held && { enrolmentId: held.id };
    },
    enrol: createEnrol(common),
    openEnrolments: createOpenEnrolments({ ...common, withdrawals }),
    withdraw: withdrawals.withdraw,
    ...createRenewals({ ...common, withdrawals }),
    myLearning: async (accountId) =>
      (await participation.all(accountId)).map(({ enrolment, course }) => cardOf(enrolment, course)),
    outline: async (accountId, enrolmentId) => {
      const { enrolment, course } = await participation.open(accountId, enrolmentId);
      return outlineOf(enrolment, course, await courses.current(course.id));
    },
    visitActivity: activities.visit,
    completeActivity: activities.complete,
    answerQuiz: activities.answerQuiz,
    assignments,
    startAttempt: starts.start,
    takeOverAttempt: starts.takeOver,
    attempt: shows.show,
    attemptPulse: shows.pulse,
    saveAnswer: saves.save,
    lookAhead: saves.lookAhead,
    saveForm: saves.saveForm,
    flagQuestion: saves.flag,
    submitAttempt: async (accountId, attemptId, sitting) => {
      const attempt = await submissions.submit(accountId, attemptId, sitting);
      const { state } = attempt;
      if (attempt.state !== 'confirmed') return { state };
      const { passed, score } = attempt.result;
      return { state, passed, score };
    },
    recordResult: submissions.recordResult,
    submitOverdue: submissions.submitOverdue,
    reportEvent: timeline.report,
    noteBypass: witness.bypass,
    timeline: timeline.timeline,
    adaptTime,
    oversight: createOverseeAttempts({ ...common, submissions }),
    awardOf: createAwardOf({ enrolments, courses, deniesResultOf: examining.deniesResultOf }),
    achievement: async (courseId, version) => {
      const course = await (version === undefined
        ? courses.current(courseId)
        : courses.version(courseId, version));
      return course && achievementOf(course);
    },
    items: {
      ...bank,
      ...createTryItem({ items }),
      list: items.list,
      count: items.count,
      tags: items.tags,
      supply: drawItems.supply,
      imports,
      export: async (format, filter) =>
        writeQuestions(format, await items.newestVersions(filter, mostExported)),
      load: async (contentDir) => loadItems(await readItems(join(contentDir, 'items')), 'content/items'),
    },
    examining,
    // What leads from attempts to other things first: attempts lose their person.
    personalData: joinProviders('learning', [
      examining.personalData,
      assignmentData,
      createPersonalData({
        imports,
        enrolments,
        attempts,
        integrityEvents,
        accommodations,
        paths,
        notes,
        clock,
      }),
    ]),
  };
};
