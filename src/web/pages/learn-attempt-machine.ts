import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Accounts } from '../../accounts/index.ts';
import { type Learning, reportedTypes } from '../../learning/index.ts';
import { DomainError } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { problemOf, sendProblem } from '../../platform/http/problem.ts';
import { validate } from '../../platform/http/validate.ts';
import { formats } from '../../platform/i18n.ts';
import { attemptIdOf, sittingOf } from './learn-attempt-address.ts';
import { savedText } from './learn-attempt-view.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';

const slot = z.int().min(1).max(1000);
const sitting = z.string().max(64);

/** What the small script sends after each change. */
const answerSchema = z.strictObject({
  sitting,
  slot,
  value: z.unknown(),
  seq: z.int().min(1).max(1_000_000_000),
});
const flagSchema = z.strictObject({ sitting, slot, later: z.boolean() });
const reportSchema = z.strictObject({
  type: z.enum(reportedTypes),
  number: z.int().min(1).max(1_000_000),
});

const conflicts = ['attempt-expired', 'attempt-taken-over', 'answer-superseded', 'question-left'];

const ahead = new WeakMap<Request, ReturnType<Learning['lookAhead']>>();

/** To be passed before the session is read: a save then waits for the database twice instead of four times. */
export const createLookAhead = ({
  learning,
  accounts,
}: {
  learning: Learning;
  accounts: Accounts;
}): Router => {
  const look: RequestHandler = (request, _response, next) => {
    const found = learning.lookAhead(attemptIdOf(request));
    if (found) accounts.expectPerson(request, found.accountId);
    ahead.set(request, found);
    next();
  };
  const router = Router();
  router.post('/learn/attempts/:attemptId/answers', look);
  return router;
};

/** What the script of a test asks and tells, as JSON. A refusal always says what is kept. */
export const createAttemptMachinePages = (deps: LearnPagesDeps): Router => {
  const { learning } = deps;

  /** The refusal with the present state: what is saved, until when, and what number comes next. */
  const sendConflict = async (request: Request, response: Response, error: DomainError): Promise<void> => {
    const { words, requestId } = contextOf(response);
    const view = await learning.attempt(learnerOf(deps, request), attemptIdOf(request));
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

  const answering =
    (run: (request: Request, response: Response) => Promise<void>) =>
    async (request: Request, response: Response): Promise<void> => {
      try {
        await run(request, response);
      } catch (error) {
        if (!(error instanceof DomainError) || !conflicts.includes(error.code)) throw error;
        await sendConflict(request, response, error);
      }
    };

  const autosave = answering(async (request, response) => {
    const { value, ...sent } = validate(answerSchema, request.body);
    const accountId = learnerOf(deps, request);
    const { savedAt, deadlineAt, seq, answer } = await learning.saveAnswer({
      ...sent,
      value,
      accountId,
      attemptId: attemptIdOf(request),
      ahead: ahead.get(request),
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

  const flag = answering(async (request, response) => {
    const sent = validate(flagSchema, request.body);
    await learning.flagQuestion({
      ...sent,
      accountId: learnerOf(deps, request),
      attemptId: attemptIdOf(request),
    });
    response.status(204).end();
  });

  const report = async (request: Request, response: Response): Promise<void> => {
    const sent = validate(reportSchema, request.body);
    await learning.reportEvent({
      ...sent,
      accountId: learnerOf(deps, request),
      attemptId: attemptIdOf(request),
    });
    response.status(204).end();
  };

  /** Asked now and then: the clock, whether this window still holds the attempt, whether it is still open. */
  const pulse = async (request: Request, response: Response): Promise<void> => {
    const { words } = contextOf(response);
    const found = await learning.attemptPulse(learnerOf(deps, request), attemptIdOf(request));
    const { state, now, deadlineAt, seq } = found;
    const until = formats(words.language).time(deadlineAt);
    response.set('Cache-Control', 'no-store').json({
      state,
      now,
      deadlineAt,
      seq,
      held: found.sitting === sittingOf(request),
      moved: words('learn:attempt.deadline-moved', { time: until }),
      until: words('web:timer.until', { time: until }),
    });
  };

  const router = Router();
  router.post('/learn/attempts/:attemptId/answers', autosave);
  router.post('/learn/attempts/:attemptId/flags', flag);
  router.post('/learn/attempts/:attemptId/events', report);
  router.get('/learn/attempts/:attemptId/pulse', pulse);
  return router;
};
