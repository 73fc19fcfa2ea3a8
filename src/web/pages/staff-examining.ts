import { type RequestHandler, Router } from 'express';
import { accountOf, requireRole } from '../../accounts/index.ts';
import { candidateNumber } from '../../learning/index.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { ExaminingPagesDeps } from './examining-deps.ts';
import { signalLines } from './examining-signals.ts';
import { createStaffAssignmentPages } from './staff-assignments.ts';
import { createStaffCasePages } from './staff-cases.ts';
import { createStaffMarkingPages } from './staff-marking.ts';
import { createStaffRegradePages } from './staff-regrades.ts';
import { createStaffReportPages } from './staff-reports.ts';
import { createStaffStatisticsPages } from './staff-statistics.ts';

/** The desk of those who examine: what waits, attempts without names, cases. For examiners and administrators. */
export const createStaffExaminingPages = (deps: ExaminingPagesDeps): Router => {
  const { render, learning } = deps;
  const { examining } = learning;
  const router = Router();
  const home = '/staff/examining';

  const showHome: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const desks = [
      { key: 'marking', path: `${home}/marking`, count: await examining.papers.countWaiting() },
      {
        key: 'assignments',
        path: `${home}/assignments`,
        count: await learning.assignments.judging.countWaiting(),
      },
      { key: 'cases', path: `${home}/cases`, count: await examining.cases.countOpen() },
      { key: 'signals', path: `${home}/signals`, count: (await examining.signals.strongest()).length },
      { key: 'reports', path: `${home}/reports`, count: await examining.reports.countOpen() },
      { key: 'regrades', path: `${home}/regrades` },
      { key: 'statistics', path: `${home}/statistics` },
    ];
    render(request, response, {
      view: 'examining/home',
      title: words('examining:home.title'),
      noindex: true,
      data: { desks },
    });
  };

  const showSignals: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const found = await examining.signals.strongest();
    render(request, response, {
      view: 'examining/signals',
      title: words('examining:signals.title'),
      noindex: true,
      data: {
        entries: found.map(({ attemptId, computedAt, signals }) => ({
          attemptId,
          computedAt,
          candidate: candidateNumber(attemptId),
          signals: signalLines(signals, words),
        })),
      },
    });
  };

  const showAttempt: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const attemptId = String(request.params.attemptId);
    const attempt = await examining.attempt(attemptId, accountOf(request).id);
    const found = await examining.signals.ofAttempt(attemptId);
    render(request, response, {
      view: 'examining/attempt',
      title: words('examining:attempt.title', { candidate: attempt.candidate }),
      noindex: true,
      data: {
        attempt,
        signals: signalLines(found?.signals ?? [], words),
        timeline: await learning.timeline(attemptId),
        dismissed: found?.dismissedBy !== undefined,
        caseId: (await examining.cases.ofAttempt(attemptId))?.id,
      },
    });
  };

  router.use(home, requireRole('examiner', 'administrator'));
  router.get(home, showHome);
  router.get(`${home}/signals`, showSignals);
  router.get(`${home}/attempts/:attemptId`, showAttempt);
  router.post(`${home}/attempts/:attemptId/case`, async (request, response) => {
    const { caseId } = await examining.cases.open(String(request.params.attemptId), accountOf(request).id);
    response.redirect(303, `/${contextOf(response).language}${home}/cases/${caseId}`);
  });
  router.post(`${home}/attempts/:attemptId/dismiss`, async (request, response) => {
    const attemptId = String(request.params.attemptId);
    const by = accountOf(request).id;
    await examining.attempt(attemptId, by);
    if (!(await examining.signals.dismiss(attemptId, by))) throw notFound();
    response.redirect(303, `/${contextOf(response).language}${home}/signals`);
  });
  router.use(
    createStaffCasePages(deps),
    createStaffMarkingPages(deps),
    createStaffAssignmentPages(deps),
    createStaffReportPages(deps),
    createStaffRegradePages(deps),
    createStaffStatisticsPages(deps),
  );
  return router;
};
