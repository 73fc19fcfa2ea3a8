import type { Erasure, PersonalDataProvider } from '../platform/personal-data.ts';
import type { ClaimStore } from './claim-store.ts';
import type { NonceStore } from './openid/nonce-store.ts';
import type { RequestStore } from './presenting/request-store.ts';

const category = { en: 'Certificates taken into wallets', fr: 'Certificats placés dans un portefeuille' };

const erased = (records: number): Erasure[] =>
  records === 0 ? [] : [{ category, outcome: 'erased', records }];

type Stores = { claims: ClaimStore; nonces: NonceStore; requests: RequestStore };

export const createPersonalData = ({ claims, nonces, requests }: Stores): PersonalDataProvider => ({
  module: 'wallets',
  describe: () => [
    {
      category,
      purpose: {
        en: 'Hand a certificate to its holder’s wallet once per link, and show the holder when that happened.',
        fr: 'Remettre un certificat au portefeuille de son titulaire, une seule fois par lien, et montrer au titulaire quand cela a eu lieu.',
      },
      basis: 'contract',
      keptFor: {
        en: 'Until the account is erased: when, by which protocol, and a fingerprint of the wallet’s key. A link itself: 15 minutes.',
        fr: 'Jusqu’à l’effacement du compte : quand, par quel protocole, et une empreinte de la clé du portefeuille. Le lien lui-même : 15 minutes.',
      },
      recipients: { en: 'Nobody.', fr: 'Personne.' },
    },
    {
      category: {
        en: 'Certificates presented from wallets',
        fr: 'Certificats présentés depuis un portefeuille',
      },
      purpose: {
        en: 'Show whoever asked a holder to present a certificate what came of it: the verdict and the certificate’s number. What the wallet sent is verified in memory and not kept.',
        fr: 'Montrer à la personne qui a demandé la présentation d’un certificat ce qu’il en est : le verdict et le numéro du certificat. Ce que le portefeuille a envoyé est vérifié en mémoire et n’est pas conservé.',
      },
      basis: 'legitimate-interest',
      keptFor: {
        en: 'Ten minutes, removed within the hour after.',
        fr: 'Dix minutes, supprimé dans l’heure qui suit.',
      },
      recipients: { en: 'Whoever asked.', fr: 'La personne qui l’a demandée.' },
    },
  ],
  export: async (subject) => ({ walletClaims: await claims.claimsOf(subject) }),
  planErasure: async (subject) => erased((await claims.claimsOf(subject)).length),
  erase: async (subject) => erased(await claims.forget(subject)),
  expire: async (now) => [
    { category: 'Claim links', removed: await claims.expire(now) },
    { category: 'Challenges for wallets', removed: await nonces.expire(now) },
    { category: 'Requests for presentations', removed: await requests.expire(now) },
  ],
});
