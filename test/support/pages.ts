import express, { type Express, type Request, type RequestHandler } from 'express';
import { readConfig } from '../../src/platform/config.ts';
import { notFound } from '../../src/platform/errors.ts';
import { requestContext } from '../../src/platform/http/context.ts';
import { errorHandler } from '../../src/platform/http/problem.ts';
import { securityHeaders } from '../../src/platform/http/security-headers.ts';
import { createTranslations, type Translations } from '../../src/platform/i18n.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { createTemplates } from '../../src/platform/templates.ts';
import { createAssets } from '../../src/web/assets.ts';
import { errorPage } from '../../src/web/error-page.ts';
import { createRender, type Render, type Viewer } from '../../src/web/render.ts';

export const translations: Translations = createTranslations(new URL('../../src/locales/', import.meta.url));
export const clock = { now: () => new Date('2026-11-23T14:03:10Z') };
export const config = readConfig({ NODE_ENV: 'test', BASE_URL: 'https://certificates.example' });

type PageApp = {
  viewer?: Viewer | undefined;
  /** Called for each token that a page draws. */
  csrf?: () => string;
  routes: (render: Render) => RequestHandler[];
};

/** Pages without a database or a session: the frame, the given routers, and the error page. */
export const pageApp = ({ viewer, csrf = () => 'token-of-the-session', routes }: PageApp): Express => {
  const render = createRender({
    templates: createTemplates(),
    clock,
    operator: config.operator,
    production: false,
    baseUrl: config.baseUrl,
    viewer: (_request: Request) => viewer,
    csrf,
  });
  const app = express();
  app.use(securityHeaders({ https: false, formTargets: [] }));
  app.use(requestContext(translations, clock));
  app.use(createAssets());
  app.use(express.urlencoded({ extended: false }));
  for (const router of routes(render)) app.use(router);
  app.use((_request, _response, next) => next(notFound()));
  app.use(errorHandler(createLogger('silent'), errorPage(render)));
  return app;
};
