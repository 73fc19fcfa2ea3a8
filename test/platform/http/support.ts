import express, { type Express, type RequestHandler } from 'express';
import { requestContext, requestLog } from '../../../src/platform/http/context.ts';
import { errorHandler } from '../../../src/platform/http/problem.ts';
import { type Logger, silentLogger } from '../../../src/platform/logger.ts';
import { translations } from '../../support/pages.ts';
import { movableClock } from '../movable-clock.ts';

export type LogLine = { level: string; message: string; fields: Record<string, unknown> };

/** Keeps what is logged. */
export const listeningLogger = (): Logger & { lines: LogLine[] } => {
  const lines: LogLine[] = [];
  const keep = (level: string) => (fields: Record<string, unknown>, message: string) => {
    lines.push({ level, message, fields });
  };
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error'), debug: keep('debug') };
};

/** A request's way from its context to the answer to its errors; the page for people is one line of text. */
export const tinyApp = (handlers: readonly RequestHandler[], logger: Logger = silentLogger): Express => {
  const app = express();
  app.set('trust proxy', 1);
  app.use(requestContext(translations, movableClock()), requestLog(logger));
  for (const handler of handlers) app.use(handler);
  app.use(
    errorHandler(logger, (_request, response, problem) => {
      response.status(problem.status).type('html').send(`<h1>${problem.title}</h1>`);
    }),
  );
  return app;
};
