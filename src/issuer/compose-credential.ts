import type { JsonObject } from '../vc/index.ts';
import type { ReservedCertificate } from './certificate.ts';
import type { PublishedEntry } from './status-entry.ts';

const contexts = [
  'https://www.w3.org/ns/credentials/v2',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
] as const;

export type Issuer = { did: string; name: string; url: string; email: string };

/** Second precision, as `dateTimeStamp` values are usually written (XML Schema 1.1, 3.4.28). */
const dateTime = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

const issuerProfile = ({ did, name, url, email }: Issuer): JsonObject => ({
  id: did,
  type: ['Profile'],
  name,
  url,
  email,
});

/** The name as people read it, and in the form that Open Badges 3.0 (B.8 IdentityObject) gives to it. */
const subjectOf = (certificate: ReservedCertificate, baseUrl: string): JsonObject => ({
  type: ['AchievementSubject'],
  name: certificate.holderName,
  identifier: [
    { type: 'IdentityObject', identityHash: certificate.holderName, identityType: 'name', hashed: false },
  ],
  achievement: {
    id: `${baseUrl}/achievements/${certificate.courseId}/${certificate.courseVersion}`,
    type: ['Achievement'],
    achievementType: 'Certificate',
    name: certificate.wording.name,
    description: certificate.wording.description,
    inLanguage: certificate.language,
    criteria: { narrative: certificate.wording.criteria },
  },
});

/** A BitstringStatusListEntry (Bitstring Status List 1.0, 2.1). */
const statusOf = ({ purpose, index, listUrl }: PublishedEntry): JsonObject => ({
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
  return {
    '@context': contexts,
    id: `${issuer.url}/v/${certificate.identifier}`,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: certificate.wording.name,
    issuer: issuerProfile(issuer),
    validFrom: dateTime(certificate.awardedAt),
    credentialSubject: subjectOf(certificate, issuer.url),
    evidence: [{ type: ['Evidence'], narrative: certificate.wording.assessment }],
    credentialStatus: input.status.map(statusOf),
  };
};
