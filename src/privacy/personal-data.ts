import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { AddressErasureStore } from './address-erasure-store.ts';
import type { ConsentStore } from './consent-store.ts';
import type { ErasureStore } from './erasure-store.ts';
import type { RetentionStore } from './retention-store.ts';

const choices = { en: 'Cookie choices', fr: 'Choix relatifs aux cookies' };
/** Proof of consent, and proof that requests were met: five years, the limitation period of French civil law. */
const proofYears = 5;

type Stores = {
  consents: ConsentStore;
  erasures: ErasureStore;
  requests: AddressErasureStore;
  runs: RetentionStore;
};

const yearsBefore = (date: Date, years: number): Date => {
  const result = new Date(date);
  result.setUTCFullYear(result.getUTCFullYear() - years);
  return result;
};

export const createPersonalData = ({ consents, erasures, requests, runs }: Stores): PersonalDataProvider => ({
  module: 'privacy',
  describe: () => [
    {
      category: choices,
      purpose: {
        en: 'Follow your choice, and be able to show that it was asked.',
        fr: 'Respecter votre choix et pouvoir démontrer qu’il a été demandé.',
      },
      basis: 'legal-obligation',
      keptFor: {
        en: 'The choice on your device: six months. The proof that it was asked: five years, without your name once your account is erased.',
        fr: 'Le choix sur votre appareil : six mois. La preuve qu’il a été demandé : cinq ans, sans votre nom une fois le compte effacé.',
      },
      recipients: { en: 'Nobody.', fr: 'Aucun.' },
    },
    {
      category: { en: 'Requests about your data', fr: 'Demandes relatives à vos données' },
      purpose: {
        en: 'Show that a request to be erased was met, and when.',
        fr: 'Démontrer qu’une demande d’effacement a été satisfaite, et à quelle date.',
      },
      basis: 'legal-obligation',
      keptFor: {
        en: 'Five years: a number without any name, the dates and what was done per category. An address given without an account: one day, or until its certificates are erased.',
        fr: 'Cinq ans : un numéro sans aucun nom, les dates et ce qui a été fait par catégorie. Une adresse donnée sans compte : un jour, ou jusqu’à l’effacement de ses certificats.',
      },
      recipients: {
        en: 'The data protection authority, if it asks.',
        fr: 'L’autorité de contrôle, si elle le demande.',
      },
    },
  ],
  export: async (subject) => ({ consents: await consents.of(subject) }),
  planErasure: async (subject) => {
    const records = (await consents.of(subject)).length;
    return records === 0 ? [] : [{ category: choices, outcome: 'anonymised', records }];
  },
  erase: async (subject) => {
    const records = await consents.detach(subject);
    return records === 0 ? [] : [{ category: choices, outcome: 'anonymised', records }];
  },
  expire: async (now) => {
    const before = yearsBefore(now, proofYears);
    return [
      { category: 'consents', removed: await consents.expire(before) },
      { category: 'erasures', removed: await erasures.expire(before) },
      { category: 'address_erasures', removed: await requests.expire(now, before) },
      { category: 'retention_runs', removed: await runs.expire(before) },
    ];
  },
});
