import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Audit, createAudit } from './platform/audit/audit.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import { type Database, openDatabase } from './platform/database/open.ts';
import { createOutbox, type Outbox } from './platform/database/outbox.ts';
import type { EventRecord } from './platform/events.ts';
import { createRateLimits, type RateLimits } from './platform/http/rate-limits.ts';
import { createTranslations, type Translations } from './platform/i18n.ts';
import type { JobRequest } from './platform/jobs/job.ts';
import { createJobStore, type JobStore } from './platform/jobs/job-store.ts';
import { createLogger, type Logger } from './platform/logger.ts';
import { createMailTransport, type MailTransport } from './platform/mail.ts';
import { createPdfPrinter, type PdfPrinter } from './platform/pdf/index.ts';
import { type Random, systemRandom } from './platform/random.ts';

/** The technology of one process, opened once. */
export type Platform = {
  config: Config;
  database: Database;
  clock: Clock;
  random: Random;
  logger: Logger;
  translations: Translations;
  outbox: Outbox;
  jobs: JobStore;
  audit: Audit;
  limits: RateLimits;
  mail: MailTransport;
  printer: PdfPrinter;
  /** Says which jobs an event owes; the table of reactions is known only when the modules are built. */
  reactTo(jobsFor: (event: EventRecord) => readonly JobRequest[]): void;
  close(): Promise<void>;
};

/** What tests and proofs replace: time, chance, the outside world. */
export type Overrides = Partial<Pick<Platform, 'clock' | 'random' | 'logger' | 'mail' | 'printer'>>;

const openPrinter = (config: Config, logger: Logger): PdfPrinter =>
  createPdfPrinter({
    ...(config.chromePath ? { chromePath: config.chromePath } : {}),
    tmpDir: join(config.cacheDir, 'browser'),
    sandbox: config.browserSandbox,
    logger,
  });

const locales = new URL('./locales/', import.meta.url);

export const openPlatform = async (config: Config, overrides: Overrides = {}): Promise<Platform> => {
  const clock = overrides.clock ?? systemClock;
  const random = overrides.random ?? systemRandom;
  const logger = overrides.logger ?? createLogger(config.logLevel);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const database = await openDatabase(config.database, { logger });
  const { connection } = database;
  const jobs = createJobStore(connection);
  let jobsFor: (event: EventRecord) => readonly JobRequest[] = () => [];
  const outbox = createOutbox({
    jobsFor: (event) => jobsFor(event),
    enqueue: (requests) => jobs.enqueue(requests, clock.now()),
  });
  const printer = overrides.printer ?? openPrinter(config, logger);
  return {
    config,
    database,
    clock,
    random,
    logger,
    translations: createTranslations(locales),
    outbox,
    jobs,
    audit: createAudit(connection, clock),
    limits: createRateLimits(connection, config.rateLimits),
    mail: overrides.mail ?? createMailTransport(config.mail),
    printer,
    reactTo: (given) => {
      jobsFor = given;
    },
    close: async () => {
      await printer.close();
      await database.close();
    },
  };
};
