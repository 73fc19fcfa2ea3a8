import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { notFound } from '../platform/errors.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import type { AttemptStore } from './attempts/attempt-store.ts';
import type { QuestionSource } from './attempts/draw-form.ts';
import type { IntegrityEventStore } from './attempts/integrity-event-store.ts';
import type { CourseStore } from './course-store.ts';
import type { EnrolmentStore } from './enrolments/enrolment-store.ts';
import { createClosedAttemptStore } from './grading/closed-attempt-store.ts';
import { createRegrades, type Regrades } from './grading/decide-regrade.ts';
import { type ExaminedAttempt, examinedAttempt } from './grading/examiner-view.ts';
import { createMarkPapers, type MarkPapers } from './grading/mark-papers.ts';
import { createPaperStore } from './grading/paper-store.ts';
import { createMarkingPersonalData } from './grading/personal-data.ts';
import { createRegradeStore } from './grading/regrade-store.ts';
import { type CaseStore, createCaseStore } from './integrity/case-store.ts';
import { type Cases, createCases } from './integrity/cases.ts';
import { createExamBrowser, type ExamBrowser } from './integrity/exam-browser.ts';
import { createFollowCase, type FollowCase } from './integrity/follow-case.ts';
import { assertImpartial, type IntegrityCase } from './integrity/integrity-case.ts';
import { createIntegrityPersonalData } from './integrity/personal-data.ts';
import { type AttemptSignals, createSignalStore } from './integrity/signal-store.ts';
import { createTraceStore } from './integrity/trace-store.ts';
import { createWatchAttempts, type WatchAttempts } from './integrity/watch-attempts.ts';
import { joinProviders } from './personal-data.ts';
import { createReportPersonalData } from './reports/personal-data.ts';
import { createQuestionReports, type QuestionReports } from './reports/report-question.ts';
import { createReportStore } from './reports/report-store.ts';
import { createResponseStore } from './statistics/response-store.ts';
import { createTestStatistics, type TestStatistics } from './statistics/test-statistics.ts';

type ExaminingDeps = {
  connection: Parameters<typeof createCaseStore>[0];
  clock: Clock;
  random: Random;
  outbox: Outbox;
  courses: CourseStore;
  enrolments: EnrolmentStore;
  attempts: AttemptStore;
  questions: QuestionSource;
  integrityEvents: Pick<IntegrityEventStore, 'ofAttempt'>;
};

/** What examiners do after a test: mark, look at signals, settle cases, mend what was wrong with a question. */
export type Examining = {
  cases: Cases & {
    list(which: 'open' | 'closed'): Promise<IntegrityCase[]>;
    /** Of a candidate, as far as they were told of them; newest first. */
    toldTo(accountId: string): Promise<IntegrityCase[]>;
    ofAttempt: CaseStore['ofAttempt'];
    countOpen(): Promise<number>;
    /** What follows from each decision: the attempt moves to where its case stands. Safe to repeat. */
    follow: FollowCase;
  };
  signals: {
    strongest(): Promise<AttemptSignals[]>;
    ofAttempt(attemptId: string): Promise<AttemptSignals | undefined>;
    /** Somebody has looked and found nothing worth a case. */
    dismiss(attemptId: string, by: string): Promise<boolean>;
  };
  watch: WatchAttempts;
  examBrowser: ExamBrowser;
  /**
   * A closed attempt without a name.
   * @throws DomainError `not-found`; `own-case`, `conflict-of-interest` (403)
   */
  attempt(attemptId: string, by: string): Promise<ExaminedAttempt>;
  papers: MarkPapers;
  reports: QuestionReports;
  regrades: Regrades;
  statistics: TestStatistics;
  /** Whether what an enrolment earned is denied at this moment. */
  deniesResultOf(enrolmentId: string): Promise<boolean>;
  personalData: PersonalDataProvider;
};

const shownAtMost = 200;
/** The newest attempts that one is compared with. */
const cohortOf = 500;

export const createExamining = (deps: ExaminingDeps): Examining => {
  const { connection, clock, random, outbox, attempts, courses, integrityEvents } = deps;
  const caseStore = createCaseStore(connection, outbox);
  const signals = createSignalStore(connection);
  const traces = createTraceStore(connection, random);
  const closed = createClosedAttemptStore(connection);
  const papers = createPaperStore(connection, outbox);
  const reports = createReportStore(connection, outbox);
  const cases = createCases({ ...deps, cases: caseStore, signals });
  const watch = createWatchAttempts({
    ...deps,
    closed,
    cases,
    signals,
    traces,
    focusLossesOf: async (attemptId) =>
      (await integrityEvents.ofAttempt(attemptId))
        .filter(({ type }) => type === 'focus-lost')
        .reduce((sum, { count }) => sum + count, 0),
  });

  const attempt = async (attemptId: string, by: string): Promise<ExaminedAttempt> => {
    const found = await closed.byId(attemptId);
    const course = found && (await courses.version(found.courseId, found.courseVersion));
    if (!found || !course) throw notFound();
    const recused = (await caseStore.ofAttempt(attemptId))?.recused ?? [];
    assertImpartial({ ...(found.accountId ? { accountId: found.accountId } : {}), recused }, by);
    const cohort = await closed.newestOf(found.courseId, found.activityId, cohortOf);
    const questions = await deps.questions.ofForm(course, found.items);
    return examinedAttempt(found, course, { cohort, questions });
  };

  return {
    attempt,
    cases: {
      ...cases,
      list: (which) => (which === 'open' ? caseStore.open(shownAtMost) : caseStore.closed(shownAtMost)),
      toldTo: async (accountId) =>
        (await caseStore.ofAccount(accountId)).filter((one) => 'allegation' in one && one.allegation),
      ofAttempt: caseStore.ofAttempt,
      countOpen: caseStore.countOpen,
      follow: createFollowCase({ ...deps, cases: caseStore }),
    },
    signals: {
      strongest: () => signals.strongest(shownAtMost),
      ofAttempt: signals.ofAttempt,
      dismiss: signals.dismiss,
    },
    watch,
    examBrowser: createExamBrowser(deps),
    papers: createMarkPapers({ ...deps, papers }),
    reports: createQuestionReports({ ...deps, reports }),
    regrades: createRegrades({ ...deps, closed, regrades: createRegradeStore(connection, outbox) }),
    statistics: createTestStatistics({ ...deps, responses: createResponseStore(connection) }),
    deniesResultOf: caseStore.deniesResultOf,
    personalData: joinProviders('learning', [
      createIntegrityPersonalData({ cases: caseStore, signals, traces, attempts, clock }),
      createMarkingPersonalData({ papers, attempts }),
      createReportPersonalData(reports),
    ]),
  };
};
