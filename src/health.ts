import { type RequestHandler, Router } from 'express';

type Health = {
  /** Whether the database answers. */
  databaseAnswers(): Promise<boolean>;
  /** Why nothing can be issued; verification goes on meanwhile, so the service stays ready. */
  issuingProblem(): string | undefined;
};

/** `/healthz`: the process lives. `/readyz`: it can do its work; says nothing that an attacker could use. */
export const createHealth = ({ databaseAnswers, issuingProblem }: Health): Router => {
  const router = Router();
  const live: RequestHandler = (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  };
  const ready: RequestHandler = async (_request, response) => {
    const database = await databaseAnswers();
    response
      .set('Cache-Control', 'no-store')
      .status(database ? 200 : 503)
      .json({
        status: database ? 'ok' : 'unavailable',
        database: database ? 'ok' : 'unreachable',
        issuing: issuingProblem() ? 'stopped' : 'ok',
      });
  };
  router.get('/healthz', live);
  router.get('/readyz', ready);
  return router;
};
