import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import type { Role } from '../../src/accounts/index.ts';
import type { Modules } from '../../src/modules.ts';
import { readConfig } from '../../src/platform/config.ts';
import { type Logger, silentLogger } from '../../src/platform/logger.ts';
import type { Letter } from '../../src/platform/mail.ts';
import { openService, type Service } from '../../src/service.ts';
import { type AnswerKey, readAnswerKey } from './answer-key.ts';
import { type Client, createClient } from './client.ts';
import { learnThrough } from './learn-through.ts';
import { fillInstallation } from './prepared-data.ts';
import { borrowDatabase } from './shared-engine.ts';
import { holdPrinter } from './shared-printer.ts';
import { enrol, type Person, signIn, takeTest } from './walk.ts';

export const freeCourse = 'protecting-personal-data';
export const paidCourse = 'verifying-credentials';

/** A person with an account, and the browser that is signed in as them. */
export type Someone = Person & { accountId: string; client: Client };

/** The whole service in this process, with its own database; nothing happens between two calls of `settle`. */
export type World = {
  baseUrl: string;
  modules: Modules;
  clock: { now(): Date; advance(change: { minutes?: number; days?: number }): void };
  /** Every letter that was sent, oldest first. */
  letters: readonly Letter[];
  lettersTo(someone: { email: string }): readonly Letter[];
  /** Runs what follows until nothing is due. @throws when a job failed */
  settle(): Promise<void>;
  /** A visitor with a new browser. */
  visitor(): Client;
  /** supertest on the service, with a jar of its own. */
  agent(): ReturnType<typeof request.agent>;
  /** Registered, confirmed and signed in. */
  learner(about?: Partial<Person>): Promise<Someone>;
  /** Also a member of staff with this role. */
  staff(role: Role): Promise<Someone>;
  /** Takes the learner through a course, its test by the pages, up to the issued certificate. */
  completed(learner: Someone, courseId?: string): Promise<{ enrolmentId: string; identifier: string }>;
  close(): Promise<void>;
};

const start = new Date('2026-11-23T14:03:10.000Z');

const createTroubles = () => {
  const troubles: string[] = [];
  const note = (fields: Record<string, unknown>, message: string): void => {
    troubles.push(`${message} ${JSON.stringify(fields)}`);
  };
  const quiet = (): void => undefined;
  const logger: Logger = { debug: quiet, info: quiet, warn: note, error: note };
  return { troubles, logger };
};

const listen = async (service: Service) => {
  const server = createServer(service.listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, origin: `http://127.0.0.1:${address.port}` };
};

const baseUrl = 'http://certificates.example';

const configOf = (dir: string, uri: string, settings: Readonly<Record<string, string>>) =>
  readConfig({
    NODE_ENV: 'test',
    BASE_URL: baseUrl,
    RATE_LIMITS: 'relaxed',
    SEED: 'catalogue',
    ...(process.env.HOME ? { HOME: process.env.HOME } : {}),
    ...settings,
    MONGODB_URI: uri,
    DATA_DIR: dir,
  });

/** Opens a world. Close it in `after`: it holds a database, a folder and the browser. */
export const openWorld = async (settings: Readonly<Record<string, string>> = {}): Promise<World> => {
  const dir = await mkdtemp(join(tmpdir(), 'world-'));
  const lent = await borrowDatabase('world');
  await fillInstallation({ dir, lent }, JSON.stringify(settings), async (prepared) => {
    const service = await openService(configOf(prepared, lent.uri, settings), {
      clock: { now: () => start },
      logger: silentLogger,
    });
    await service.worker.settle();
    await service.close();
  });
  const config = configOf(dir, lent.uri, settings);
  let now = start.getTime();
  const clock = {
    now: () => new Date(now),
    advance: ({ minutes = 0, days = 0 }) => {
      now += minutes * 60_000 + days * 86_400_000;
    },
  };
  const letters: Letter[] = [];
  const { troubles, logger } = createTroubles();
  const mail = {
    description: 'kept for the test',
    send: async (letter: Letter) => {
      letters.push(letter);
    },
  };
  const leave = async (): Promise<void> => {
    await lent.giveBack();
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  };
  const service = await openService(config, { clock, logger, mail, printer: holdPrinter() }).catch(
    async (error: unknown) => {
      await leave();
      throw error;
    },
  );
  const { modules } = service;
  const { server, origin } = await listen(service);
  const visitor = (): Client => createClient(origin, baseUrl);
  const keys = new Map<string, AnswerKey>();
  let people = 0;

  const settle = async (): Promise<void> => {
    await service.worker.settle();
    if (troubles.length > 0) throw new Error(troubles.splice(0).join('\n'));
  };

  const someone = async (about: Partial<Person>, roles: readonly Role[]): Promise<Someone> => {
    people += 1;
    const person: Person = {
      givenName: 'Zoé',
      familyName: 'Šťastná',
      email: `person-${people}@example.org`,
      password: 'velvet harbour tulip 91 okapi',
      country: 'CZ',
      language: 'en',
      ...about,
    };
    const accountId = await modules.accounts.createAccount({ ...person, roles, confirmed: true });
    const client = visitor();
    await signIn(client, person, person.language);
    return { ...person, accountId, client };
  };

  const keyOf = async (courseId: string): Promise<AnswerKey> => {
    const key = keys.get(courseId) ?? (await readAnswerKey(courseId));
    keys.set(courseId, key);
    return key;
  };

  const begin = async ({ client, accountId }: Someone, courseId: string): Promise<string> => {
    const known = await modules.learning.enrolmentIn(accountId, courseId);
    return known?.enrolmentId ?? enrol(client, courseId);
  };

  return {
    baseUrl,
    modules,
    clock,
    letters,
    lettersTo: ({ email }) => letters.filter(({ to }) => to.address === email),
    settle,
    visitor,
    agent: () => request.agent(service.listener),
    learner: (about = {}) => someone(about, ['learner']),
    staff: (role) => someone({ givenName: 'Camille', familyName: 'Renard' }, ['learner', role]),
    completed: async (learner, courseId = freeCourse) => {
      const { client, language } = learner;
      const enrolmentId = await begin(learner, courseId);
      const key = await keyOf(courseId);
      // By the front door of learning: the journeys walk the pages of activities.
      const test = await learnThrough(modules, { accountId: learner.accountId, enrolmentId }, key);
      await takeTest(client, `/${language}/learn/${enrolmentId}/${test}`, key, 'right');
      await settle();
      const certificate = await modules.issuer.certificateOfEnrolment(enrolmentId);
      if (!certificate) throw new Error(`no certificate for ${enrolmentId}`);
      return { enrolmentId, identifier: certificate.identifier };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      await leave();
    },
  };
};
