import { type Billing, createBilling } from '../../src/billing/index.ts';
import type { Receipt } from '../../src/billing/invoices/receipt.ts';
import { type Config, readConfig } from '../../src/platform/config.ts';
import { type Database, ensureIndexes } from '../../src/platform/database/open.ts';
import { createOutbox, type Outbox } from '../../src/platform/database/outbox.ts';
import { DomainError } from '../../src/platform/errors.ts';
import type { EventRecord } from '../../src/platform/events.ts';
import type { JobRequest } from '../../src/platform/jobs/job.ts';
import { createJobStore, type JobStore } from '../../src/platform/jobs/job-store.ts';
import { createWorker, type Worker } from '../../src/platform/jobs/worker.ts';
import type { Logger } from '../../src/platform/logger.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openLent } from '../support/lent-connection.ts';

/** Prices as the tests know them, so that the shop's own prices may change. */
export const prices = {
  products: [
    {
      id: 'course:verifying-credentials',
      title: { en: 'Verifying digital credentials', fr: 'Vérifier les attestations numériques' },
      grossMinor: 4900,
      currency: 'EUR',
      vatRate: 20,
    },
    {
      id: 'course:gratis',
      title: { en: 'A gift', fr: 'Un cadeau' },
      grossMinor: 0,
      currency: 'EUR',
      vatRate: 20,
    },
  ],
};
export const paidCourse = 'course:verifying-credentials';
/** Something must be completed before it, by whoever asks. */
export const lockedCourse = 'responding-to-breaches';
export const buyer = { name: 'Zoé Šťastná', country: 'FR', address: '3 rue du Parc\n69001 Lyon' };

export type Setting = Partial<Pick<Config, 'payments' | 'transfer' | 'production' | 'operator'>>;

/** One process of the service, as far as billing is concerned. */
export type BillingWorld = {
  billing: Billing;
  worker: Worker;
  jobs: JobStore;
  outbox: Outbox;
  events: EventRecord[];
  warnings: Record<string, unknown>[];
  clock: { now(): Date; advance(seconds: number): void };
  config: Config;
  drawn: string[];
  settle(): Promise<void>;
};

let database: Database | undefined;

/** Opens the real database once per test file. */
export const openWorldDatabase = async (): Promise<void> => {
  database = await openLent('billing');
};

export const closeWorldDatabase = async (): Promise<void> => {
  await database?.close();
};

export const collection = (name: string) => worldConnection().collection(name);

export const worldConnection = () => {
  if (!database) throw new Error('openWorldDatabase was not called');
  return database.connection;
};

const listener = (warnings: Record<string, unknown>[]): Logger => {
  const note = (level: string) => (fields: Record<string, unknown>, message: string) => {
    if (level === 'warn' || level === 'error') warnings.push({ level, message, ...fields });
  };
  return { info: note('info'), debug: note('debug'), warn: note('warn'), error: note('error') };
};

/** A fresh service on an emptied database. `again` keeps the data: a second process, or one that was started anew. */
export const billingWorld = async (setting: Setting = {}, again = false): Promise<BillingWorld> => {
  const connection = worldConnection();
  for (const name of Object.keys(connection.models)) connection.deleteModel(name);
  const config: Config = {
    ...readConfig({ NODE_ENV: 'test', BASE_URL: 'https://certificates.example' }),
    ...setting,
  };
  let now = new Date('2026-11-23T14:03:10.000Z').getTime();
  const clock = {
    now: () => new Date(now),
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
  };
  const events: EventRecord[] = [];
  const warnings: Record<string, unknown>[] = [];
  const drawn: string[] = [];
  const jobs = createJobStore(connection);
  const enqueue = (requests: readonly JobRequest[]) => jobs.enqueue(requests, clock.now());
  const outbox = createOutbox({
    jobsFor: (event) => {
      events.push(event);
      return [];
    },
    enqueue,
  });
  const billing = createBilling({
    config,
    connection,
    clock,
    random: systemRandom,
    outbox,
    logger: listener(warnings),
    enqueue,
    assertMayBegin: async (_accountId, courseId) => {
      if (courseId === lockedCourse) throw new DomainError('conflict', 'prerequisites-missing');
    },
    assertMayRenew: async () => undefined,
    drawReceipt: async (receipt: Receipt) => {
      drawn.push(receipt.number);
      return new TextEncoder().encode(`%PDF ${receipt.number} ${drawn.length}`);
    },
  });
  await ensureIndexes(connection);
  if (!again) {
    const names = Object.values(connection.models).map((model) => model.collection.name);
    await Promise.all(names.map((name) => connection.collection(name).deleteMany({})));
    await billing.publishPriceList(prices);
  }
  const worker = createWorker({
    jobs,
    outbox,
    kinds: billing.jobKinds,
    schedules: [],
    clock,
    logger: listener(warnings),
  });
  return {
    billing,
    worker,
    jobs,
    outbox,
    events,
    warnings,
    clock,
    config,
    drawn,
    settle: () => worker.settle(),
  };
};

/** The settled order of a paid course: bought by the simulated card. */
export const buy = async (world: BillingWorld, accountId: string) => {
  const { billing } = world;
  const order = await billing.startCheckout({ accountId, productIds: [paidCourse], language: 'fr' });
  const step = await billing.pay({ orderId: order.id, accountId, method: 'card', buyer, language: 'fr' });
  if (step.kind !== 'redirect' || !billing.simulatedDesk) throw new Error(`no card payment: ${step.kind}`);
  await billing.simulatedDesk.choose(step.url.split('/').at(-1) ?? '', 'success');
  await world.settle();
  return billing.orderForStaff(order.id);
};

/** The code that a promise is refused with. */
export const refusal = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'not refused';
};
