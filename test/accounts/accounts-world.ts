import { Router } from 'express';
import request from 'supertest';
import {
  type Accounts,
  accountOf,
  createAccounts,
  requireRole,
  requireSignIn,
} from '../../src/accounts/index.ts';
import { createApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/platform/config.ts';
import { ensureIndexes } from '../../src/platform/database/open.ts';
import { createOutbox } from '../../src/platform/database/outbox.ts';
import type { EventRecord } from '../../src/platform/events.ts';
import { csrfToken } from '../../src/platform/http/csrf.ts';
import { createRateLimits } from '../../src/platform/http/rate-limits.ts';
import { createSessions } from '../../src/platform/http/session.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createTemplates } from '../../src/platform/templates.ts';
import { errorPage } from '../../src/web/error-page.ts';
import { createAccountPages } from '../../src/web/pages/account.ts';
import { createRender } from '../../src/web/render.ts';
import { type LentConnection, openLent } from '../support/lent-connection.ts';
import { translations } from '../support/pages.ts';

export const zoe = {
  givenName: 'Zoé',
  familyName: 'Šťastná',
  email: 'zoe@mail.example',
  country: 'CZ',
  language: 'fr',
  password: 'vélo nuage tigre 9',
} as const;
/** Another good password. */
export const otherPassword = 'carottes crues bleues 4';

let database: LentConnection | undefined;

const opened = (): LentConnection => {
  if (!database) throw new Error('useAccountsDatabase was not called');
  return database;
};

/** The real database for the tests of one file. */
export const useAccountsDatabase = (): void => {
  before(async function () {
    this.timeout(60_000);
    database = await openLent('accounts');
  });
  after(() => database?.close());
};

export const collection = (name: string) => opened().connection.collection(name);

const emptied = async (): Promise<void> => {
  const { connection, empty } = opened();
  await empty();
  connection.deleteModel(/.*/);
};

/** Everything the database holds, as text: to look for what should not be there. */
export const everythingStored = async (): Promise<string> => {
  const { connection } = opened();
  const names = ((await connection.db?.listCollections().toArray()) ?? []).map(({ name }) => name);
  const contents = await Promise.all(names.map((name) => connection.collection(name).find().toArray()));
  return JSON.stringify(Object.fromEntries(names.map((name, index) => [name, contents[index]])));
};

type Setting = { rateLimits?: Config['rateLimits'] };

/** Accounts with their pages, on an emptied database, at a time that stands still. */
export const accountsWorld = async ({ rateLimits = 'relaxed' }: Setting = {}) => {
  await emptied();
  const { connection } = opened();
  const config: Config = {
    ...readConfig({ NODE_ENV: 'test', BASE_URL: 'http://certificates.example' }),
    rateLimits,
    trustProxyHops: 1,
  };
  let now = new Date('2026-11-23T14:03:10.000Z').getTime();
  const clock = {
    now: () => new Date(now),
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
  };
  const events: EventRecord[] = [];
  const outbox = createOutbox({
    jobsFor: (event) => {
      events.push(event);
      return [];
    },
    enqueue: async () => undefined,
  });
  const limits = createRateLimits(connection, rateLimits);
  const ended: string[] = [];
  const accounts = createAccounts({
    connection,
    clock,
    random: systemRandom,
    outbox,
    limits,
    config,
    sessionsEnded: async (accountId) => void ended.push(accountId),
  });
  await ensureIndexes(connection);
  await limits.prepare();
  const render = createRender({
    templates: createTemplates(),
    clock,
    operator: config.operator,
    production: false,
    baseUrl: config.baseUrl,
    viewer: (one) => one.user as never,
    csrf: csrfToken,
  });
  const probe = Router();
  probe.get('/learn', requireSignIn, (one, response) => {
    response.json(accountOf(one));
  });
  probe.get('/for-billing', requireRole('billing'), (_one, response) => {
    response.json('let in');
  });
  const app = createApp({
    platform: { logger: silentLogger, translations, clock },
    config,
    sessions: createSessions({
      connection,
      secrets: ['a secret of the tests'],
      https: false,
      beside: accounts.besideSession,
    }),
    authentication: accounts.authentication,
    errorPage: errorPage(render),
    routers: {
      bare: [],
      raw: [],
      cookieless: [],
      uploads: [],
      pages: [createAccountPages({ render, accounts, limits, operator: config.operator.name }), probe],
    },
  });

  return {
    accounts,
    clock,
    visitor: () => createVisitor(app),
    /** Of whom it was said since the last look that sessions have ended. */
    sessionsEnded: (): string[] => ended.splice(0),
    /** The events so far, by name. */
    events: async (): Promise<string[]> => {
      await outbox.relay();
      return events.map(({ name }) => name);
    },
    eventRecords: async (): Promise<EventRecord[]> => {
      await outbox.relay();
      return events;
    },
    /** Opens a confirmed account; that it is confirmed does not count among the events. */
    open: async (details: Partial<Parameters<Accounts['createAccount']>[0]> = {}) => {
      await outbox.relay();
      const before = events.length;
      const accountId = await accounts.createAccount({
        ...zoe,
        roles: ['learner'],
        confirmed: true,
        ...details,
      });
      await outbox.relay();
      events.push(...events.splice(before).filter(({ name }) => name !== 'AddressConfirmed'));
      return accountId;
    },
  };
};
export type AccountsWorld = Awaited<ReturnType<typeof accountsWorld>>;

const html = 'text/html';

/** A browser: it keeps its cookie and sends the forms of our pages with their token. */
const createVisitor = (app: Parameters<typeof request.agent>[0]) => {
  const agent = request.agent(app);
  const tokenOn = async (path: string): Promise<string> => {
    const page = await agent.get(path).set('Accept', html);
    const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1];
    if (!token) throw new Error(`no form on ${path} (${page.status})`);
    return token;
  };
  const post = async (
    path: string,
    fields: Record<string, string>,
    { from = path, ip = '192.0.2.7' } = {},
  ) => {
    // First: a request takes its cookies along when it is begun.
    const token = await tokenOn(from);
    return agent
      .post(path)
      .set('Accept', html)
      .set('X-Forwarded-For', ip)
      .type('form')
      .send({ _csrf: token, ...fields });
  };

  return {
    agent,
    get: (path: string) => agent.get(path).set('Accept', html),
    post,
    signIn: (email: string = zoe.email, password: string = zoe.password, more: Record<string, string> = {}) =>
      post('/en/sign-in', { email, password, ...more }),
    /** Whose account answers, or nothing. */
    whoAmI: async (): Promise<string | undefined> => {
      const answer = await agent.get('/learn').set('Accept', 'application/json');
      return answer.status === 200 ? (answer.body.email as string) : undefined;
    },
  };
};

/** The page without what differs from one visit to the next. */
export const comparable = (text: string): string =>
  text.replaceAll(/name="_csrf" value="[^"]+"/g, '').replaceAll(/[0-9a-f-]{36}/g, '');
