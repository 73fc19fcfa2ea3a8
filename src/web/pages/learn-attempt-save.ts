import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { DomainError } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { problemOf, sendProblem } from '../../platform/http/problem.ts';
import { askBesideSession, foundBesideSession } from '../../platform/http/session-reader.ts';
import { validate } from '../../platform/http/validate.ts';
import { attemptIdOf } from './learn-attempt-address.ts';
import { savedText } from './learn-attempt-view.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';
import { createAttemptGuard } from './learn-surroundings.ts';

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
export type AttemptSaves = { path: string; before: RequestHandler; routes: Router };

/** To be passed before all other routes; `before` before the session is read, so that a save waits for the database twice. */
export const createAttemptSaves = (deps: LearnPagesDeps): AttemptSaves => {
  const { learning } = deps;
  const path = '/learn/attempts/:attemptId/answers';

  const before: RequestHandler = (request, _response, next) => {
    const question = learning.openQuestion(attemptIdOf(request));
    if (question) askBesideSession(request, question);
    next();
  };

  const save = createAnswering(deps)(async (request, response) => {
    const { value, ...sent } = validate(answerSchema, request.body);
    const accountId = learnerOf(deps, request);
    const { savedAt, deadlineAt, seq, answer } = await learning.saveAnswer({
      ...sent,
      value,
      accountId,
      attemptId: attemptIdOf(request),
      isOpen: foundBesideSession(request),
    });
    response.json({
      savedAt,
      deadlineAt,
      message: savedText(contextOf(response).words, savedAt),
      slot: sent.slot,
      value: answer?.value ?? null,
      seq,
    });
  });

  return { path, before, routes: Router().post(path, createAttemptGuard(deps), save) };
};
