import type { Connection } from 'mongoose';
import { type Certificate, hasExpired, type Issuer } from '../issuer/index.ts';
import type { Clock } from '../platform/clock.ts';
import { DomainError, invalid, notFound } from '../platform/errors.ts';
import type { Language } from '../platform/i18n.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import { type Random, token } from '../platform/random.ts';
import { type Collection, createCollectionStore } from './collection-store.ts';
import { createPersonalData } from './personal-data.ts';
import { createProfileStore, type Profile } from './profile-store.ts';

export type { Collection } from './collection-store.ts';
export { handleShape, titleShape } from './handle.ts';
export type { Profile } from './profile-store.ts';

/** Asks accounts under which name somebody may be shown; nothing for whoever is gone, shut out, or may not be. */
export type PublicNameOf = (accountId: string) => Promise<string | undefined>;

type ShowcaseDeps = {
  connection: Connection;
  clock: Clock;
  random: Random;
  issuer: Pick<Issuer, 'certificate' | 'certificatesOf'>;
  publicNameOf: PublicNameOf;
};

export type ShownCertificate = {
  identifier: string;
  name: string;
  language: Language;
  awardedAt: Date;
  validUntil?: Date;
  expired: boolean;
};

export type PublicProfile = { name: string; indexable: boolean; certificates: readonly ShownCertificate[] };
export type PublicCollection =
  | { state: 'open'; title: string; name: string; certificates: readonly ShownCertificate[] }
  | { state: 'ended' };

export type Showcase = {
  profile(accountId: string): Promise<Profile | undefined>;
  /** @throws DomainError `invalid-input` when somebody else has the address, `not-to-be-shown` */
  saveProfile(choice: Omit<Profile, 'changedAt'>): Promise<void>;
  /** Only while it is switched on: name and listed certificates that stand. */
  publicProfile(handle: string): Promise<PublicProfile | undefined>;
  /** Those that were not ended, the newest first. */
  collections(accountId: string): Promise<Collection[]>;
  /** @throws DomainError `invalid-input`, `too-many-collections`, `not-to-be-shown` */
  gather(request: { accountId: string; title: string; identifiers: readonly string[] }): Promise<Collection>;
  /** @throws DomainError `not-found` */
  end(request: { accountId: string; id: string }): Promise<void>;
  publicCollection(id: string): Promise<PublicCollection | undefined>;
  personalData: PersonalDataProvider;
};

/** A former address could lead people who remember it to somebody else. */
const addressRestsDays = 365;
const mostCollections = 20;

type Held = Exclude<Certificate, { state: 'redacted' }>;

/** What holders show of their certificates, and where: a profile that everybody may find, collections for some. */
export const createShowcase = ({
  connection,
  clock,
  random,
  issuer,
  publicNameOf,
}: ShowcaseDeps): Showcase => {
  const profiles = createProfileStore(connection);
  const collections = createCollectionStore(connection);

  const shown = (certificate: Held): ShownCertificate => {
    const { identifier, wording, language, awardedAt, validUntil } = certificate;
    const expired = hasExpired(certificate, clock.now());
    return {
      identifier,
      name: wording.name,
      language,
      awardedAt,
      expired,
      ...(validUntil ? { validUntil } : {}),
    };
  };

  /** The one that stands today, if it may be seen: its own visibility outweighs every collection. */
  const standing = async (identifier: string, accountId: string): Promise<Held | undefined> => {
    let certificate = await issuer.certificate(identifier);
    while (certificate?.supersededBy) certificate = await issuer.certificate(certificate.supersededBy);
    if (certificate?.state !== 'valid' || certificate.accountId !== accountId) return undefined;
    return certificate.visibility === 'private' ? undefined : certificate;
  };

  const nameToShow = async (accountId: string): Promise<string> => {
    const name = await publicNameOf(accountId);
    if (!name) throw new DomainError('forbidden', 'not-to-be-shown');
    return name;
  };

  return {
    profile: (accountId) => profiles.of(accountId),

    saveProfile: async (choice) => {
      if (choice.on) await nameToShow(choice.accountId);
      const now = clock.now();
      const rested = new Date(now.getTime() - addressRestsDays * 86_400_000);
      if (!(await profiles.claim(choice.handle, choice.accountId, rested)))
        throw invalid([{ pointer: '/handle', code: 'handle-taken' }]);
      await profiles.save({ ...choice, changedAt: now });
    },

    publicProfile: async (handle) => {
      const profile = await profiles.shownAt(handle);
      const name = profile && (await publicNameOf(profile.accountId));
      if (!profile || !name) return undefined;
      const held = await issuer.certificatesOf(profile.accountId);
      const listed = held.flatMap((one) =>
        one.state === 'valid' && one.visibility === 'listed' ? [shown(one)] : [],
      );
      return { name, indexable: profile.indexable, certificates: listed };
    },

    collections: (accountId) => collections.openOf(accountId),

    gather: async ({ accountId, title, identifiers }) => {
      await nameToShow(accountId);
      const own = await Promise.all(identifiers.map((identifier) => standing(identifier, accountId)));
      if (own.includes(undefined)) throw invalid([{ pointer: '/certificates', code: 'not-an-option' }]);
      if ((await collections.openOf(accountId)).length >= mostCollections)
        throw new DomainError('conflict', 'too-many-collections', { params: { most: mostCollections } });
      const id = token(random, 24);
      const collection = {
        id,
        accountId,
        title,
        identifiers: [...new Set(identifiers)],
        createdAt: clock.now(),
      };
      await collections.add(collection);
      return collection;
    },

    end: async ({ accountId, id }) => {
      if (!(await collections.end(id, accountId, clock.now()))) throw notFound();
    },

    publicCollection: async (id) => {
      const collection = await collections.byId(id);
      if (!collection) return undefined;
      if (collection.endedAt) return { state: 'ended' };
      const { accountId, title, identifiers } = collection;
      const name = await publicNameOf(accountId);
      if (!name) return undefined;
      const found = await Promise.all(identifiers.map((identifier) => standing(identifier, accountId)));
      return { state: 'open', title, name, certificates: found.flatMap((one) => (one ? [shown(one)] : [])) };
    },

    personalData: createPersonalData({ profiles, collections }),
  };
};
