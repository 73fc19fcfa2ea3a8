import { type Request, type RequestHandler, type Response, Router } from 'express';
import { accountOf } from '../../accounts/index.ts';
import type { OpenPaper } from '../../learning/index.ts';
import { renderPrompt } from '../../learning/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { formOf } from '../form.ts';
import type { ExaminingPagesDeps } from './examining-deps.ts';

const longestComment = 2000;

const textIn = (body: unknown, name: string): string => {
  const value = (body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value.trim() : '';
};

/** Points as people type them; an empty field is no number, so that nothing is marked by oversight. */
const readPoints = (text: string): number =>
  /^\d+([.,]\d{1,2})?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;

const marksIn = (body: unknown, paper: OpenPaper) => {
  const points: Record<string, number> = {};
  const comments: Record<string, string> = {};
  const faults: FieldFault[] = [];
  for (const { slot } of paper.answers) {
    const typed = textIn(body, `points${slot}`);
    points[slot] = readPoints(typed);
    if (typed !== '' && Number.isNaN(points[slot]))
      faults.push({ pointer: `/points${slot}`, code: 'not-valid' });
    const comment = textIn(body, `comment${slot}`);
    if (comment.length > longestComment)
      faults.push({ pointer: `/comment${slot}`, code: 'too-long', params: { max: longestComment } });
    if (comment !== '') comments[slot] = comment;
  }
  return { points, comments, faults };
};

/** Marking answers that only a person can judge: one paper at a time, without a name, without the marks of others. */
export const createStaffMarkingPages = ({ render, learning }: ExaminingPagesDeps): Router => {
  const router = Router();
  const { papers } = learning.examining;
  const path = '/staff/examining/marking';
  const idOf = (request: Request): string => String(request.params.attemptId);

  const toQueue = (response: Response, done?: string): void =>
    response.redirect(303, `/${contextOf(response).language}${path}${done ? `?done=${done}` : ''}`);

  const showPaper = async (request: Request, response: Response, faults: readonly FieldFault[] = []) => {
    const { words, language } = contextOf(response);
    const paper = await papers.open(idOf(request), accountOf(request).id);
    const labels = Object.fromEntries(
      paper.answers.map(({ slot }, index) => [
        `points${slot}`,
        words('examining:marking.points-of', { number: index + 1 }),
      ]),
    );
    render(request, response, {
      view: 'examining/paper',
      title: words('examining:marking.paper', { candidate: paper.candidate }),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        paper,
        answers: paper.answers.map((answer, index) => ({
          ...answer,
          number: index + 1,
          promptHtml: renderPrompt(answer.prompt[language]),
          pointsName: `points${answer.slot}`,
          commentName: `comment${answer.slot}`,
        })),
        form: formOf({ values: request.body, faults, words, labels }),
      },
    });
  };

  const mark: RequestHandler = async (request, response) => {
    const by = accountOf(request).id;
    const attemptId = idOf(request);
    const paper = await papers.open(attemptId, by);
    const { points, comments, faults } = marksIn(request.body, paper);
    if (faults.length > 0) return showPaper(request, response, faults);
    try {
      await papers.mark({ attemptId, by, points, comments });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid-input') throw error;
      return showPaper(request, response, error.errors);
    }
    toQueue(response, 'marked');
  };

  router.get(path, async (request, response) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'examining/marking',
      title: words('examining:marking.title'),
      noindex: true,
      wide: true,
      data: { papers: await papers.queue(accountOf(request).id), done: request.query.done === 'marked' },
    });
  });
  router.post(`${path}/next`, async (request, response) => {
    const attemptId = await papers.takeNext(accountOf(request).id);
    if (attemptId === undefined) return toQueue(response);
    response.redirect(303, `/${contextOf(response).language}${path}/${attemptId}`);
  });
  router.get(`${path}/:attemptId`, (request, response) => showPaper(request, response));
  router.post(`${path}/:attemptId`, mark);
  router.post(`${path}/:attemptId/put-back`, async (request, response) => {
    await papers.putBack(idOf(request), accountOf(request).id);
    toQueue(response);
  });
  router.post(`${path}/:attemptId/recuse`, async (request, response) => {
    await papers.recuse(idOf(request), accountOf(request).id);
    toQueue(response);
  });
  return router;
};
