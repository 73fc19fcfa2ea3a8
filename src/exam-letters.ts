import type { AttemptResult } from './learning/index.ts';
import type { Modules } from './modules.ts';
import type { MessageName } from './notifications/index.ts';
import { DomainError } from './platform/errors.ts';
import { formats, type Language, type Words } from './platform/i18n.ts';

/** Nothing where there is nothing any more: whoever was erased meanwhile gets no letter. */
const unlessGone = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof DomainError && error.kind === 'not-found') return undefined;
    throw error;
  });

type CaseEvent = { accountId?: string | undefined; caseId: string };
type Confirmed = { accountId: string; attemptId: string; awaited?: boolean | undefined };
type Changed = {
  accountId?: string | undefined;
  attemptId: string;
  newPass: boolean;
  cause: 'regrade' | 'marking';
  newScore?: boolean | undefined;
};

/** What somebody who has not passed can do now, in the words of the page of the result. */
const nextText = ({ attemptsLeft: count, nextAllowedAt }: AttemptResult, words: Words): string => {
  if (count === 0) return words('learn:result.last');
  return nextAllowedAt
    ? words('learn:result.next', { count, date: formats(words.language).dateTime(nextAllowedAt) })
    : words('learn:result.now', { count });
};

const scoreText = ({ score, passMark }: AttemptResult, words: Words): string => {
  if (score === undefined || passMark === undefined) return '';
  const { percent } = formats(words.language);
  return words('learn:result.score', { score: percent(score), needed: percent(passMark) });
};

/** Letters about tests and what examiners decide about them. */
export const examLetters = (m: Modules) => {
  const { learning, notifications } = m;
  const { translations } = m.platform;

  /** About a question of integrity: what it is about and until when, never what is alleged; that stands on the page. */
  const aboutCase =
    (message: MessageName) =>
    async (key: string, { accountId, caseId }: CaseEvent): Promise<void> => {
      if (!accountId) return;
      const one = await unlessGone(learning.examining.cases.find(caseId));
      if (!one) return;
      const { courseId, dueAt } = one;
      const course = await learning.course(courseId);
      await notifications.send({
        message,
        key: `${key}:${message}`,
        to: { accountId },
        content: async (language) => ({
          path: `/learn/cases/${caseId}`,
          params: { title: course?.title[language] ?? courseId, until: formats(language).dateTime(dueAt) },
        }),
      });
    };

  /** The result as its candidate sees it now; nothing while it is not final, or once nobody is left to tell. */
  const finalResult = async (accountId: string, attemptId: string): Promise<AttemptResult | undefined> => {
    const view = await unlessGone(learning.attempt(accountId, attemptId));
    return view && view.state !== 'in_progress' && view.passed !== undefined ? view : undefined;
  };

  type About = { message: MessageName; key: string; accountId: string; view: AttemptResult };

  const aboutResult = ({ message, key, accountId, view }: About): Promise<void> =>
    notifications.send({
      message,
      key: `${key}:${message}`,
      to: { accountId },
      content: async (language: Language) => {
        const words = translations.words(language);
        const params = {
          title: view.courseTitle[language],
          score: scoreText(view, words),
          next: view.passed ? '' : nextText(view, words),
          outcome: words(`learn:result.${view.passed ? 'still-passed' : 'still-failed'}`),
        };
        return { path: `/learn/attempts/${view.attemptId}/result`, params };
      },
    });

  return {
    /** The result that a candidate had to wait for is final: passed or not, and what can be done next. */
    resultFinal: async (key: string, { accountId, attemptId, awaited }: Confirmed): Promise<void> => {
      const view = awaited ? await finalResult(accountId, attemptId) : undefined;
      if (view)
        await aboutResult({ message: view.passed ? 'result-passed' : 'result-failed', key, accountId, view });
    },

    /** A regrade made it a pass, or moved a score that the test shows. While it is under review, nothing is told. */
    resultRegraded: async (key: string, e: Changed): Promise<void> => {
      const { accountId, attemptId, newPass, cause } = e;
      if (!accountId || cause !== 'regrade' || !(newPass || e.newScore)) return;
      const view = await finalResult(accountId, attemptId);
      if (!view || (!newPass && view.score === undefined)) return;
      await aboutResult({ message: newPass ? 'regraded-pass' : 'regraded-score', key, accountId, view });
    },

    /** What came of a version stands on its page alone; the letter says that it is there. */
    assignmentJudged: async (
      key: string,
      { accountId, workId, outcome }: { accountId: string; workId: string; outcome: string },
    ): Promise<void> => {
      const news = await learning.assignments.newsOf(workId);
      if (!news) return;
      const message = outcome === 'returned' ? 'assignment-returned' : 'assignment-read';
      await notifications.send({
        message,
        key: `${key}:${message}`,
        to: { accountId },
        content: async (language) => ({
          path: `/learn/${news.enrolmentId}/${news.activityId}`,
          params: { title: news.title[language] },
        }),
      });
    },

    reportSettled: async (
      key: string,
      { accountId, reportId }: { accountId?: string | undefined; reportId: string },
    ): Promise<void> => {
      if (!accountId) return;
      const report = await unlessGone(learning.examining.reports.find(reportId));
      if (!report) return;
      const course = await learning.course(report.courseId);
      await notifications.send({
        message: 'question-report-settled',
        key: `${key}:question-report-settled`,
        to: { accountId },
        content: async (language) => ({
          path: '/learn/reports',
          params: {
            title: course?.title[language] ?? report.courseId,
            outcome: translations.words(language)(`examining:report.outcomes.${report.settled?.outcome}`),
          },
        }),
      });
    },

    integrityQuestion: aboutCase('integrity-question'),
    integritySettled: aboutCase('integrity-settled'),
    resultDenied: aboutCase('result-denied'),
    denialUpheld: aboutCase('denial-upheld'),
    denialOverturned: aboutCase('denial-overturned'),
  };
};
