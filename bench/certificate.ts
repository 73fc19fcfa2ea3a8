import { createPublicKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import sampleKey from '../keys.example/issuer-key.json' with { type: 'json' };
import { type ReservedCertificate, reserve } from '../src/issuer/certificate.ts';
import { composeCredential } from '../src/issuer/compose-credential.ts';
import type { CertificateIdentifier } from '../src/issuer/identifier.ts';
import { achievementOf } from '../src/learning/achievement.ts';
import { readCourses } from '../src/learning/course-content.ts';
import { createTranslations } from '../src/platform/i18n.ts';
import {
  createDocumentLoader,
  didKeyOf,
  importKey,
  type JsonObject,
  type SecureOptions,
  verificationMethodOf,
} from '../src/vc/index.ts';

export const key = importKey(sampleKey);
export const publicKey = createPublicKey(key.privateKey);
export const issuer = didKeyOf(key.publicKeyMultibase);
export const documentLoader = createDocumentLoader();

/** One proof, as the goals are stated. */
export const options: SecureOptions = {
  key,
  issuer,
  verificationMethod: verificationMethodOf(issuer, key.publicKeyMultibase),
  created: new Date('2026-03-01T10:00:00Z'),
  proofs: ['eddsa-rdfc-2022'],
  documentLoader,
};

const baseUrl = 'https://certificates.example';
const words = createTranslations(new URL('../src/locales/', import.meta.url)).words('fr');
const [course] = await readCourses(fileURLToPath(new URL('../content/courses', import.meta.url)));
if (!course) throw new Error('no course is shipped');
const achievement = achievementOf(course);
const operator = {
  did: issuer,
  name: 'JINFO Certification',
  url: baseUrl,
  email: 'certificates@certificates.example',
  country: 'FR',
  address: '12 rue des Lilas, 75011 Paris',
  official: 'Camille Renard',
  description: words('achievement:issuer-description'),
};

const reserved = (number: number): ReservedCertificate =>
  reserve({
    identifier: String(number).padStart(28, '0') as CertificateIdentifier,
    enrolmentId: String(number),
    award: {
      accountId: 'account',
      achievement,
      language: 'fr',
      completedAt: new Date('2026-03-01T10:00:00Z'),
    },
    holderName: `Zoé Šťastná-Παπαδοπούλου ${number}`,
    words,
    baseUrl,
    now: new Date('2026-03-01T10:00:00Z'),
  });

const template = composeCredential({
  certificate: reserved(0),
  issuer: operator,
  status: (['revocation', 'suspension'] as const).map((purpose) => ({
    purpose,
    list: `${purpose}-1`,
    index: 0,
    listUrl: `${baseUrl}/status/${purpose}-1`,
  })),
});

const placeOn = (list: unknown, number: number): JsonObject => {
  const { statusListCredential } = list as JsonObject;
  const index = String(number % 131_072);
  return { ...(list as JsonObject), id: `${statusListCredential}#${index}`, statusListIndex: index };
};

/** A certificate as the product composes it, of a course that is shipped: another holder, number and place each. */
export const certificate = (number: number): JsonObject => {
  const subject = template.credentialSubject as JsonObject;
  const [identity] = subject.identifier as JsonObject[];
  const name = `Zoé Šťastná-Παπαδοπούλου ${number}`;
  return {
    ...template,
    id: `${baseUrl}/v/${String(number).padStart(28, '0')}`,
    credentialSubject: { ...subject, name, identifier: [{ ...identity, identityHash: name }] },
    credentialStatus: (template.credentialStatus as unknown[]).map((list) => placeOn(list, number)),
  };
};
