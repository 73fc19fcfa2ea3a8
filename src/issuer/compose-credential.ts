import type { JsonObject } from '../vc/index.ts';
import { achievementUrl } from './achievement.ts';
import type { ReservedCertificate } from './certificate.ts';
import type { Claims } from './describe-achievement.ts';
import type { PublishedEntry } from './status-entry.ts';

export const credentialContexts = [
  'https://www.w3.org/ns/credentials/v2',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
] as const;

export const credentialTypes = ['VerifiableCredential', 'OpenBadgeCredential'] as const;

/** The operator as every credential shows it. */
export type Issuer = {
  did: string;
  name: string;
  url: string;
  email: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  address: string;
  /** Who signs for the operator. */
  official: string;
  /** In the language of the credential. */
  description: string;
};

/** Second precision, as `dateTimeStamp` values are usually written (XML Schema 1.1, 3.4.28). */
const dateTime = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** The day as people here count it, `2026-11-23`: the one that the sheet prints. */
const paris = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris', dateStyle: 'short' });

/** Open Badges 3.0, B.16 Profile. */
export const issuerProfile = ({ did, ...issuer }: Issuer): JsonObject => ({
  id: did,
  type: ['Profile'],
  name: issuer.name,
  url: issuer.url,
  email: issuer.email,
  description: issuer.description,
  image: { id: `${issuer.url}/mark.svg`, type: 'Image', caption: issuer.name },
  official: issuer.official,
  address: {
    type: ['Address'],
    addressCountryCode: issuer.country,
    streetAddress: issuer.address,
  },
});

/** A reservation of a version that kept no claims: what its words say. */
const claimsOf = (certificate: ReservedCertificate, baseUrl: string): Claims =>
  certificate.claims ?? {
    achievement: {
      id: achievementUrl(baseUrl, certificate.courseId, certificate.courseVersion),
      type: ['Achievement'],
      achievementType: 'Certificate',
      name: certificate.wording.name,
      description: certificate.wording.description,
      inLanguage: certificate.language,
      criteria: { narrative: certificate.wording.criteria },
    },
    evidence: [{ type: ['Evidence'], narrative: certificate.wording.assessment }],
  };

/**
 * The name as people read it, and in the form that Open Badges 3.0 (B.8 IdentityObject) gives to it. No result of
 * its own: that is the holder's to show (`show-result.ts`).
 */
const subjectOf = (certificate: ReservedCertificate, { achievement, result }: Claims): JsonObject => ({
  type: ['AchievementSubject'],
  name: certificate.holderName,
  identifier: [
    { type: 'IdentityObject', identityHash: certificate.holderName, identityType: 'name', hashed: false },
  ],
  activityEndDate: paris.format(certificate.awardedAt),
  ...(achievement.creditsAvailable === undefined ? {} : { creditsEarned: achievement.creditsAvailable }),
  achievement,
  ...(result ? { result } : {}),
});

/** A BitstringStatusListEntry (Bitstring Status List 1.0, 2.1). */
export const statusOf = ({ purpose, index, listUrl }: PublishedEntry): JsonObject => ({
  id: `${listUrl}#${index}`,
  type: 'BitstringStatusListEntry',
  statusPurpose: purpose,
  statusListIndex: String(index),
  statusListCredential: listUrl,
});

/**
 * The unsigned OpenBadgeCredential (Open Badges 3.0) on VCDM 2.0. Everything that the sheet prints stands here: holder,
 * achievement, date, how it was assessed (as evidence), identifier (in `id`). Pure: the same input is the same document.
 */
export const composeCredential = (input: {
  certificate: ReservedCertificate;
  issuer: Issuer;
  status: readonly PublishedEntry[];
}): JsonObject => {
  const { certificate, issuer } = input;
  const claims = claimsOf(certificate, issuer.url);
  return {
    '@context': credentialContexts,
    id: `${issuer.url}/v/${certificate.identifier}`,
    type: credentialTypes,
    name: certificate.wording.name,
    issuer: issuerProfile(issuer),
    validFrom: dateTime(certificate.awardedAt),
    ...(certificate.validUntil ? { validUntil: dateTime(certificate.validUntil) } : {}),
    credentialSubject: subjectOf(certificate, claims),
    evidence: claims.evidence,
    credentialStatus: input.status.map(statusOf),
  };
};
