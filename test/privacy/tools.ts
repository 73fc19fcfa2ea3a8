import express, { type Express, type RequestHandler } from 'express';
import { ensureIndexes } from '../../src/platform/database/open.ts';
import { createOutbox } from '../../src/platform/database/outbox.ts';
import type { EventRecord } from '../../src/platform/events.ts';
import { requestContext } from '../../src/platform/http/context.ts';
import { errorHandler } from '../../src/platform/http/problem.ts';
import type { RateLimits } from '../../src/platform/http/rate-limits.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { createTemplates } from '../../src/platform/templates.ts';
import { errorPage } from '../../src/web/error-page.ts';
import { createRender, type Render } from '../../src/web/render.ts';
import { type LentConnection, openLent } from '../support/lent-connection.ts';
import { config, translations } from '../support/pages.ts';

/** A clock that stands still until it is moved. */
export const movingClock = (start = '2026-11-24T09:00:00.000Z') => {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    advanceSeconds: (seconds: number) => {
      now += seconds * 1000;
    },
    set: (iso: string) => {
      now = new Date(iso).getTime();
    },
  };
};

/** The real database; `reset` empties it and forgets the models, as a restart would. */
export const testDatabase = () => {
  let database: LentConnection | undefined;
  const connection = () => {
    if (!database) throw new Error('open the database first');
    return database.connection;
  };
  return {
    connection,
    open: async () => {
      database = await openLent('privacy');
    },
    close: async () => {
      await database?.close();
    },
    reset: async () => {
      for (const name of Object.keys(connection().models)) connection().deleteModel(name);
      await database?.empty();
    },
    prepare: () => ensureIndexes(connection()),
  };
};

/** An outbox whose events can be looked at; they stay where they are. */
export const quietOutbox = (events: EventRecord[] = []) =>
  createOutbox({
    jobsFor: (event) => {
      events.push(event);
      return [];
    },
    enqueue: async () => undefined,
  });

/** Counts in memory, without waiting. */
export const openLimits = (consumed: string[] = []): RateLimits => ({
  prepare: async () => undefined,
  sweep: async () => 0,
  consume: async ({ name, points, seconds }, key) => {
    consumed.push(`${name}:${key}`);
    return { points, remaining: points - 1, seconds };
  },
  countRequest: async ({ points, seconds }) => ({ points, remaining: points - 1, seconds }),
  countAtOnce: ({ points, seconds }) => ({ points, remaining: points - 1, seconds }),
  reset: async () => undefined,
  perAddress: () => (_request, _response, next) => next(),
});

export type Visitor = {
  user?: { id: string; roles: string[]; givenName: string; familyName: string; email: string };
  /** Undefined: the page stands before the sessions. */
  session?: Record<string, unknown> | undefined;
};

/** Pages as the service mounts them, with a session and a person that the test decides. */
export const pagesFor = (
  visitor: Visitor,
  routes: (render: Render) => RequestHandler[],
  counts?: Parameters<typeof createRender>[0]['counts'],
): Express => {
  const clock = movingClock();
  const render = createRender({
    templates: createTemplates(),
    clock,
    operator: config.operator,
    production: false,
    baseUrl: config.baseUrl,
    viewer: () => visitor.user,
    csrf: () => 'token-of-the-session',
    ...(counts ? { counts } : {}),
  });
  const app = express();
  app.use(requestContext(translations, clock));
  app.use(express.urlencoded({ extended: false }));
  app.use((request, _response, next) => {
    if (visitor.session) Object.assign(request, { session: visitor.session });
    if (visitor.user) Object.assign(request, { user: visitor.user });
    next();
  });
  for (const router of routes(render)) app.use(router);
  app.use(errorHandler(createLogger('silent'), errorPage(render)));
  return app;
};

/** Why a promise failed; the test fails when it did not. */
export const failure = async (promise: Promise<unknown>): Promise<Error & { code?: string }> => {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
};
