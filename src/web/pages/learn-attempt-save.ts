import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { SaveReceipt } from '../../learning/index.ts';
import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { problemOf, sendProblem } from '../../platform/http/problem.ts';
import { askBesideSession, foundBesideSession } from '../../platform/http/session-reader.ts';
import { validate } from '../../platform/http/validate.ts';
import { attemptIdOf } from './learn-attempt-address.ts';
import { savedText } from './learn-attempt-view.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';
import { createAttemptGuard } from './learn-surroundings.ts';
import { createVouchers } from './vouched-saves.ts';

export const slot = z.int().min(1).max(1000);
export const sitting = z.string().max(64);

/** What the small script sends after each change. */
const answerSchema = z.strictObject({
  sitting,
  slot,
  value: z.unknown(),
  seq: z.int().min(1).max(1_000_000_000),
});

const conflicts = ['attempt-expired', 'attempt-taken-over', 'answer-superseded', 'question-left'];

type Handler = (request: Request, response: Response) => Promise<void>;

/** Answers as the handler does, and a refusal of what was to be kept with what is kept. */
export const createAnswering = (deps: LearnPagesDeps): ((run: Handler) => Handler) => {
  /** The refusal with the present state: what is saved, until when, and what number comes next. */
  const sendConflict = async (request: Request, response: Response, error: DomainError): Promise<void> => {
    const { words, requestId } = contextOf(response);
    const view = await deps.learning.attempt(learnerOf(deps, request), attemptIdOf(request));
    const saved = view.questions.flatMap(({ slot: at, answer }) =>
      answer ? [{ slot: at, value: answer.value, seq: answer.seq, savedAt: answer.at.toISOString() }] : [],
    );
    const instance = request.originalUrl.split('?')[0] ?? '/';
    const problem = problemOf(error, words, { instance, requestId });
    const present = {
      state: view.state,
      deadlineAt: view.deadlineAt.toISOString(),
      saved,
      ...(view.state === 'in_progress' ? { seq: view.seq } : {}),
    };
    sendProblem(response, { ...problem, ...present });
  };

  return (run) => async (request, response) => {
    try {
      await run(request, response);
    } catch (error) {
      if (!(error instanceof DomainError) || !conflicts.includes(error.code)) throw error;
      await sendConflict(request, response, error);
    }
  };
};

/** One answer saved by the script: every few seconds from everybody who takes a test. */
export type AttemptSaves = { path: string; before: readonly RequestHandler[]; routes: Router };

const respond = (
  response: Response,
  slot: number,
  { savedAt, deadlineAt, seq, answer }: SaveReceipt,
): void => {
  const message = savedText(contextOf(response).words, savedAt);
  response.json({ savedAt, deadlineAt, message, slot, value: answer?.value ?? null, seq });
};

/**
 * To be passed before all other routes; `before` before the session is read. A save like one that was judged in the last
 * minute is one question to the database; another is three: whether something was recalled, who may save, and the save.
 */
export const createAttemptSaves = (deps: LearnPagesDeps & { clock: Clock }): AttemptSaves => {
  const { learning, clock } = deps;
  const path = '/learn/attempts/:attemptId/answers';
  const vouchers = createVouchers(() => clock.now());
  const judged = new WeakMap<Request, ReturnType<typeof vouchers.prepare>>();

  /** Answers only with success: whatever else there is to say is found out by all that comes after. */
  const atOnce: RequestHandler = async (request, response, next) => {
    const voucher = vouchers.of(request);
    const sent = answerSchema.safeParse(request.body);
    if (!voucher || !sent.success) return next();
    const attemptId = attemptIdOf(request);
    const receipt = await learning.saveVouched({ ...sent.data, ...voucher, attemptId });
    if (!receipt) return next();
    respond(response, sent.data.slot, receipt);
  };

  const prepare: RequestHandler = async (request, _response, next) => {
    const attemptId = attemptIdOf(request);
    const question = learning.openQuestion(attemptId);
    if (question) {
      judged.set(request, vouchers.prepare(request, await learning.recalledOf(attemptId)));
      askBesideSession(request, question);
    }
    next();
  };

  const save = createAnswering(deps)(async (request, response) => {
    const { value, ...sent } = validate(answerSchema, request.body);
    const accountId = learnerOf(deps, request);
    const receipt = await learning.saveAnswer({
      ...sent,
      value,
      accountId,
      attemptId: attemptIdOf(request),
      isOpen: foundBesideSession(request),
    });
    judged.get(request)?.(accountId);
    respond(response, sent.slot, receipt);
  });

  return { path, before: [atOnce, prepare], routes: Router().post(path, createAttemptGuard(deps), save) };
};
