import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Award } from '../../src/issuer/certificate.ts';
import { createCertificateStore } from '../../src/issuer/certificate-store.ts';
import { createIssuer, type Issuer } from '../../src/issuer/index.ts';
import { createStatusEntryStore } from '../../src/issuer/status-entry-store.ts';
import { type Config, readConfig } from '../../src/platform/config.ts';
import {
  type Database,
  type DatabaseChoice,
  ensureIndexes,
  openDatabase,
} from '../../src/platform/database/open.ts';
import { createOutbox } from '../../src/platform/database/outbox.ts';
import type { EventRecord } from '../../src/platform/events.ts';
import type { JobRequest } from '../../src/platform/jobs/job.ts';
import type { PdfPrinter } from '../../src/platform/pdf/index.ts';
import { type Random, systemRandom } from '../../src/platform/random.ts';
import { createVerifier, type Verifier } from '../../src/verifier/index.ts';
import { translations } from '../support/pages.ts';
import { borrowDatabase } from '../support/shared-engine.ts';

export const award = (enrolmentId: string): Award => ({
  accountId: `account-of-${enrolmentId}`,
  achievement: {
    courseId: 'protecting-personal-data',
    courseVersion: 1,
    name: { en: 'Protecting personal data', fr: 'Protéger les données personnelles' },
    description: { en: 'Knows the rules.', fr: 'Connaît les règles.' },
    criteria: { en: 'Passed the test.', fr: 'A réussi l’épreuve.' },
    humanCode: 'PPD',
    assessment: { en: 'Online test, not supervised', fr: 'Épreuve en ligne, sans surveillance' },
  },
  language: 'en',
  completedAt: new Date('2026-11-20T09:00:00Z'),
});

/** Draws nothing; a test may look at what happens while it does so. */
export const fakePrinter = (during: () => Promise<void> = async () => undefined): PdfPrinter => {
  const draw = async (): Promise<Uint8Array> => {
    await during();
    return new Uint8Array([1, 2, 3]);
  };
  return {
    toPdf: draw,
    toPng: draw,
    sheet: () => ({ pdf: draw, png: draw }),
    browserDescription: () => 'none',
    close: async () => undefined,
  };
};

/** What a process of the service is given; everything has a default. */
export type Setting = {
  baseUrl?: string;
  keysDir?: string;
  production?: boolean;
  random?: Random;
  printer?: PdfPrinter;
  /** 0 by default: these tests look at what others do at once. */
  freshFor?: number;
  nameOf?: (accountId: string) => Promise<string | undefined>;
  accountsOf?: (emails: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Rows of a batch that are issued together. */
  rowsAtOnce?: number;
  /** Called when the outbox is poked: the last thing a use case does. */
  poked?: () => void;
};

export type IssuerProcess = {
  issuer: Issuer;
  verifier: Verifier;
  stores: {
    certificates: ReturnType<typeof createCertificateStore>;
    entries: ReturnType<typeof createStatusEntryStore>;
  };
  config: Config;
  /** Does what the issuer asked to be done in the background. */
  runJobs(): Promise<void>;
  /** The jobs that were asked for. */
  asked: readonly JobRequest[];
  /** Relays what waits in the outbox, and answers it. */
  events(): Promise<EventRecord[]>;
};

export type IssuerWorld = {
  clock: { now(): Date; advance(change: { minutes?: number; days?: number }): void };
  /** Holds the keys. */
  dir: string;
  /** For a connection beside those of the processes. */
  database: DatabaseChoice;
  /** A process with a connection of its own on the one database. */
  process(setting?: Setting): Promise<IssuerProcess>;
  /** How many documents a collection has. */
  count(collection: string, filter?: object): Promise<number>;
  close(): Promise<void>;
};

/** The issuer on a real database with real signatures. */
export const openIssuerWorld = async (begin = new Date('2026-11-23T14:03:10Z')): Promise<IssuerWorld> => {
  const dir = await mkdtemp(join(tmpdir(), 'issuer-'));
  const lent = await borrowDatabase('issuer');
  const databases: Database[] = [];
  let now = begin.getTime();
  const clock = {
    now: () => new Date(now),
    advance: ({ minutes = 0, days = 0 }) => {
      now += minutes * 60_000 + days * 86_400_000;
    },
  };

  const open = async (): Promise<Database> => {
    const database = await openDatabase({ kind: 'server', uri: lent.uri });
    databases.push(database);
    return database;
  };

  const process = async (setting: Setting = {}): Promise<IssuerProcess> => {
    const { connection } = await open();
    const config: Config = {
      ...readConfig({ NODE_ENV: 'test', BASE_URL: setting.baseUrl ?? 'https://certificates.example' }),
      issuerKeysDir: setting.keysDir ?? join(dir, 'keys'),
      production: setting.production ?? false,
    };
    const relayed: EventRecord[] = [];
    const jobs: JobRequest[] = [];
    const relay = createOutbox({
      jobsFor: (event) => {
        relayed.push(event);
        return [];
      },
      enqueue: async () => undefined,
    });
    const outbox = { ...relay, poke: () => setting.poked?.() };
    const issuer = createIssuer({
      config,
      connection,
      clock,
      random: setting.random ?? systemRandom,
      outbox,
      printer: setting.printer ?? fakePrinter(),
      translations,
      awardOf: async (enrolmentId) => (enrolmentId.startsWith('none') ? undefined : award(enrolmentId)),
      achievementOf: async () => award('any').achievement,
      freshFor: setting.freshFor ?? 0,
      currentAchievement: async (courseId) =>
        courseId === 'protecting-personal-data' ? { ...award('any').achievement, passMark: 0.8 } : undefined,
      accountsOf: setting.accountsOf ?? (async () => new Map()),
      rowsAtOnce: setting.rowsAtOnce ?? 500,
      nameOf: setting.nameOf ?? (async () => 'Zoé Šťastná'),
      enqueue: async (requests) => {
        jobs.push(...requests);
      },
    });
    await ensureIndexes(connection);
    await issuer.open();
    const verifier = createVerifier({
      clock,
      trustedIssuers: async () => {
        const keys = await issuer.keyHistory();
        return (await issuer.ownDids()).map((did) => ({ did, name: 'JINFO', keys }));
      },
      fetchDocument: (url) => issuer.publicDocument(url),
      compactTable: (id) => issuer.compactTable(id),
      withdrawalOf: async (id) => (await issuer.publicRecord(id.split('/').at(-1) ?? '')) ?? {},
      genuineSheet: (credential) => issuer.sheetOf(credential),
      readNumber: () => undefined,
    });
    const silent = { ...outbox, watch: () => undefined };
    const stores = {
      certificates: createCertificateStore(connection, silent),
      entries: createStatusEntryStore(connection),
    };
    const runJobs = async (): Promise<void> => {
      const due = jobs.filter(({ runAt }) => !runAt || runAt <= clock.now());
      const later = jobs.filter((job) => !due.includes(job));
      jobs.splice(0, jobs.length, ...later);
      for (const { name, payload } of due) {
        await issuer.jobKinds.find((kind) => kind.name === name)?.run(payload);
      }
      if (due.length > 0) await runJobs();
    };
    return {
      issuer,
      verifier,
      runJobs,
      stores,
      asked: jobs,
      config,
      events: async () => {
        await relay.relay();
        return relayed.splice(0);
      },
    };
  };

  return {
    clock,
    dir,
    database: { kind: 'server', uri: lent.uri },
    process,
    count: async (collection, filter = {}) => {
      const [first] = databases;
      return first ? first.connection.collection(collection).countDocuments(filter) : 0;
    },
    close: async () => {
      for (const database of databases.reverse()) await database.close();
      await lent.giveBack();
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
};

export class Cut extends Error {}

/**
 * The same object, whose `at`-th step is cut: before it is done, or after it was done and before its answer
 * arrived. Steps of all objects that share the plan are counted together.
 */
export const createCutter = (at: number, when: 'before' | 'after') => {
  let step = 0;
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const member = Reflect.get(object, name) as unknown;
        if (typeof member !== 'function') return member;
        return (...parameters: unknown[]) => {
          const answer = (): unknown => member.apply(object, parameters);
          step += 1;
          const own = step;
          if (own !== at) return answer();
          if (when === 'before') throw new Cut(`before ${String(name)}`);
          const cut = (): never => {
            throw new Cut(`after ${String(name)}`);
          };
          const done = answer();
          return done instanceof Promise ? done.then(cut) : cut();
        };
      },
    });
  return { wrap, steps: () => step };
};
