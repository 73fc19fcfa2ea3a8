/** The front door of learning: courses, enrolments, progress and tests. */
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
export type { SaveReceipt } from './attempts/save-answers.ts';
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
export type { ItemBank } from './items/item-bank.ts';
export type { ItemFilter } from './items/item-store.ts';
export { type Question, type QuestionKind, questionKinds } from './items/question.ts';
export type { QuestionFault } from './items/question-checks.ts';
export { missingIn } from './items/translations.ts';
export type { Trial } from './items/try-item.ts';
export { createLearning, type Learning } from './learning.ts';
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
