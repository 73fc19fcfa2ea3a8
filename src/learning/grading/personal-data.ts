import type { Erasure, PersonalDataProvider } from '../../platform/personal-data.ts';
import type { AttemptStore } from '../attempts/attempt-store.ts';
import type { PaperStore } from './paper-store.ts';

const category = { en: 'Marks of examiners', fr: 'Notes des examinateurs' };

const erased = (records: number): Erasure[] =>
  records === 0 ? [] : [{ category, outcome: 'erased', records }];

type Deps = { papers: PaperStore; attempts: Pick<AttemptStore, 'madeBy'> };

/** What examiners wrote about answers; without the answers it is worth nothing to anybody else. */
export const createMarkingPersonalData = ({ papers, attempts }: Deps): PersonalDataProvider => {
  const idsOf = async (subject: string) => (await attempts.madeBy(subject)).map(({ id }) => id);
  return {
    module: 'learning',
    describe: () => [
      {
        category,
        purpose: {
          en: 'Mark answers that no program can judge, and answer for the marks.',
          fr: 'Noter les réponses qu’aucun programme ne sait juger et pouvoir justifier les notes.',
        },
        basis: 'contract',
        keptFor: { en: 'Until the account is erased.', fr: 'Jusqu’à l’effacement du compte.' },
        recipients: { en: 'Our examiners.', fr: 'Nos examinateurs.' },
      },
    ],
    export: async (subject) => {
      const found = await Promise.all((await idsOf(subject)).map((id) => papers.byId(id)));
      return {
        marks: found.flatMap((paper) =>
          (paper?.markings ?? []).map(({ at, points, comments }) => ({ at, points, comments })),
        ),
      };
    },
    planErasure: async (subject) => erased(await papers.countOf(await idsOf(subject))),
    erase: async (subject) => erased(await papers.forget(await idsOf(subject))),
    expire: async () => [],
  };
};
