import express, { type Express, type RequestHandler, type Router } from 'express';
import type { Config } from './platform/config.ts';
import { DomainError, notFound } from './platform/errors.ts';
import { requestContext, requestLog } from './platform/http/context.ts';
import { csrfProtection } from './platform/http/csrf.ts';
import { errorHandler, type Problem } from './platform/http/problem.ts';
import { securityHeaders } from './platform/http/security-headers.ts';
import type { Platform } from './platform-parts.ts';

/** The routers of the house, in the groups that decide what stands before them. */
export type Routers = {
  /** Health, static files: no session, no language needed. */
  bare: readonly Router[];
  /** Machine routes and public pages that must set no cookie: verification, DID document, status lists. */
  cookieless: readonly Router[];
  /** Routes that read their own body: one that is signed as it came, one that is OAuth's. */
  raw: readonly Router[];
  /** Forms with files of people who are signed in; they only read the body. */
  uploads: readonly Router[];
  /** What comes again and again while a test is taken. */
  saves?: Saves;
  /** Pages of people: behind sessions, sign-in and the CSRF check. */
  pages: readonly Router[];
};

/**
 * Behind sessions, sign-in and the CSRF check as the pages are, but asked for before all other addresses. `before` stands
 * before the session is read, `routes` after everything.
 */
export type Saves = { path: string; before: readonly RequestHandler[]; routes: Router };

type AppDeps = {
  platform: Pick<Platform, 'logger' | 'translations' | 'clock'>;
  config: Pick<Config, 'baseUrl' | 'trustProxyHops' | 'payments'>;
  sessions: RequestHandler;
  /** Passport and what else finds out who is signed in. */
  authentication: readonly RequestHandler[];
  routers: Routers;
  errorPage: (request: express.Request, response: express.Response, problem: Problem) => void;
};

const stripeCheckout = 'https://checkout.stripe.com';

/** The security headers of every answer, whether Express gives it or not. */
export const securityHeadersOf = ({ baseUrl, payments }: AppDeps['config']): RequestHandler =>
  securityHeaders({
    https: baseUrl.startsWith('https:'),
    formTargets: payments.kind === 'stripe' ? [stripeCheckout] : [],
  });

/** `application/json` never reaches a form, and a form never reaches a machine route. */
const formBody = express.urlencoded({ extended: false, limit: '200kb', parameterLimit: 2000 });
const jsonBody = express.json({ limit: '1mb' });

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

/** The order of everything that a request passes. */
export const createApp = ({
  platform,
  config,
  sessions,
  authentication,
  routers,
  errorPage,
}: AppDeps): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxyHops);
  app.set('query parser', 'simple');

  app.use(requestContext(platform.translations, platform.clock));
  app.use(requestLog(platform.logger));
  app.use(securityHeadersOf(config));
  app.use((request, response, next) => {
    if (knownMethods.has(request.method)) return next();
    response.set('Allow', [...knownMethods].join(', '));
    throw new DomainError('wrong-method', 'wrong-method');
  });
  const csrf = csrfProtection(config.baseUrl, { tokenless: ['/cookies', '/sign-out'] });
  const { saves } = routers;
  if (saves) app.post(saves.path, jsonBody, ...saves.before, sessions, ...authentication, csrf, saves.routes);
  app.use(...asHandlers(routers.bare));
  app.use(...asHandlers(routers.raw));
  app.use(jsonBody);
  app.use(...asHandlers(routers.cookieless));
  app.use(formBody, sessions, ...authentication, ...asHandlers(routers.uploads), csrf);
  app.use(...asHandlers(routers.pages));
  app.use(() => {
    throw notFound();
  });
  app.use(errorHandler(platform.logger, errorPage));
  return app;
};

const pass: RequestHandler = (_request, _response, next) => next();
const asHandlers = (routers: readonly Router[]): [RequestHandler, ...RequestHandler[]] => [pass, ...routers];
