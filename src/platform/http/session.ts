import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import MongoStore from 'connect-mongo';
import type { RequestHandler } from 'express';
import session from 'express-session';
import type { Connection } from 'mongoose';
import type { Config } from '../config.ts';
import { writeFileSafely } from '../files.ts';
import { type BesideSession, readInOneQuestion } from './session-reader.ts';

const idleDays = 14;
const sessionsCollection = 'sessions';

/** The secrets that sign session cookies; made and kept (mode 0600) when the operator gave none. */
export const sessionSecrets = async (choice: Config['sessionSecrets']): Promise<readonly string[]> => {
  if (choice.kind === 'given') return choice.secrets;
  const kept = await readFile(choice.file, 'utf8').catch(() => undefined);
  if (kept) return [kept.trim()];
  const made = randomBytes(48).toString('base64url');
  await writeFileSafely(choice.file, `${made}\n`, 0o600);
  return [made];
};

export const sessionCookieName = (https: boolean): string => (https ? '__Host-sid' : 'sid');

/**
 * Server-side sessions. Nothing is stored and no cookie set until a page needs one: a form with its token, or a sign-in.
 * The embedded database has no TTL monitor, so the store sweeps by itself. `beside` is read together with each session.
 */
export const createSessions = (options: {
  connection: Connection;
  secrets: readonly string[];
  https: boolean;
  beside?: BesideSession;
}): RequestHandler => {
  const store = MongoStore.create({
    client: options.connection.getClient() as never,
    dbName: options.connection.name,
    collectionName: sessionsCollection,
    autoRemove: 'interval',
    autoRemoveInterval: 60,
    touchAfter: 3600,
    stringify: false,
  });
  // As a command, which costs a third less than a cursor; what a session leads to is a handful of documents.
  const database = options.connection.getClient().db(options.connection.name);
  const find = async (pipeline: object[]) => {
    const { cursor } = await database.command({ aggregate: sessionsCollection, pipeline, cursor: {} });
    return cursor.firstBatch;
  };
  const { during } = readInOneQuestion(store, find, options.beside);
  const sessions = session({
    name: sessionCookieName(options.https),
    secret: [...options.secrets],
    resave: false,
    saveUninitialized: false,
    rolling: true,
    proxy: options.https,
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure: options.https,
      path: '/',
      maxAge: idleDays * 24 * 3_600_000,
    },
    store,
  });
  return (request, response, next) => during(request, () => sessions(request, response, next));
};
