import type { Clock } from '../platform/clock.ts';
import type { Erasure, PersonalDataProvider, ProcessingRecord } from '../platform/personal-data.ts';
import type { AttemptStore } from './attempts/attempt-store.ts';
import type { EnrolmentStore } from './enrolments/enrolment-store.ts';

const learningCategory = { en: 'Enrolments and progress', fr: 'Inscriptions et progression' };
const testCategory = { en: 'Test attempts and answers', fr: 'Passages de test et réponses' };

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
];

const answersKeptMonths = 24;

const monthsBefore = (now: Date, months: number): Date => {
  const date = new Date(now);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date;
};

type Deps = { enrolments: EnrolmentStore; attempts: AttemptStore; clock: Clock };

const outcomes = (enrolments: number, attempts: number): Erasure[] => {
  const erased: Erasure = { category: learningCategory, outcome: 'erased', records: enrolments };
  const anonymised: Erasure = { category: testCategory, outcome: 'anonymised', records: attempts };
  return [erased, anonymised].filter(({ records }) => records > 0);
};

/** What learning keeps about a person, and how it is handed over and forgotten. */
export const createPersonalData = ({ enrolments, attempts, clock }: Deps): PersonalDataProvider => ({
  module: 'learning',
  describe: () => records,

  export: async (subject) => ({
    enrolments: await enrolments.heldBy(subject),
    // The ids of the questions and their order stay: with them the answers mean something to the person.
    attempts: await attempts.madeBy(subject),
  }),

  planErasure: async (subject) =>
    outcomes((await enrolments.heldBy(subject)).length, await attempts.countOf(subject)),

  erase: async (subject) => {
    // Attempts first: an enrolment that is gone could not lead back to them after a cut.
    const anonymised = await attempts.anonymise(subject, clock.now());
    return outcomes(await enrolments.forget(subject), anonymised);
  },

  expire: async (now) => [
    {
      category: 'attempt-answers',
      removed: await attempts.forgetAnswers(monthsBefore(now, answersKeptMonths), now),
    },
  ],
});
