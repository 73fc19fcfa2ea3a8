import type { RequestListener } from 'node:http';
import { Router } from 'express';
import { createApp, securityHeadersOf } from './app.ts';
import { createHealth } from './health.ts';
import { createModules, type Modules } from './modules.ts';
import type { Config } from './platform/config.ts';
import { ensureIndexes } from './platform/database/open.ts';
import { answerDirectly } from './platform/http/answer-directly.ts';
import { csrfToken } from './platform/http/csrf.ts';
import type { Limit } from './platform/http/rate-limits.ts';
import { createSessions, sessionSecrets } from './platform/http/session.ts';
import { createWorker, type Worker } from './platform/jobs/worker.ts';
import { type Overrides, openPlatform, type Platform } from './platform-parts.ts';
import { jobsFor, reactions } from './reactions.ts';
import { jobKinds, schedulesOf } from './schedules.ts';
import { seed } from './seed.ts';
import { createWeb } from './web/index.ts';

/** The whole product, opened and not yet listening. Tests and proofs open it as the server does. */
export type Service = {
  /** Answers every request: directly where it can, else by Express. */
  listener: RequestListener;
  modules: Modules;
  worker: Worker;
  /** Starts the background work, unless the settings leave it to `npm run worker`. */
  start(): void;
  /** What was chosen for the operator to read: database, browser, mail, payments. */
  choices(): Record<string, string>;
  /** Stops the work, then the browser, then the database. */
  close(): Promise<void>;
};

export const openService = async (config: Config, overrides: Overrides = {}): Promise<Service> => {
  const platform = await openPlatform(config, overrides);
  try {
    return await furnish(platform);
  } catch (error) {
    await platform.close();
    throw error;
  }
};

const furnish = async (platform: Platform): Promise<Service> => {
  const { config, database, logger, clock, jobs, outbox } = platform;
  const modules = createModules(platform);
  const table = reactions(modules);
  platform.reactTo(jobsFor(table));
  await ensureIndexes(database.connection);
  await platform.limits.prepare();
  await modules.issuer.open();
  await modules.privacy.open();
  const kinds = [...table.map(({ kind }) => kind), ...jobKinds(modules)];
  const worker = createWorker({ jobs, outbox, kinds, schedules: schedulesOf(modules), clock, logger });
  await seed(modules, worker);
  const listener = await createListener(platform, modules);
  return {
    listener,
    modules,
    worker,
    start: () => {
      if (config.worker === 'inside') worker.start();
    },
    choices: () => choices(platform, modules),
    close: async () => {
      await worker.stop();
      await modules.measurement.flush().catch(() => undefined);
      await platform.close();
    },
  };
};

/** A verification takes a processor some milliseconds, and anybody may ask for one. */
const verifyingPerAddress: Limit = { name: 'verify-api', points: 120, seconds: 60, shared: false };

const createListener = async (platform: Platform, modules: Modules): Promise<RequestListener> => {
  const { config, database } = platform;
  const { clock, limits, translations, jobs } = platform;
  const web = createWeb({ ...modules, config, clock, limits, translations, jobs, csrfToken });
  const sessions = createSessions({
    connection: database.connection,
    secrets: await sessionSecrets(config.sessionSecrets),
    https: config.baseUrl.startsWith('https:'),
    beside: modules.accounts.besideSession,
  });
  const health = createHealth({
    databaseAnswers: () => database.ping(),
    issuingProblem: () => modules.issuer.problem(),
  });
  const verifyingLimit = Router();
  verifyingLimit.post(
    ['/credentials/verify', '/presentations/verify'],
    limits.perAddress(verifyingPerAddress),
  );
  const app = createApp({
    platform,
    config,
    sessions,
    authentication: modules.accounts.authentication,
    errorPage: web.errorPage,
    routers: {
      bare: [health, web.assets],
      raw: [modules.billing.webhook, modules.integrations.oauth, ...modules.wallets.openid],
      cookieless: [
        modules.issuer.routes,
        modules.issuer.tableRoutes,
        verifyingLimit,
        modules.verifier.routes,
        modules.integrations.openApi,
        modules.integrations.routes,
        modules.wallets.routes,
        web.publicPages,
      ],
      uploads: [web.uploads],
      saves: web.saves,
      pages: [web.pages],
    },
  });
  return answerDirectly(
    {
      answers: [modules.issuer.directDocuments, web.directVerdicts],
      securityHeaders: securityHeadersOf(config),
      logger: platform.logger,
    },
    app,
  );
};

const choices = (
  { config, database, mail, printer }: Platform,
  { issuer }: Modules,
): Record<string, string> => ({
  database: database.description,
  browser: printer.browserDescription(),
  mail: mail.description,
  payments: `${config.payments.kind}${config.transfer ? ', bank transfer' : ''}`,
  issuer: issuer.problem() ? `issuing stopped: ${issuer.problem()}` : issuer.description(),
});
