import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { reportKinds } from '../../learning/index.ts';
import type { FieldFault } from '../../platform/errors.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';

const reportForm = z.strictObject({
  kind: z.enum(reportKinds),
  text: z.string().trim().min(3).max(2000),
});

/** Reporting a question from inside a test, in a window of its own so that no answer is lost; and what came of it. */
export const createReportPages = (deps: LearnPagesDeps): Router => {
  const { render, learning } = deps;
  const { reports } = learning.examining;
  const router = Router();
  const path = '/learn/attempts/:attemptId/questions/:slot/report';

  const placeOf = async (request: Request) => {
    const slot = Number(request.params.slot);
    if (!Number.isInteger(slot)) throw notFound();
    const place = { accountId: learnerOf(deps, request), attemptId: String(request.params.attemptId), slot };
    await reports.assertOwn(place.accountId, place.attemptId, slot);
    return place;
  };

  const show = async (
    request: Request,
    response: Response,
    more: { faults?: readonly FieldFault[]; done?: boolean } = {},
  ) => {
    const { words } = contextOf(response);
    const place = await placeOf(request);
    render(request, response, {
      view: 'learn/report',
      title: words('examining:report.title', { number: place.slot }),
      status: more.faults ? 422 : 200,
      noindex: true,
      bare: true,
      data: {
        place,
        done: more.done,
        kinds: reportKinds.map((value) => ({ value, label: words(`examining:report.kinds.${value}`) })),
        form: formOf({
          values: request.body,
          ...(more.faults ? { faults: more.faults } : {}),
          words,
          labels: { kind: words('examining:report.kind'), text: words('examining:report.text') },
        }),
      },
    });
  };

  router.use('/learn/attempts/:attemptId/questions', deps.requireSignIn);
  router.get(path, (request, response) => show(request, response, { done: request.query.done === 'yes' }));
  router.post(path, async (request, response) => {
    const checked = check(reportForm, request.body);
    if (!checked.ok) return show(request, response, { faults: checked.faults });
    const place = await placeOf(request);
    await reports.report({ ...place, ...checked.value });
    const { language } = contextOf(response);
    response.redirect(
      303,
      `/${language}/learn/attempts/${place.attemptId}/questions/${place.slot}/report?done=yes`,
    );
  });

  router.get('/learn/reports', deps.requireSignIn, async (request, response) => {
    const { words } = contextOf(response);
    const own = await reports.ofAccount(learnerOf(deps, request));
    const courses = new Map<string, unknown>();
    for (const { courseId } of own) courses.set(courseId, (await learning.course(courseId))?.title);
    render(request, response, {
      view: 'learn/reports',
      title: words('examining:report.list'),
      noindex: true,
      data: { reports: own.map((one) => ({ ...one, course: courses.get(one.courseId) })) },
    });
  });
  return router;
};
