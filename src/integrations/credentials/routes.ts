import { type Request, type RequestHandler, Router } from 'express';
import { DomainError, invalid } from '../../platform/errors.ts';
import { announce, type Limit, type RateLimits } from '../../platform/http/rate-limits.ts';
import type { Scope } from '../clients/api-client.ts';
import { issuingPerClient, statusPerClient } from '../limits.ts';
import { callerOf } from '../oauth/guards.ts';
import type { ChangeStatus } from './change-status.ts';
import type { IssueCommand } from './issue-credential.ts';
import { readIssueRequest } from './issue-request.ts';
import { readStatusRequest } from './status-request.ts';

type RouteDeps = {
  requireScope(scope: Scope): RequestHandler;
  limits: Pick<RateLimits, 'consume'>;
  issueCredential(command: IssueCommand): Promise<object>;
  changeStatus: ChangeStatus['change'];
};

/** `false`: there is a body, and it is something else. */
const assertJson = (request: Request): void => {
  if (request.is('application/json') === false) throw new DomainError('unsupported-type', 'unsupported-type');
};

/** draft-ietf-httpapi-idempotency-key-header, with a plain text where it writes a quoted one; both are taken as they come. */
const idempotencyKeyOf = (request: Request): string | undefined => {
  const key = request.get('Idempotency-Key');
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw invalid([{ pointer: '/Idempotency-Key', code: 'not-a-key' }]);
};

/** `POST /credentials/issue` and `POST /credentials/status` (VCALM 1.0). For programs with a token; nobody else's cookies. */
export const createCredentialRoutes = (deps: RouteDeps): Router => {
  const { requireScope, limits, issueCredential, changeStatus } = deps;

  const counted =
    (limit: Limit): RequestHandler =>
    async (_request, response, next) => {
      announce(response, limit, await limits.consume(limit, callerOf(response).client.id));
      next();
    };

  const issue: RequestHandler = async (request, response) => {
    assertJson(request);
    const idempotencyKey = idempotencyKeyOf(request);
    const { id: clientId, mode } = callerOf(response).client;
    const read = readIssueRequest(request.body ?? {});
    const command = { clientId, mode, request: read, idempotencyKey };
    response.status(201).json({ verifiableCredential: await issueCredential(command) });
  };

  const status: RequestHandler = async (request, response) => {
    assertJson(request);
    await changeStatus(callerOf(response).client.id, readStatusRequest(request.body ?? {}));
    response.json({});
  };

  const router = Router();
  router.post('/credentials/issue', requireScope('credentials:issue'), counted(issuingPerClient), issue);
  router.post('/credentials/status', requireScope('credentials:status'), counted(statusPerClient), status);
  return router;
};
