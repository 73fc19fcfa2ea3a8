import type { IncomingMessage } from 'node:http';
import type { SessionData, Store } from 'express-session';

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

/** Something about one more document, by its `_id`; where there is none, it does not hold. */
export type AskedBeside = { collection: string; id: string; holds(found: Found): boolean };

const asked = new WeakMap<IncomingMessage, AskedBeside>();
const answered = new WeakMap<IncomingMessage, boolean>();

/** Has something asked in the same question as the session of a request, which must not have been read yet. */
export const askBesideSession = (request: IncomingMessage, question: AskedBeside): void => {
  asked.set(request, question);
};

/** Whether it holds; nothing when nothing was asked, or the request came without a session. */
export const foundBesideSession = (request: IncomingMessage): boolean | undefined => answered.get(request);

type SessionDocument = {
  _id: string;
  session: SessionData;
  expires?: Date;
  lastModified?: Date;
  beside?: Found[];
};

/**
 * By their keys alone: to look up a key the database makes no plan, and whatever more is asked of it costs a third of the
 * time again. So what has ended, or does not hold, is told here.
 */
const pipelineOf = (id: string, beside: BesideSession | undefined, question: AskedBeside | undefined) => [
  { $match: { _id: id } },
  ...(beside
    ? [{ $lookup: { from: beside.from, localField: beside.at, foreignField: '_id', as: 'beside' } }]
    : []),
  ...(question
    ? [{ $unionWith: { coll: question.collection, pipeline: [{ $match: { _id: question.id } }] } }]
    : []),
];

const lives = ({ expires }: SessionDocument): boolean => !expires || expires.getTime() > Date.now();

/** As express-session and `touch` expect it. */
const dataOf = ({ session, lastModified }: SessionDocument): SessionData => ({
  ...session,
  ...(lastModified ? { lastModified } : {}),
});

/**
 * Changes how a store reads: a session and all that it leads to are one question, since each costs the database about the
 * same, whatever it asks. Nothing that was read outlives its request. Answers `during`, which says whose request it is
 * while express-session looks for a session: it asks the store by the id alone. `find` runs a pipeline on the sessions.
 */
export const readInOneQuestion = (
  store: Store,
  find: (pipeline: object[]) => Promise<readonly Found[]>,
  beside?: BesideSession,
): { during(request: IncomingMessage, look: () => void): void } => {
  let current: IncomingMessage | undefined;

  const read = async (id: string, request: IncomingMessage | undefined): Promise<SessionData | null> => {
    const question = request && asked.get(request);
    const rows = await find(pipelineOf(id, beside, question));
    if (request && question) {
      const there = rows.find(({ _id }) => _id === question.id);
      answered.set(request, there !== undefined && question.holds(there));
    }
    const found = rows.find(({ _id }) => _id === id) as SessionDocument | undefined;
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
