import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import {
  type AttemptInProgress,
  type AttemptResult,
  type AttemptView,
  readNumber,
  renderInline,
  type ShownQuestion,
} from '../../learning/index.ts';
import { DomainError } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { problemOf, sendProblem } from '../../platform/http/problem.ts';
import { validate } from '../../platform/http/validate.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';
import { questionFields, sentAnswers, valuesOf } from './learn-questions.ts';

/** What the small script sends after each change. */
const autosaveSchema = z.strictObject({
  slot: z.int().min(1),
  value: z.unknown(),
  seq: z.int().min(1),
});

const minutesLeft = ({ now, deadlineAt }: AttemptInProgress): number =>
  Math.max(0, Math.ceil((deadlineAt.getTime() - now.getTime()) / 60_000));

const lastSaved = (questions: readonly ShownQuestion[]): Date | undefined => {
  const times = questions.flatMap(({ answer }) => (answer ? [answer.at.getTime()] : []));
  return times.length > 0 ? new Date(Math.max(...times)) : undefined;
};

const clockData = (view: AttemptInProgress) => ({
  now: view.now,
  deadline: view.deadlineAt,
  minutes: minutesLeft(view),
});

const savedText = (words: Words, at: Date): string =>
  words('learn:attempt.saved', { time: formats(words.language).time(at) });

const isExpiry = (error: unknown): error is DomainError =>
  error instanceof DomainError && error.code === 'attempt-expired';

/** Taking a test, handing it in, and its result. Everything works as plain forms; the script only saves more often. */
export const createAttemptPages = (deps: LearnPagesDeps): Router => {
  const { render, learning } = deps;

  const idOf = (request: Request): string => String(request.params.attemptId);
  const addressOf = (request: Request, response: Response, rest = ''): string =>
    `/${contextOf(response).language}/learn/attempts/${idOf(request)}${rest}`;
  const load = (request: Request): Promise<AttemptView> =>
    learning.attempt(learnerOf(deps, request), idOf(request));

  const showForm = (
    request: Request,
    response: Response,
    view: AttemptInProgress,
    refused?: DomainError,
  ): void => {
    const { words, language } = contextOf(response);
    const values = refused ? request.body : valuesOf(view.questions);
    const saved = lastSaved(view.questions);
    const data = {
      view,
      ...clockData(view),
      questions: questionFields(view.questions, language),
      form: formOf({ values, words, ...(refused ? { faults: refused.errors } : {}) }),
      saved: saved ? savedText(words, saved) : words('learn:attempt.nothing-saved'),
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
    const group = view.submittedBy === 'timer' ? 'expired' : 'handed-in';
    const data = { view, group: `learn:${group}`, lines: answerLines(view.questions, words) };
    const title = words(`learn:${group}.title`, { test: view.title[language] });
    render(request, response, { view: 'learn/expired', title, data, status: 409 });
  };

  const take = async (request: Request, response: Response): Promise<void> => {
    const view = await load(request);
    if (view.state === 'submitted') return response.redirect(303, addressOf(request, response, '/result'));
    showForm(request, response, view);
  };

  const save = async (request: Request, response: Response): Promise<void> => {
    const view = await load(request);
    if (view.state === 'submitted') return showExpired(request, response, view);
    const isReview = (request.body as { action?: unknown } | undefined)?.action === 'review';
    try {
      const answers = sentAnswers(request.body, view.questions);
      await learning.saveAnswers({ accountId: learnerOf(deps, request), attemptId: idOf(request), answers });
      response.redirect(303, addressOf(request, response, isReview ? '/review' : ''));
    } catch (error) {
      if (isExpiry(error)) {
        const now = await load(request);
        if (now.state === 'submitted') return showExpired(request, response, now);
      }
      if (!(error instanceof DomainError) || error.code !== 'invalid-input') throw error;
      showForm(request, response, view, error);
    }
  };

  const sendExpired = async (request: Request, response: Response, error: DomainError): Promise<void> => {
    const { words, requestId } = contextOf(response);
    const { questions, deadlineAt } = await load(request);
    const saved = questions.flatMap(({ slot, answer }) =>
      answer ? [{ slot, value: answer.value, savedAt: answer.at.toISOString() }] : [],
    );
    const instance = request.originalUrl.split('?')[0] ?? '/';
    const problem = problemOf(error, words, { instance, requestId });
    sendProblem(response, { ...problem, ...{ deadlineAt: deadlineAt.toISOString(), saved } });
  };

  const autosave = async (request: Request, response: Response): Promise<void> => {
    const answer = validate(autosaveSchema, request.body);
    try {
      const receipt = await learning.saveAnswers({
        accountId: learnerOf(deps, request),
        attemptId: idOf(request),
        answers: [answer],
      });
      const { savedAt, deadlineAt, answers } = receipt;
      const [kept] = answers;
      const message = savedText(contextOf(response).words, savedAt);
      response.json({ savedAt, deadlineAt, message, slot: answer.slot, value: kept?.value, seq: kept?.seq });
    } catch (error) {
      if (!isExpiry(error)) throw error;
      await sendExpired(request, response, error);
    }
  };

  const review = async (request: Request, response: Response): Promise<void> => {
    const { words, language } = contextOf(response);
    const view = await load(request);
    if (view.state === 'submitted') return response.redirect(303, addressOf(request, response, '/result'));
    const lines = answerLines(view.questions, words);
    const missing = lines.filter(({ state }) => state !== 'answered').length;
    const title = words('learn:review.title', { test: view.title[language] });
    const data = { view, ...clockData(view), lines, missing };
    render(request, response, { view: 'learn/review', title, data, bare: true });
  };

  const submit = async (request: Request, response: Response): Promise<void> => {
    await learning.submitAttempt(learnerOf(deps, request), idOf(request));
    response.redirect(303, addressOf(request, response, '/result'));
  };

  const result = async (request: Request, response: Response): Promise<void> => {
    const { words, language } = contextOf(response);
    const view = await load(request);
    if (view.state === 'in_progress') return response.redirect(303, addressOf(request, response));
    const title = words(view.passed ? 'learn:result.passed-title' : 'learn:result.failed-title', {
      test: view.title[language],
    });
    render(request, response, { view: 'learn/result', title, data: { view } });
  };

  const router = Router();
  router.use('/learn/attempts', deps.requireSignIn);
  router.get('/learn/attempts/:attemptId', take);
  router.post('/learn/attempts/:attemptId', save);
  router.post('/learn/attempts/:attemptId/answers', autosave);
  router.get('/learn/attempts/:attemptId/review', review);
  router.post('/learn/attempts/:attemptId/submit', submit);
  router.get('/learn/attempts/:attemptId/result', result);
  return router;
};

/** Each question with whether it is answered: `unreadable` is a number that is none. */
const answerLines = (questions: readonly ShownQuestion[], words: Words) =>
  questions.map(({ slot, kind, prompt, answered, answer }) => {
    const typed = kind === 'numeric' && typeof answer?.value === 'string' ? answer.value : undefined;
    const state = !answered
      ? 'open'
      : typed !== undefined && readNumber(typed) === undefined
        ? 'unreadable'
        : 'answered';
    return { slot, html: renderInline(prompt[words.language]), state, typed };
  });
