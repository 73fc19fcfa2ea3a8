import type { Clock } from '../platform/clock.ts';
import type { Erasure, PersonalDataProvider, ProcessingRecord } from '../platform/personal-data.ts';
import type { AccommodationStore } from './attempts/accommodation-store.ts';
import { type Attempt, isClosed } from './attempts/attempt.ts';
import type { AttemptStore } from './attempts/attempt-store.ts';
import type { IntegrityEventStore } from './attempts/integrity-event-store.ts';
import type { EnrolmentStore } from './enrolments/enrolment-store.ts';
import type { Imports } from './items/exchange/imports.ts';
import type { NoteStore } from './notes/note-store.ts';
import type { PathStore } from './paths/path-store.ts';

const learningCategory = { en: 'Enrolments and progress', fr: 'Inscriptions et progression' };
const pathCategory = { en: 'Learning paths you follow', fr: 'Parcours que vous suivez' };
const noteCategory = { en: 'Your notes', fr: 'Vos notes' };
const testCategory = { en: 'Test attempts and answers', fr: 'Passages de test et réponses' };

const integrityCategory = {
  en: 'What was noticed during tests, and adaptations of tests',
  fr: 'Ce qui a été relevé pendant les tests, et aménagements accordés',
};

const ourselves = { en: 'Nobody outside the service.', fr: 'Personne en dehors du service.' };

const records: readonly ProcessingRecord[] = [
  {
    category: learningCategory,
    purpose: {
      en: 'Open your courses, take you back to where you stopped, and decide when a course is completed.',
      fr: 'Ouvrir vos formations, vous ramener là où vous vous étiez arrêté et établir qu’une formation est terminée.',
    },
    basis: 'contract',
    keptFor: { en: 'Until the account is erased.', fr: 'Jusqu’à l’effacement du compte.' },
    recipients: ourselves,
  },
  {
    category: pathCategory,
    purpose: {
      en: 'Show you how far you are on a path, and what comes next.',
      fr: 'Vous montrer où vous en êtes dans un parcours, et ce qui vient ensuite.',
    },
    basis: 'contract',
    keptFor: {
      en: 'Until you leave the path, or the account is erased.',
      fr: 'Jusqu’à ce que vous quittiez le parcours, ou jusqu’à l’effacement du compte.',
    },
    recipients: ourselves,
  },
  {
    category: noteCategory,
    purpose: {
      en: 'Keep what you write down for yourself while you learn. Nobody else reads it.',
      fr: 'Garder ce que vous notez pour vous-même pendant la formation. Personne d’autre ne le lit.',
    },
    basis: 'contract',
    keptFor: { en: 'Until the account is erased.', fr: 'Jusqu’à l’effacement du compte.' },
    recipients: ourselves,
  },
  {
    category: testCategory,
    purpose: {
      en: 'Grade your tests and answer for the result. Without any name, results also show which questions are too easy or unclear.',
      fr: 'Noter vos tests et pouvoir en justifier le résultat. Sans aucun nom, les résultats montrent aussi quelles questions sont trop faciles ou mal posées.',
    },
    basis: 'contract',
    keptFor: {
      en: 'Answers: 24 months after the result. Scores: until the account is erased; after that without any link to you.',
      fr: 'Réponses : 24 mois après le résultat. Notes : jusqu’à l’effacement du compte, puis sans aucun lien avec vous.',
    },
    recipients: ourselves,
  },
  {
    category: integrityCategory,
    purpose: {
      en: 'Keep tests fair: the times of saves, a page that lost the focus, a rule that somebody tried to get around; more time where somebody needs it. Nothing is decided by this alone, and no reason of health is written down.',
      fr: 'Garantir l’équité des tests : l’heure des enregistrements, une page qui a perdu le focus, une règle qu’on a tenté de contourner ; du temps supplémentaire à qui en a besoin. Rien n’est décidé sur ces seuls éléments, et aucune raison de santé n’est notée.',
    },
    basis: 'legitimate-interest',
    keptFor: {
      en: 'Events: 24 months. Adaptations: until the account is erased.',
      fr: 'Événements : 24 mois. Aménagements : jusqu’à l’effacement du compte.',
    },
    recipients: ourselves,
  },
];

const answersKeptMonths = 24;

const monthsBefore = (now: Date, months: number): Date => {
  const date = new Date(now);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date;
};

type Deps = {
  imports: Pick<Imports, 'expire'>;
  enrolments: EnrolmentStore;
  attempts: AttemptStore;
  integrityEvents: IntegrityEventStore;
  accommodations: AccommodationStore;
  paths: PathStore;
  notes: NoteStore;
  clock: Clock;
};

type Counts = { enrolments: number; attempts: number; noticed: number; paths: number; notes: number };

const outcomes = ({ enrolments, attempts, noticed, paths, notes }: Counts): Erasure[] => {
  const all: Erasure[] = [
    { category: learningCategory, outcome: 'erased', records: enrolments },
    { category: pathCategory, outcome: 'erased', records: paths },
    { category: noteCategory, outcome: 'erased', records: notes },
    { category: testCategory, outcome: 'anonymised', records: attempts },
    { category: integrityCategory, outcome: 'erased', records: noticed },
  ];
  return all.filter(({ records }) => records > 0);
};

/**
 * An attempt as its person may have it: what they answered and how it went, by topic. Neither questions nor points of a
 * single one while they are in use, nor anything of an attempt under way that its pages don't show.
 */
const ownCopy = ({ seed: _seed, sitting: _sitting, ...attempt }: Attempt) => {
  if (!isClosed(attempt as Attempt)) {
    const { items: _items, ...open } = attempt;
    return open;
  }
  if (!('result' in attempt)) return attempt;
  const { items: _points, ...result } = attempt.result;
  // Who looked at it and decided is not the candidate's to have; what was decided stands in the case.
  const { review: _review, ...own } = { review: undefined, ...attempt };
  return { ...own, result };
};

/** What learning keeps about a person, and how it is handed over and forgotten. */
export const createPersonalData = ({
  imports,
  enrolments,
  attempts,
  integrityEvents,
  accommodations,
  paths,
  notes,
  clock,
}: Deps): PersonalDataProvider => ({
  module: 'learning',
  describe: () => records,

  export: async (subject) => ({
    enrolments: await enrolments.heldBy(subject),
    paths: await paths.followedBy(subject),
    notes: await notes.writtenBy(subject),
    // The ids of the questions and their order stay: with them the answers mean something to the person.
    attempts: (await attempts.madeBy(subject)).map(ownCopy),
    integrityEvents: await integrityEvents.ofAccount(subject),
    accommodations: (await accommodations.ofAccount(subject)).map(({ grantedBy: _by, ...given }) => given),
  }),

  planErasure: async (subject) =>
    outcomes({
      enrolments: (await enrolments.heldBy(subject)).length,
      attempts: await attempts.countOf(subject),
      paths: (await paths.followedBy(subject)).length,
      notes: (await notes.writtenBy(subject)).length,
      noticed: (await integrityEvents.countOf(subject)) + (await accommodations.countOf(subject)),
    }),

  erase: async (subject) => {
    // Attempts first: an enrolment that is gone could not lead back to them after a cut.
    const noticed = (await integrityEvents.forget(subject)) + (await accommodations.forget(subject));
    const anonymised = await attempts.anonymise(subject, clock.now());
    return outcomes({
      noticed,
      attempts: anonymised,
      paths: await paths.forget(subject),
      notes: await notes.forget(subject),
      enrolments: await enrolments.forget(subject),
    });
  },

  expire: async (now) => [
    {
      category: 'attempt-answers',
      removed: await attempts.forgetAnswers(monthsBefore(now, answersKeptMonths), now),
    },
    {
      category: 'integrity-events',
      removed: await integrityEvents.expire(monthsBefore(now, answersKeptMonths)),
    },
    { category: 'item-imports', removed: await imports.expire(now) },
  ],
});

/** One provider of several parts of a module; erased in the order given. */
export const joinProviders = (
  module: string,
  parts: readonly PersonalDataProvider[],
): PersonalDataProvider => {
  const inTurn = async <T>(ask: (part: PersonalDataProvider) => Promise<readonly T[]>): Promise<T[]> => {
    const all: T[] = [];
    for (const part of parts) all.push(...(await ask(part)));
    return all;
  };
  return {
    module,
    describe: () => parts.flatMap((part) => part.describe()),
    export: async (subject) =>
      Object.assign({}, ...(await Promise.all(parts.map((part) => part.export(subject))))),
    exportFiles: async function* (subject) {
      for (const part of parts) if (part.exportFiles) yield* part.exportFiles(subject);
    },
    planErasure: (subject) => inTurn((part) => part.planErasure(subject)),
    erase: (subject) => inTurn((part) => part.erase(subject)),
    expire: (now) => inTurn((part) => part.expire(now)),
  };
};
