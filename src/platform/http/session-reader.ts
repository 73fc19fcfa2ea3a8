import type { IncomingMessage } from 'node:http';
import type MongoStore from 'connect-mongo';
import type { SessionData } from 'express-session';

type Found = Readonly<Record<string, unknown>>;

/**
 * A document of another collection that every session leads to, read in the same question: `from` by its `_id`, which
 * stands in the session's document at `at`. `take` gets what was found before anybody sees the session.
 */
export type BesideSession = {
  from: string;
  at: string;
  take(request: IncomingMessage, found: Found | undefined): void;
};

/** Whether there is such a document. */
export type AskedBeside = { collection: string; filter: Readonly<Record<string, unknown>> };

const asked = new WeakMap<IncomingMessage, AskedBeside>();
const answered = new WeakMap<IncomingMessage, boolean>();

/** Has something asked in the same question as the session of a request, which must not have been read yet. */
export const askBesideSession = (request: IncomingMessage, question: AskedBeside): void => {
  asked.set(request, question);
};

/** What came of it; nothing when nothing was asked, or the request came without a session. */
export const foundBesideSession = (request: IncomingMessage): boolean | undefined => answered.get(request);

type SessionDocument = { session: SessionData; expires?: Date; lastModified?: Date; beside?: Found[] };
type Row = SessionDocument | { isThere: true };

const unionWith = ({ collection, filter }: AskedBeside) => ({
  $unionWith: {
    coll: collection,
    pipeline: [{ $match: filter }, { $project: { _id: 0, isThere: { $literal: true } } }],
  },
});

const lookup = ({ from, at }: BesideSession) => ({
  $lookup: { from, localField: at, foreignField: '_id', as: 'beside' },
});

const isSession = (row: Row): row is SessionDocument => 'session' in row;

const lives = ({ expires }: SessionDocument): boolean => !expires || expires.getTime() > Date.now();

/** As express-session and `touch` expect it. */
const dataOf = ({ session, lastModified }: SessionDocument): SessionData => ({
  ...session,
  ...(lastModified ? { lastModified } : {}),
});

/**
 * Changes how a store reads: a session and all that it leads to are one question, since each costs the database about the
 * same, whatever it asks. Nothing that was read outlives its request. Answers `during`, which says whose request it is
 * while express-session looks for a session: it asks the store by the id alone.
 */
export const readInOneQuestion = (
  store: MongoStore,
  beside?: BesideSession,
): { during(request: IncomingMessage, look: () => void): void } => {
  let current: IncomingMessage | undefined;

  const read = async (id: string, request: IncomingMessage | undefined): Promise<SessionData | null> => {
    const question = request && asked.get(request);
    const sessions = await store.collectionP;
    const rows = await sessions
      .aggregate<Row>([
        // By the key alone, which needs no plan; a session that has ended is told by its date.
        { $match: { _id: id } },
        ...(beside ? [lookup(beside)] : []),
        ...(question ? [unionWith(question)] : []),
      ])
      .toArray();
    if (request && question) answered.set(request, rows.length > rows.filter(isSession).length);
    const found = rows.find(isSession);
    if (!found || !lives(found)) return null;
    if (request) beside?.take(request, found.beside?.[0]);
    return dataOf(found);
  };

  store.get = (id, callback) => {
    read(id, current).then(
      (session) => callback(null, session),
      (error: unknown) => callback(error),
    );
  };

  return {
    during: (request, look) => {
      current = request;
      try {
        look();
      } finally {
        current = undefined;
      }
    },
  };
};
