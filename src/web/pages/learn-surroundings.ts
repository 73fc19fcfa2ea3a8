import { type Request, type RequestHandler, Router } from 'express';
import { provesConfigKey } from '../../learning/index.ts';
import { DomainError } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { LearnPagesDeps } from './learn-deps.ts';

/**
 * Where a test is taken: in Safe Exam Browser when the test asks for it, and from which place, as a keyed hash. Passes
 * before the pages of attempts; a result may be read anywhere.
 */
export const createSurroundings = (deps: LearnPagesDeps): Router => {
  const { learning, accountOf, baseUrl } = deps;
  const { examBrowser, watch } = learning.examining;
  const router = Router();

  const assertBrowser = (request: Request, keys: readonly string[]): void => {
    if (keys.length === 0) return;
    const address = `${baseUrl}${request.originalUrl}`;
    if (!provesConfigKey(address, request.get('X-SafeExamBrowser-ConfigKeyHash'), keys))
      throw new DomainError('forbidden', 'exam-browser-needed');
  };

  const guardAttempt: RequestHandler = async (request, _response, next) => {
    if (/\/(result|report)\/?$/.test(request.path)) return next();
    assertBrowser(request, await examBrowser.ofAttempt(String(request.params.attemptId)));
    next();
  };

  const guardStart: RequestHandler = async (request, _response, next) => {
    const { enrolmentId, activityId } = request.params;
    assertBrowser(request, await examBrowser.ofTest(String(enrolmentId), String(activityId)));
    next();
  };

  /** What is only watched is never in the way of the test. */
  const note: RequestHandler = async (request, response, next) => {
    const account = accountOf(request);
    if (account) {
      const place = { address: request.ip ?? '', agent: request.get('User-Agent') ?? '' };
      const { language } = contextOf(response);
      await watch
        .notePlace({ accountId: account.id, attemptId: String(request.params.attemptId), language, ...place })
        .catch(() => undefined);
    }
    next();
  };

  router.use('/learn/attempts/:attemptId', guardAttempt);
  router.get('/learn/attempts/:attemptId', note);
  router.post('/learn/:enrolmentId/:activityId/attempts', guardStart);
  return router;
};
