import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { type CourseContent, createLearning, type Learning } from '../../src/learning/index.ts';
import { ensureIndexes } from '../../src/platform/database/open.ts';
import { createOutbox, type Outbox } from '../../src/platform/database/outbox.ts';
import { DomainError } from '../../src/platform/errors.ts';
import type { EventRecord } from '../../src/platform/events.ts';
import type { Random } from '../../src/platform/random.ts';
import { type LentConnection, openLent } from '../support/lent-connection.ts';

/** Chance that repeats itself: the same seed gives the same draws. */
export const seededRandom = (seed: string): Random => {
  let count = 0;
  const bytes = (length: number): Buffer => {
    count += 1;
    const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, block) =>
      createHash('sha256').update(`${seed}:${count}:${block}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, length);
  };
  return { bytes, below: (below) => bytes(6).readUIntBE(0, 6) % below };
};

const both = (text: string) => ({ en: text, fr: `${text} (fr)` });

type Question = CourseContent['questions'][number];

export const questions = {
  choice: {
    id: 'capital',
    kind: 'choice',
    tags: ['facts'],
    prompt: both('Which one is right?'),
    points: 1,
    explanation: both('Because it is.'),
    options: [
      { id: 'right', text: both('Right'), correct: true },
      { id: 'wrong', text: both('Wrong') },
      { id: 'worse', text: both('Worse') },
    ],
  },
  multiple: {
    id: 'several',
    kind: 'multiple',
    tags: ['facts'],
    prompt: both('Which ones are right?'),
    points: 2,
    explanation: both('Two are.'),
    options: [
      { id: 'one', text: both('One'), correct: true },
      { id: 'two', text: both('Two'), correct: true },
      { id: 'three', text: both('Three') },
      { id: 'four', text: both('Four') },
    ],
  },
  order: {
    id: 'sequence',
    kind: 'order',
    tags: ['methods'],
    prompt: both('In which order?'),
    points: 1,
    explanation: both('First things first.'),
    items: [
      { id: 'first', text: both('First') },
      { id: 'second', text: both('Second') },
      { id: 'third', text: both('Third') },
    ],
  },
  match: {
    id: 'pairing',
    kind: 'match',
    tags: ['methods'],
    prompt: both('What belongs together?'),
    points: 1,
    explanation: both('Like and like.'),
    pairs: [
      { id: 'day', left: both('Day'), right: both('Sun') },
      { id: 'night', left: both('Night'), right: both('Moon') },
    ],
  },
  numeric: {
    id: 'amount',
    kind: 'numeric',
    tags: ['methods'],
    prompt: both('How much?'),
    points: 1,
    explanation: both('Three and a half.'),
    answer: 3.5,
    tolerance: 0.1,
    unit: both('kg'),
  },
  practice: {
    id: 'practice-one',
    kind: 'choice',
    tags: ['facts', 'practice'],
    prompt: both('A practice question'),
    points: 1,
    explanation: both('This is how it is.'),
    options: [
      { id: 'yes', text: both('Yes'), correct: true },
      { id: 'no', text: both('No') },
    ],
  },
} as const satisfies Record<string, Question>;

const written = { title: both('Step'), minutes: 5, required: true, body: both('## Heading\n\nText.') };

type Wishes = {
  id?: string;
  version?: number;
  access?: 'free' | 'paid';
  title?: string;
  body?: string;
  attempts?: number;
  waitingMinutes?: number[];
  /** Rules of the test beyond these. */
  rules?: Partial<Extract<CourseContent['modules'][number]['activities'][number], { kind: 'test' }>['test']>;
};

/** A small course: two pages, a quiz, a test of four of the five questions that may be drawn, an extra page after it. */
export const courseContent = (wishes: Wishes = {}): CourseContent => {
  const { id = 'small-course', version = 1, access = 'free', title = 'A small course' } = wishes;
  const { attempts = 3, waitingMinutes = [10, 60] } = wishes;
  const content = {
    id,
    version,
    access,
    title: both(title),
    summary: both('What one ought to know, déjà vu.'),
    audience: both('Everybody'),
    outcomes: [both('Know it')],
    workloadMinutes: 30,
    level: both('Foundation'),
    achievement: {
      name: both(title),
      description: both('Knows it.'),
      criteria: both('Passed the test.'),
      achievementType: 'Certificate' as const,
      humanCode: 'SC-1',
      tags: [both('knowledge')],
    },
    assessment: both('Online test, not supervised'),
    supervision: 'unsupervised' as const,
    modules: [
      {
        id: 'facts',
        title: both('Facts'),
        activities: [
          {
            ...written,
            id: 'reading',
            kind: 'page' as const,
            body: both(wishes.body ?? '## Heading\n\nText.'),
            completion: { rule: 'view' as const },
          },
          {
            ...written,
            id: 'quiz',
            kind: 'quiz' as const,
            questions: ['practice-one'],
            completion: { rule: 'score' as const, atLeast: 0.6 },
          },
        ],
      },
      {
        id: 'methods',
        title: both('Methods'),
        activities: [
          { ...written, id: 'more-reading', kind: 'page' as const, completion: { rule: 'view' as const } },
          {
            ...written,
            id: 'test',
            kind: 'test' as const,
            test: {
              draw: [
                { tag: 'facts', count: 2 },
                { tag: 'methods', count: 2 },
              ],
              passMark: 0.8,
              attempts,
              waitingMinutes,
              timeLimitMinutes: 20,
              shuffleOptions: true,
              shuffleQuestions: true,
              ...wishes.rules,
            },
            completion: { rule: 'pass' as const },
          },
          {
            ...written,
            id: 'extra',
            kind: 'page' as const,
            required: false,
            completion: { rule: 'view' as const },
          },
        ],
      },
    ],
    questions: Object.values(questions) as unknown as Question[],
  };
  const contentHash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return { ...content, contentHash };
};

export type World = {
  learning: Learning;
  connection: Connection;
  outbox: Outbox;
  clock: { now(): Date; pass(minutes: number): void; passSeconds(seconds: number): void };
  /** Runs instead of asking accounts for a language: a place to hold a completion up. */
  onLanguage(run: () => Promise<void>): void;
  /** Relays what waits, and answers all events so far by name. */
  events(name: string): Promise<EventRecord[]>;
};

/** One database for a file of tests, emptied for each of them. */
export const learningWorld = (): {
  open(): Promise<World>;
  close(): Promise<void>;
  start(): Promise<void>;
} => {
  let database: LentConnection;
  return {
    start: async () => {
      database = await openLent('learning');
    },
    open: async () => {
      const { connection } = database;
      for (const name of connection.modelNames()) connection.deleteModel(name);
      await database.empty();
      const seen = new Map<string, EventRecord>();
      const outbox = createOutbox({
        jobsFor: (event) => {
          seen.set(event.id, event);
          return [];
        },
        enqueue: async () => undefined,
      });
      let now = new Date('2026-11-23T14:00:00Z');
      const passSeconds = (seconds: number): void => {
        now = new Date(now.getTime() + seconds * 1000);
      };
      const clock = { now: () => now, passSeconds, pass: (minutes: number) => passSeconds(minutes * 60) };
      const random = seededRandom('learning');
      let held: () => Promise<void> = async () => undefined;
      const languageOf = async () => {
        await held();
        return 'fr' as const;
      };
      const onLanguage = (run: () => Promise<void>): void => {
        held = run;
      };
      const learning = createLearning({
        connection,
        clock,
        random,
        outbox,
        languageOf,
        renewableFrom: async () => undefined,
        earnedBy: async () => undefined,
        baseUrl: 'https://certificates.example',
      });
      await ensureIndexes(connection);
      const events = async (name: string): Promise<EventRecord[]> => {
        await outbox.relay();
        return [...seen.values()].filter((event) => event.name === name);
      };
      return { learning, connection, outbox, clock, onLanguage, events };
    },
    close: () => database.close(),
  };
};

/** Awaits a refusal and answers its code. */
export const refusalOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => expect.fail('was not refused'),
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(DomainError);
  return (error as DomainError).code;
};

/** The answers that are right (or wrong) for what is shown, found by the words as a learner would. */
export const answersTo = (
  shown: Awaited<ReturnType<Learning['attempt']>>['questions'],
  wanted: 'right' | 'wrong' = 'right',
): { slot: number; value: unknown }[] => {
  const right = new Set(['Right', 'One', 'Two', 'Yes']);
  const order = ['First', 'Second', 'Third'];
  const partner: Record<string, string> = { Day: 'Sun', Night: 'Moon' };
  const good = wanted === 'right';
  const code = (list: readonly { code: string; text: { en: string } }[], text: string | undefined) =>
    list.find((one) => one.text.en === text)?.code ?? '';
  const valueFor = ({ kind, options, rights }: (typeof shown)[number]): unknown => {
    const chosen = options.filter(({ text }) => right.has(text.en) === good).map((one) => one.code);
    if (kind === 'choice') return chosen[0];
    if (kind === 'multiple') return chosen;
    if (kind === 'numeric') return good ? '3,5' : '4';
    if (kind === 'order') {
      const places = good ? order : [...order].reverse();
      return Object.fromEntries(places.map((text, index) => [code(options, text), index + 1]));
    }
    const partnerOf = (text: string) => (good ? code(rights, partner[text]) : rights[0]?.code);
    return Object.fromEntries(options.map((left) => [left.code, partnerOf(left.text.en)]));
  };
  return shown.map((question) => ({ slot: question.slot, value: valueFor(question) }));
};

type Learner = { learning: Learning; accountId?: string; courseId?: string };

/** Enrols and does everything before the test. */
export const readyForTest = async ({
  learning,
  accountId = 'ana',
  courseId = 'small-course',
}: Learner): Promise<{ accountId: string; enrolmentId: string; activityId: string }> => {
  const { enrolmentId } = await learning.enrol({ accountId, courseId });
  await finishReading({ learning, accountId, enrolmentId });
  return { accountId, enrolmentId, activityId: 'test' };
};

export const finishReading = async (learner: {
  learning: Learning;
  accountId: string;
  enrolmentId: string;
}): Promise<void> => {
  const { learning, accountId, enrolmentId } = learner;
  for (const activityId of ['reading', 'more-reading']) {
    await learning.completeActivity({ accountId, enrolmentId, activityId });
  }
  const quiz = await learning.visitActivity({ accountId, enrolmentId, activityId: 'quiz' });
  if (quiz.kind !== 'quiz') throw new Error('no quiz');
  const answers = answersTo(
    quiz.questions.map((question) => ({ ...question, answered: false, flagged: false })),
  );
  await learning.answerQuiz({ accountId, enrolmentId, activityId: 'quiz', answers });
};

type TestPlace = { accountId: string; enrolmentId: string; activityId: string };
/** An attempt in the window that holds it, as every request names it. */
export type Held = { accountId: string; attemptId: string; sitting: string };

/** Begins an attempt, or takes the open one over. */
export const begin = async (learning: Learning, place: TestPlace): Promise<Held> => ({
  accountId: place.accountId,
  ...(await learning.startAttempt({ ...place, accepted: true, nameConfirmed: true })),
});

/** Sends answers as a form that was drawn just now. */
export const saveAll = async (
  learning: Learning,
  held: Held,
  answers: readonly { slot: number; value: unknown }[],
) => {
  const view = await learning.attempt(held.accountId, held.attemptId);
  return learning.saveForm({ ...held, base: view.state === 'in_progress' ? view.seq : 0, answers });
};

/** Starts an attempt, answers everything as wished and hands it in. */
export const takeTest = async (
  learning: Learning,
  place: TestPlace,
  wanted: 'right' | 'wrong' = 'right',
): Promise<{ attemptId: string; passed?: boolean; score?: number }> => {
  const { accountId } = place;
  const held = await begin(learning, place);
  const { attemptId, sitting } = held;
  const { questions: shown } = await learning.attempt(accountId, attemptId);
  await saveAll(learning, held, answersTo(shown, wanted));
  const { passed, score } = await learning.submitAttempt(accountId, attemptId, sitting);
  return {
    attemptId,
    ...(passed === undefined ? {} : { passed }),
    ...(score === undefined ? {} : { score }),
  };
};

/** Lets nobody through before so many have come. */
export const barrier = (count: number): (() => Promise<void>) => {
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  let come = 0;
  return () => {
    come += 1;
    if (come >= count) open();
    return all;
  };
};
