import type { PersonalDataProvider } from '../platform/personal-data.ts';
import { keptDays } from './bulk/bulk-check.ts';
import type { BulkStore } from './bulk/bulk-store.ts';

/**
 * A check names certificates by their numbers, and nobody who asked: there is nothing that leads from a person to it. It is
 * deleted after a few days by itself, so nothing is exported or erased by account.
 */
export const createPersonalData = (store: Pick<BulkStore, 'expire'>): PersonalDataProvider => ({
  module: 'desk',
  describe: () => [
    {
      category: {
        en: 'Verifications of many certificates, and receipts',
        fr: 'Vérifications de nombreux certificats et procès-verbaux',
      },
      purpose: {
        en: 'Show whoever brought certificate numbers or files what was found, and give them a signed receipt of it.',
        fr: 'Montrer à qui a apporté des numéros ou des fichiers de certificat ce qui a été constaté et lui en remettre un procès-verbal signé.',
      },
      basis: 'legitimate-interest',
      keptFor: {
        en: `Certificate numbers, file names and verdicts ${keptDays} days; the files themselves until they are verified, usually some minutes.`,
        fr: `Les numéros de certificat, noms de fichier et verdicts ${keptDays} jours ; les fichiers eux-mêmes jusqu’à leur vérification, en général quelques minutes.`,
      },
      recipients: {
        en: 'Whoever has the unguessable address of the verification, nobody else.',
        fr: 'Quiconque possède l’adresse impossible à deviner de la vérification, personne d’autre.',
      },
    },
  ],
  export: async () => ({}),
  planErasure: async () => [],
  erase: async () => [],
  expire: async (now) => [{ category: 'bulk-checks', removed: await store.expire(now) }],
});
