import type { Erasure, PersonalDataProvider } from '../../platform/personal-data.ts';
import type { WorkFileStore } from './file-store.ts';
import type { HandedFile } from './handed-file.ts';
import type { Work } from './work.ts';
import type { WorkStore } from './work-store.ts';
import { withoutName } from './work-view.ts';

const category = { en: 'Assignments you hand in', fr: 'Travaux que vous remettez' };

const keptMonths = 24;
const day = 86_400_000;

const monthsBefore = (now: Date, months: number): Date => {
  const date = new Date(now);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date;
};

const erased = (records: number): Erasure[] =>
  records === 0 ? [] : [{ category, outcome: 'erased', records }];

const filesOf = ({ draft, versions }: Work): HandedFile[] =>
  [draft.file, ...versions.map(({ file }) => file)].filter((file) => file !== undefined);

/** Everything but who examined it and who did not. */
const ownCopy = ({ lease: _lease, recused: _recused, versions, ...work }: Work) => ({
  ...work,
  versions: versions.map((version) => ({ ...version, judgements: version.judgements.map(withoutName) })),
});

type Deps = { works: WorkStore; files: WorkFileStore };

/** What learners hand in, and what was said of it. */
export const createAssignmentPersonalData = ({ works, files }: Deps): PersonalDataProvider => ({
  module: 'learning',
  describe: () => [
    {
      category,
      purpose: {
        en: 'Have your work read and marked by a person, and answer for the result. Examiners see a number in place of your name.',
        fr: 'Faire lire et noter votre travail par une personne et pouvoir en justifier le résultat. Les examinateurs voient un numéro à la place de votre nom.',
      },
      basis: 'contract',
      keptFor: {
        en: 'Texts, files and comments: 24 months after the last change. Results: until the account is erased.',
        fr: 'Textes, fichiers et commentaires : 24 mois après la dernière modification. Résultats : jusqu’à l’effacement du compte.',
      },
      recipients: { en: 'Our examiners.', fr: 'Nos examinateurs.' },
    },
  ],

  export: async (subject) => ({ assignments: (await works.madeBy(subject)).map(ownCopy) }),

  exportFiles: async function* (subject) {
    const seen = new Set<string>();
    for (const work of await works.madeBy(subject)) {
      for (const { id, kind } of filesOf(work)) {
        const bytes = seen.has(id) ? undefined : await files.read(id);
        seen.add(id);
        if (bytes) yield { path: `assignments/${work.activityId}-${seen.size}.${kind}`, bytes };
      }
    }
  },

  planErasure: async (subject) => erased(await works.countOf(subject)),

  // Files first: works that are gone could not lead to them after a cut.
  erase: async (subject) => {
    await files.forget(subject);
    return erased(await works.forget(subject));
  },

  expire: async (now) => {
    let removed = 0;
    for (const work of await works.settledBefore(monthsBefore(now, keptMonths))) {
      if (!(await works.forgetWords(work, now))) continue;
      await files.drop(filesOf(work).map(({ id }) => id));
      removed += 1;
    }
    // A file whose work was never written after it, because something was cut off in between.
    const stray: string[] = [];
    const yesterday = new Date(now.getTime() - day);
    for (const id of await files.storedBetween(new Date(now.getTime() - 7 * day), yesterday))
      if (!(await works.holdsFile(id))) stray.push(id);
    await files.drop(stray);
    return [{ category: 'assignment-works', removed }];
  },
});
