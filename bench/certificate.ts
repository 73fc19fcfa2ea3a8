import { createPublicKey } from 'node:crypto';
import sampleKey from '../keys.example/issuer-key.json' with { type: 'json' };
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

/** The shape of the certificates issued here (src/issuer/compose-credential.ts): four blank nodes, 1.7 kB. */
export const certificate = (number: number): JsonObject => ({
  '@context': [
    'https://www.w3.org/ns/credentials/v2',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  ],
  id: `https://certificates.example/v/JC-${String(number).padStart(9, '0')}`,
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  name: 'Protection des données personnelles au travail',
  issuer: {
    id: issuer,
    type: ['Profile'],
    name: 'JINFO Certification',
    url: 'https://certificates.example',
    email: 'certificates@certificates.example',
  },
  validFrom: '2026-03-01T10:00:00Z',
  credentialSubject: {
    type: ['AchievementSubject'],
    name: `Zoé Šťastná-Παπαδοπούλου ${number}`,
    identifier: [
      {
        type: 'IdentityObject',
        identityHash: `Zoé Šťastná-Παπαδοπούλου ${number}`,
        identityType: 'name',
        hashed: false,
      },
    ],
    achievement: {
      id: 'https://certificates.example/achievements/personal-data/3',
      type: ['Achievement'],
      achievementType: 'Certificate',
      name: 'Protection des données personnelles au travail',
      description: 'Connaît les principes du RGPD et les applique à son poste de travail.',
      inLanguage: 'fr',
      criteria: { narrative: 'Avoir suivi toutes les pages et réussi le test final avec 80 % ou plus.' },
    },
  },
  evidence: [{ type: ['Evidence'], narrative: 'Test final surveillé par personne, noté par le serveur.' }],
  credentialStatus: {
    id: `https://certificates.example/status/revocation-1#${number % 131_072}`,
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: String(number % 131_072),
    statusListCredential: 'https://certificates.example/status/revocation-1',
  },
});
