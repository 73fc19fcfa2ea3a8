import { type Request, type Response, Router } from 'express';
import type { AttemptInProgress, AttemptResult, AttemptView } from '../../learning/index.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { formOf } from '../form.ts';
import {
  addressOf,
  attemptIdOf,
  type Control,
  inWindow,
  readQuestionForm,
  sittingOf,
} from './learn-attempt-address.ts';
import { createAttemptMachinePages } from './learn-attempt-machine.ts';
import { answerLines, clockData, fieldsOf, overviewOf, savedLine, shownOn } from './learn-attempt-view.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';
import { sentAnswers, valuesOf } from './learn-questions.ts';

const isCode = (error: unknown, code: string): error is DomainError =>
  error instanceof DomainError && error.code === code;

/** Where a form leads that was saved. Each place keeps the window. */
const onward = (view: AttemptInProgress, { action }: Control, slot: number | undefined): string => {
  if (action === 'review') return '/review';
  if (slot === undefined) return '';
  const steps: Record<string, number> = { next: slot + 1, previous: slot - 1, save: slot };
  const wanted = steps[action] ?? Number(action.slice('go-'.length));
  return wanted > view.total ? '/review' : `/questions/${Math.max(1, wanted)}`;
};

/** Taking a test, handing it in, and its result. Everything works as plain forms; the script only saves more often. */
export const createAttemptPages = (deps: LearnPagesDeps): Router => {
  const { render, learning } = deps;

  const load = (request: Request): Promise<AttemptView> =>
    learning.attempt(learnerOf(deps, request), attemptIdOf(request));

  const slotOf = (request: Request): number | undefined =>
    request.params.slot === undefined ? undefined : Number(request.params.slot);

  type Shown = { slot?: number | undefined; refused?: DomainError; superseded?: boolean };

  const showForm = (
    request: Request,
    response: Response,
    view: AttemptInProgress,
    { slot, refused, superseded = false }: Shown = {},
  ): void => {
    const { words, language } = contextOf(response);
    const values = refused ? request.body : valuesOf(shownOn(view, slot));
    const linear = view.navigation === 'linear';
    const data = {
      view,
      ...clockData(view),
      window: inWindow(view.sitting),
      questions: fieldsOf(view, slot, words),
      form: formOf({ values, words, ...(refused ? { faults: refused.errors } : {}) }),
      saved: savedLine(words, view.questions),
      superseded,
      linear,
      slot,
      previous: !linear && slot !== undefined && slot > 1,
      next: slot !== undefined && slot < view.total,
      overview: slot === undefined || linear ? undefined : overviewOf(view, slot),
      answered: view.questions.filter((question) => question.answered).length,
    };
    const title = words('learn:attempt.title', { test: view.title[language] });
    const status = refused ? { status: 422 } : {};
    render(request, response, { view: 'learn/attempt', title, data, bare: true, ...status });
  };

  /**
   * The attempt was closed before the last answers came, by the clock or by its own taker in another tab: says which,
   * what is kept, and loses nothing of it.
   */
  const showExpired = (request: Request, response: Response, view: AttemptResult): void => {
    const { words, language } = contextOf(response);
    const group = view.submittedBy === 'candidate' ? 'handed-in' : 'expired';
    const data = { view, group: `learn:${group}`, lines: answerLines(view.questions, words) };
    const title = words(`learn:${group}.title`, { test: view.title[language] });
    render(request, response, { view: 'learn/expired', title, data, status: 409 });
  };

  /** Another window holds the attempt: this one can look at nothing until it takes it over. */
  const showElsewhere = (
    request: Request,
    response: Response,
    view: AttemptInProgress,
    status: number,
  ): void => {
    const { words, language } = contextOf(response);
    const title = words('learn:elsewhere.title', { test: view.title[language] });
    const data = { view, ...clockData(view), unsaved: status === 409, kept: request.query.kept === 'yes' };
    render(request, response, { view: 'learn/elsewhere', title, data, bare: true, status });
  };

  const toResult = (request: Request, response: Response): void =>
    response.redirect(303, addressOf(request, response, '/result'));

  /** Shows something of an attempt that is open and held by this window; otherwise says what is the matter. */
  const whileHeld =
    (show: (request: Request, response: Response, view: AttemptInProgress) => void) =>
    async (request: Request, response: Response): Promise<void> => {
      const view = await load(request);
      if (view.state !== 'in_progress') return toResult(request, response);
      if (view.sitting !== sittingOf(request)) return showElsewhere(request, response, view, 200);
      show(request, response, view);
    };

  const take = whileHeld((request, response, view) => {
    const superseded = request.query.superseded === 'yes';
    if (view.layout === 'all') return showForm(request, response, view, { superseded });
    const place = view.position > view.total ? '/review' : `/questions/${view.position}`;
    response.redirect(303, addressOf(request, response, `${place}${inWindow(view.sitting)}`));
  });

  const question = whileHeld((request, response, view) => {
    const slot = slotOf(request) ?? 0;
    const isLeft = view.navigation === 'linear' && slot !== view.position;
    if (view.layout === 'all' || isLeft) {
      return response.redirect(303, addressOf(request, response, inWindow(view.sitting)));
    }
    if (shownOn(view, slot).length === 0) throw notFound();
    showForm(request, response, view, { slot, superseded: request.query.superseded === 'yes' });
  });

  const saveForm = async (
    request: Request,
    view: AttemptInProgress,
    slot: number | undefined,
  ): Promise<{ control: Control; superseded: boolean }> => {
    const { control, fields } = readQuestionForm(request.body);
    const shown = shownOn(view, slot);
    const leaves = view.navigation === 'linear' && ['next', 'review'].includes(control.action);
    const { superseded } = await learning.saveForm({
      accountId: learnerOf(deps, request),
      attemptId: attemptIdOf(request),
      sitting: control.sitting,
      base: control.base,
      answers: sentAnswers(fields, shown),
      shown: shown.map((one) => one.slot),
      flagged: control.later,
      ...(leaves && slot !== undefined ? { leave: slot } : {}),
    });
    return { control, superseded: superseded.length > 0 };
  };

  /** A field that no form of ours has is remembered: somebody wrote it. */
  const noteForgery = async (request: Request, error: DomainError): Promise<void> => {
    if (!error.errors.some(({ code }) => code === 'unknown-field')) return;
    const accountId = learnerOf(deps, request);
    await learning.noteBypass({ accountId, attemptId: attemptIdOf(request), rule: 'tampered-form' });
  };

  const refuse = async (request: Request, response: Response, error: unknown): Promise<void> => {
    const view = await load(request);
    if (view.state !== 'in_progress') return showExpired(request, response, view);
    if (isCode(error, 'attempt-taken-over')) return showElsewhere(request, response, view, 409);
    if (isCode(error, 'question-left') || isCode(error, 'answer-superseded'))
      return response.redirect(303, addressOf(request, response, `${inWindow(view.sitting)}&superseded=yes`));
    if (!isCode(error, 'invalid-input')) throw error;
    await noteForgery(request, error);
    showForm(request, response, view, { slot: slotOf(request), refused: error });
  };

  const save = async (request: Request, response: Response): Promise<void> => {
    const view = await load(request);
    if (view.state !== 'in_progress') return showExpired(request, response, view);
    const slot = slotOf(request);
    try {
      const { control, superseded } = await saveForm(request, view, slot);
      const place = `${onward(view, control, slot)}${inWindow(control.sitting)}`;
      const note = superseded ? '&superseded=yes' : '';
      response.redirect(303, addressOf(request, response, `${place}${note}`));
    } catch (error) {
      await refuse(request, response, error);
    }
  };

  const review = whileHeld((request, response, view) => {
    const { words, language } = contextOf(response);
    if (view.navigation === 'linear' && view.position <= view.total)
      return response.redirect(303, addressOf(request, response, inWindow(view.sitting)));
    const lines = answerLines(view.questions, words);
    const missing = lines.filter(({ state }) => state !== 'answered').length;
    const data = {
      view,
      ...clockData(view),
      window: inWindow(view.sitting),
      lines,
      missing,
      flagged: lines.filter((line) => line.flagged).length,
      linear: view.navigation === 'linear',
      one: view.layout === 'one',
      superseded: request.query.superseded === 'yes',
    };
    const title = words('learn:review.title', { test: view.title[language] });
    render(request, response, { view: 'learn/review', title, data, bare: true });
  });

  const submit = async (request: Request, response: Response): Promise<void> => {
    const { sitting } = (request.body ?? {}) as { sitting?: unknown };
    try {
      const from = typeof sitting === 'string' ? sitting : '';
      await learning.submitAttempt(learnerOf(deps, request), attemptIdOf(request), from);
      toResult(request, response);
    } catch (error) {
      const view = isCode(error, 'attempt-taken-over') ? await load(request) : undefined;
      if (view?.state !== 'in_progress') throw error;
      showElsewhere(request, response, view, 409);
    }
  };

  const takeOver = async (request: Request, response: Response): Promise<void> => {
    try {
      const { sitting } = await learning.takeOverAttempt(learnerOf(deps, request), attemptIdOf(request));
      response.redirect(303, addressOf(request, response, inWindow(sitting)));
    } catch (error) {
      if (!isCode(error, 'attempt-expired')) throw error;
      toResult(request, response);
    }
  };

  const result = async (request: Request, response: Response): Promise<void> => {
    const { words, language } = contextOf(response);
    const view = await load(request);
    if (view.state === 'in_progress') return response.redirect(303, addressOf(request, response));
    const verdict = view.passed === undefined ? 'pending' : view.passed ? 'passed' : 'failed';
    const title = words(`learn:result.${verdict}-title`, { test: view.title[language] });
    const isQuestioned = view.state === 'invalidated' || view.state === 'appealed';
    const data = { view, verdict, pending: `learn:result.pending.${view.state}`, isQuestioned };
    render(request, response, { view: 'learn/result', title, data });
  };

  const router = Router();
  router.use('/learn/attempts', deps.requireSignIn);
  router.use(createAttemptMachinePages(deps));
  router.get('/learn/attempts/:attemptId', take);
  router.post('/learn/attempts/:attemptId', save);
  router.get('/learn/attempts/:attemptId/questions/:slot', question);
  router.post('/learn/attempts/:attemptId/questions/:slot', save);
  router.get('/learn/attempts/:attemptId/review', review);
  router.post('/learn/attempts/:attemptId/take-over', takeOver);
  router.post('/learn/attempts/:attemptId/submit', submit);
  router.get('/learn/attempts/:attemptId/result', result);
  return router;
};
