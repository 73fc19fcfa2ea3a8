import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { reportedTypes } from '../../learning/index.ts';
import { contextOf } from '../../platform/http/context.ts';
import { validate } from '../../platform/http/validate.ts';
import { formats } from '../../platform/i18n.ts';
import { attemptIdOf, sittingOf } from './learn-attempt-address.ts';
import { createAnswering, sitting, slot } from './learn-attempt-save.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';

const flagSchema = z.strictObject({ sitting, slot, later: z.boolean() });
const reportSchema = z.strictObject({
  type: z.enum(reportedTypes),
  number: z.int().min(1).max(1_000_000),
});

/** What the script of a test asks and tells beside the answers, as JSON. A refusal always says what is kept. */
export const createAttemptMachinePages = (deps: LearnPagesDeps): Router => {
  const { learning } = deps;

  const answering = createAnswering(deps);

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
  router.post('/learn/attempts/:attemptId/flags', flag);
  router.post('/learn/attempts/:attemptId/events', report);
  router.get('/learn/attempts/:attemptId/pulse', pulse);
  return router;
};
