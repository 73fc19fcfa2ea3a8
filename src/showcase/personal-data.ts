import type { Erasure, PersonalDataProvider, ProcessingRecord } from '../platform/personal-data.ts';
import type { CollectionStore } from './collection-store.ts';
import type { ProfileStore } from './profile-store.ts';

const category = { en: 'Public profile and collections', fr: 'Profil public et collections' };

const record: ProcessingRecord = {
  category,
  purpose: {
    en: 'Show your certificates where and to whom you choose.',
    fr: 'Montrer vos certificats où et à qui vous le choisissez.',
  },
  basis: 'consent',
  keptFor: {
    en: 'Until the account is erased. A collection that you ended: 90 days. A former address of your profile is given to nobody else for twelve months.',
    fr: 'Jusqu’à l’effacement du compte. Une collection que vous avez close\u00a0: 90 jours. Une ancienne adresse de votre profil n’est attribuée à personne d’autre pendant douze mois.',
  },
  recipients: {
    en: 'Everybody, for a profile that you have switched on; for a collection, whoever has its address.',
    fr: 'Tout le monde, pour un profil que vous avez ouvert\u00a0; pour une collection, toute personne qui en a l’adresse.',
  },
};

const endedDays = 90;

const outcome = (records: number): Erasure[] =>
  records === 0 ? [] : [{ category, outcome: 'erased', records }];

type Deps = { profiles: ProfileStore; collections: CollectionStore };

export const createPersonalData = ({ profiles, collections }: Deps): PersonalDataProvider => ({
  module: 'showcase',
  describe: () => [record],
  export: async (subject) => {
    const profile = await profiles.of(subject);
    return { profile: profile ? [profile] : [], collections: await collections.allOf(subject) };
  },
  planErasure: async (subject) =>
    outcome(((await profiles.of(subject)) ? 1 : 0) + (await collections.allOf(subject)).length),
  erase: async (subject) => outcome((await profiles.forget(subject)) + (await collections.forget(subject))),
  expire: async (now) => {
    const removed = await collections.forgetEnded(new Date(now.getTime() - endedDays * 86_400_000));
    return removed === 0 ? [] : [{ category: 'collections that were ended', removed }];
  },
});
