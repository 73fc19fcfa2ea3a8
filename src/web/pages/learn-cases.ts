import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';

const statement = z.strictObject({ text: z.string().trim().min(10).max(8000) });

/** A candidate's side of a question about their test: what is held against them, their answer, their appeal. */
export const createCasePages = (deps: LearnPagesDeps): Router => {
  const { render, learning } = deps;
  const router = Router();
  const path = '/learn/cases/:caseId';
  const { cases } = learning.examining;

  const caseOf = (request: Request) =>
    cases.ofCandidate(learnerOf(deps, request), String(request.params.caseId));

  const show = async (request: Request, response: Response, faults: readonly FieldFault[] = []) => {
    const { words, language } = contextOf(response);
    const one = await caseOf(request);
    if (!('allegation' in one) || !one.allegation) throw notFound();
    const course = await learning.course(one.courseId);
    const title = course?.title[language] ?? one.courseId;
    const { answerUntil } = one.allegation;
    const step =
      one.state === 'alleged' && !one.answer
        ? { key: 'answer', until: answerUntil }
        : one.state === 'denied'
          ? { key: 'appeal', until: one.appealUntil }
          : undefined;
    render(request, response, {
      view: 'learn/case',
      title: words('examining:candidate.title', { title }),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        one,
        step,
        form: formOf({
          values: request.body,
          faults,
          words,
          labels: { text: words(`examining:candidate.${step?.key ?? 'answer'}-label`) },
        }),
      },
    });
  };

  const receive =
    (say: typeof cases.answer): RequestHandler =>
    async (request, response) => {
      const checked = check(statement, request.body);
      if (!checked.ok) return show(request, response, checked.faults);
      const caseId = String(request.params.caseId);
      await say({ caseId, accountId: learnerOf(deps, request), text: checked.value.text });
      response.redirect(303, `/${contextOf(response).language}/learn/cases/${caseId}`);
    };

  router.use('/learn/cases', deps.requireSignIn);
  router.get('/learn/cases', async (request, response) => {
    const { words } = contextOf(response);
    const found = await cases.toldTo(learnerOf(deps, request));
    const titles = new Map<string, unknown>();
    for (const { courseId } of found) titles.set(courseId, (await learning.course(courseId))?.title);
    render(request, response, {
      view: 'learn/cases',
      title: words('examining:candidate.list'),
      noindex: true,
      data: { cases: found.map((one) => ({ ...one, title: titles.get(one.courseId) })) },
    });
  });
  router.get(path, (request, response) => show(request, response));
  router.post(`${path}/answer`, receive(cases.answer));
  router.post(`${path}/appeal`, receive(cases.appeal));
  return router;
};
