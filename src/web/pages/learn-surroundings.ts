import { type Request, type RequestHandler, Router } from 'express';
import { provesConfigKey } from '../../learning/index.ts';
import { DomainError } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { LearnPagesDeps } from './learn-deps.ts';

const assertBrowser = ({ baseUrl }: LearnPagesDeps, request: Request, keys: readonly string[]): void => {
  if (keys.length === 0) return;
  const address = `${baseUrl}${request.originalUrl}`;
  if (!provesConfigKey(address, request.get('X-SafeExamBrowser-ConfigKeyHash'), keys))
    throw new DomainError('forbidden', 'exam-browser-needed');
};

/** Lets nobody go on with an attempt outside Safe Exam Browser when its test asks for it. */
export const createAttemptGuard =
  (deps: LearnPagesDeps): RequestHandler =>
  async (request, _response, next) => {
    if (/\/(result|report)\/?$/.test(request.path)) return next();
    const keys = await deps.learning.examining.examBrowser.ofAttempt(String(request.params.attemptId));
    assertBrowser(deps, request, keys);
    next();
  };

/**
 * Where a test is taken: in Safe Exam Browser when the test asks for it, and from which place, as a keyed hash. Passes
 * before the pages of attempts; a result may be read anywhere.
 */
export const createSurroundings = (deps: LearnPagesDeps): Router => {
  const { learning, accountOf } = deps;
  const { examBrowser, watch } = learning.examining;
  const router = Router();

  const guardStart: RequestHandler = async (request, _response, next) => {
    const { enrolmentId, activityId } = request.params;
    assertBrowser(deps, request, await examBrowser.ofTest(String(enrolmentId), String(activityId)));
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

  router.use('/learn/attempts/:attemptId', createAttemptGuard(deps));
  router.get('/learn/attempts/:attemptId', note);
  router.post('/learn/:enrolmentId/:activityId/attempts', guardStart);
  return router;
};
