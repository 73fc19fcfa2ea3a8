import { randomUUID } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf } from '../../accounts/index.ts';
import type { ItemChange } from '../../learning/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import type { ExaminingPagesDeps } from './examining-deps.ts';
import { questionLines } from './examining-question.ts';

const number = z
  .string()
  .trim()
  .max(40)
  .transform((text) => Number(text.replace(',', '.')))
  .pipe(z.number());

const one = z.union([z.string().transform((value) => [value]), z.array(z.string())]);

const changeForm = z.strictObject({
  change: z.enum(['void', 'key', 'number']),
  correct: one.optional(),
  answer: z.union([z.literal(''), number]).optional(),
  tolerance: z.union([z.literal(''), number]).optional(),
  reason: z.string().trim().min(10).max(1000),
  id: z.uuid().optional(),
  sure: z.literal('yes').optional(),
});
type ChangeForm = z.infer<typeof changeForm>;

const changeOf = ({ change, correct = [], answer, tolerance }: ChangeForm): ItemChange | FieldFault[] => {
  if (change === 'void') return { kind: 'void' };
  if (change === 'key') return { kind: 'key', correct };
  if (typeof answer !== 'number' || Number.isNaN(answer))
    return [{ pointer: '/answer', code: 'field-required' }];
  const around = typeof tolerance === 'number' ? tolerance : 0;
  if (around < 0) return [{ pointer: '/tolerance', code: 'not-valid' }];
  return { kind: 'number', answer, tolerance: around };
};

/** Voiding a question or giving it another key: what would follow is shown first, then it is decided and watched. */
export const createStaffRegradePages = ({ render, learning }: ExaminingPagesDeps): Router => {
  const router = Router();
  const { regrades } = learning.examining;
  const path = '/staff/examining/questions/:courseId/:questionId';

  const placeOf = (request: Request) => ({
    courseId: String(request.params.courseId),
    questionId: String(request.params.questionId),
  });

  const showForm = async (request: Request, response: Response, faults: readonly FieldFault[] = []) => {
    const { words } = contextOf(response);
    const place = placeOf(request);
    const question = questionLines(await regrades.question(place.courseId, place.questionId), words);
    const kinds = [
      'void',
      ...(question.options.length > 0 ? ['key'] : []),
      ...('answer' in question ? ['number'] : []),
    ];
    render(request, response, {
      view: 'examining/question',
      title: words('examining:regrade.title', { question: place.questionId }),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        place,
        question,
        kinds: kinds.map((value) => ({
          value,
          label: words(`examining:regrade.kinds.${value}`),
          hint: words(`examining:regrade.kinds.${value}-hint`),
        })),
        options: question.options.map(({ id, text }) => ({ value: id, label: text })),
        form: formOf({
          values: request.body,
          faults,
          words,
          labels: {
            change: words('examining:regrade.change'),
            correct: words('examining:regrade.correct'),
            answer: words('examining:regrade.answer'),
            tolerance: words('examining:regrade.tolerance'),
            reason: words('examining:regrade.reason'),
          },
        }),
      },
    });
  };

  const showPreview = async (request: Request, response: Response, form: ChangeForm, change: ItemChange) => {
    const { words } = contextOf(response);
    const place = placeOf(request);
    const impact = await regrades.preview({ ...place, change });
    render(request, response, {
      view: 'examining/regrade-preview',
      title: words('examining:regrade.preview'),
      noindex: true,
      data: { place, impact, asked: form, correct: form.correct ?? [], id: randomUUID() },
    });
  };

  const receive: RequestHandler = async (request, response) => {
    const checked = check(changeForm, request.body);
    if (!checked.ok) return showForm(request, response, checked.faults);
    const change = changeOf(checked.value);
    if (Array.isArray(change)) return showForm(request, response, change);
    const place = placeOf(request);
    const question = await regrades.question(place.courseId, place.questionId);
    try {
      regrades.assertFits(question, change);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return showForm(request, response, error.errors);
    }
    const { id, sure, reason } = checked.value;
    if (!sure || !id) return showPreview(request, response, checked.value, change);
    await regrades.decide({ ...place, id, change, question, reason, by: accountOf(request).id });
    response.redirect(303, `/${contextOf(response).language}/staff/examining/regrades/${id}`);
  };

  router.get(path, (request, response) => showForm(request, response));
  router.post(path, receive);
  router.get('/staff/examining/regrades', async (request, response) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'examining/regrades',
      title: words('examining:regrade.list'),
      noindex: true,
      wide: true,
      data: { regrades: await regrades.newest() },
    });
  });
  router.get('/staff/examining/regrades/:id', async (request, response) => {
    const { words } = contextOf(response);
    const regrade = await regrades.find(String(request.params.id));
    render(request, response, {
      view: 'examining/regrade',
      title: words('examining:regrade.progress', { question: regrade.questionId }),
      noindex: true,
      data: {
        regrade,
        done: regrade.state === 'done',
        here: `/staff/examining/regrades/${regrade.id}`,
        looked: Math.min(regrade.looked, Math.max(1, regrade.total)),
        total: Math.max(1, regrade.total),
      },
    });
  });
  return router;
};
