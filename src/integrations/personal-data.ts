import type { PersonalDataProvider, ProcessingRecord } from '../platform/personal-data.ts';
import { storesNone } from '../platform/personal-data.ts';
import type { IssuedCredentialStore } from './credentials/issued-credential-store.ts';
import type { AccessTokenStore } from './oauth/access-token-store.ts';

/** Trials are kept long enough for a release cycle, then forgotten with their handles. */
const testDays = 90;

const issuedForOthers: ProcessingRecord = {
  category: {
    en: 'Credentials issued for other organisations',
    fr: 'Attestations délivrées pour d’autres organismes',
  },
  purpose: {
    en: 'Let the organisation that had a credential issued withdraw or suspend it. We keep its reference, dates and status, not its content or its holder.',
    fr: 'Permettre à l’organisme qui a fait délivrer une attestation de la retirer ou de la suspendre. Nous en gardons la référence, les dates et le statut, non le contenu ni le titulaire.',
  },
  basis: 'legitimate-interest',
  keptFor: {
    en: 'As long as the credential can be verified; trials: 90 days.',
    fr: 'Tant que l’attestation est vérifiable ; essais : 90 jours.',
  },
  recipients: {
    en: 'The organisation that had the credential issued.',
    fr: 'L’organisme qui a fait délivrer l’attestation.',
  },
};

/** A reference says nothing about an account of ours, so nothing is found by one. */
export const createPersonalData = (deps: {
  tokens: Pick<AccessTokenStore, 'expire'>;
  credentials: Pick<IssuedCredentialStore, 'expireTests'>;
}): PersonalDataProvider => ({
  ...storesNone('integrations', 'Credentials issued for others are kept without their holder.'),
  describe: () => [issuedForOthers],
  expire: async (now) => {
    const before = new Date(now.getTime() - testDays * 86_400_000);
    return [
      { category: 'Access tokens', removed: await deps.tokens.expire(now) },
      { category: 'Trial credentials', removed: await deps.credentials.expireTests(before) },
    ];
  },
});
