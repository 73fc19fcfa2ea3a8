import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf } from '../../accounts/index.ts';
import { candidateNumber, reportOutcomes } from '../../learning/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import type { ExaminingPagesDeps } from './examining-deps.ts';
import { questionLines } from './examining-question.ts';

const settleForm = z.strictObject({
  outcome: z.enum(reportOutcomes),
  note: z.string().trim().min(3).max(2000),
});

/** Questions that candidates reported: what they said, and what came of it. */
export const createStaffReportPages = ({ render, learning }: ExaminingPagesDeps): Router => {
  const router = Router();
  const { reports, regrades } = learning.examining;
  const path = '/staff/examining/reports';

  const show = async (request: Request, response: Response, faults: readonly FieldFault[] = []) => {
    const { words } = contextOf(response);
    const report = await reports.find(String(request.params.reportId));
    if (report.accountId === accountOf(request).id) throw new DomainError('forbidden', 'own-case');
    const question = await regrades.question(report.courseId, report.questionId);
    render(request, response, {
      view: 'examining/report',
      title: words('examining:reports.one', { candidate: candidateNumber(report.attemptId) }),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        report,
        question: questionLines(question, words),
        outcomes: reportOutcomes.map((value) => ({
          value,
          label: words(`examining:report.outcomes.${value}`),
        })),
        form: formOf({
          values: request.body,
          faults,
          words,
          labels: { outcome: words('examining:reports.outcome'), note: words('examining:reports.note') },
        }),
      },
    });
  };

  const settle: RequestHandler = async (request, response) => {
    const checked = check(settleForm, request.body);
    if (!checked.ok) return show(request, response, checked.faults);
    await reports.settle({
      reportId: String(request.params.reportId),
      by: accountOf(request).id,
      ...checked.value,
    });
    response.redirect(303, `/${contextOf(response).language}${path}`);
  };

  router.get(path, async (request, response) => {
    const { words } = contextOf(response);
    const which = request.query.state === 'settled' ? 'settled' : 'open';
    const found = await reports.list(which);
    render(request, response, {
      view: 'examining/reports',
      title: words('examining:reports.title'),
      noindex: true,
      wide: true,
      data: {
        which,
        reports: found.map((one) => ({ ...one, candidate: candidateNumber(one.attemptId) })),
        states: (['open', 'settled'] as const).map((state) => ({ state, current: state === which })),
      },
    });
  });
  router.get(`${path}/:reportId`, (request, response) => show(request, response));
  router.post(`${path}/:reportId`, settle);
  return router;
};
