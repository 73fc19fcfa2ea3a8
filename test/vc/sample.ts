import { createHash } from 'node:crypto';
import {
  createDocumentLoader,
  didKeyOf,
  generateKeyPair,
  importKey,
  type JsonObject,
  type ProofSuite,
  resolveDid,
  type SecuredCredential,
  secure,
  verificationMethodOf,
} from '../../src/vc/index.ts';

/** Repeatable bytes, for keys that are the same in every run. */
export const seeded = (seed: string) => ({
  bytes: (length: number) => createHash('sha512').update(seed).digest().subarray(0, length),
  below: () => 0,
});

export const created = new Date('2026-03-01T10:00:00Z');

export const keyOf = (seed: string) => importKey(generateKeyPair({ random: seeded(seed), created }));

export const key = keyOf('issuer');
export const issuer = didKeyOf(key.publicKeyMultibase);
export const verificationMethod = verificationMethodOf(issuer, key.publicKeyMultibase);
export const documentLoader = createDocumentLoader();
export const verifyOptions = { documentLoader, resolveDid };
export const bothProofs = ['eddsa-rdfc-2022', 'Ed25519Signature2020'] as const;

export const badge = (changes: JsonObject = {}): JsonObject => ({
  '@context': [
    'https://www.w3.org/ns/credentials/v2',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  ],
  id: 'urn:uuid:6f6d4ca1-6f3a-4a06-9a0e-4d7d2b8f7a01',
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  name: 'Protection des données au travail',
  issuer: { id: issuer, type: ['Profile'], name: 'JINFO Certification' },
  validFrom: '2026-03-01T10:00:00Z',
  validUntil: '2029-03-01T10:00:00Z',
  credentialSubject: {
    type: ['AchievementSubject'],
    name: 'Zoé Šťastná-Παπαδοπούλου',
    achievement: {
      id: 'urn:uuid:0b2f6b43-0a5c-4f0c-8a27-9f2f7ad3c7a2',
      type: ['Achievement'],
      achievementType: 'Certificate',
      name: 'Protecting personal data at work',
      description: 'Knows the principles and applies them.',
      criteria: { narrative: 'Passed the final test with 80 % or more.' },
    },
  },
  credentialStatus: {
    id: 'https://certificates.example/status/1#94567',
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: '94567',
    statusListCredential: 'https://certificates.example/status/1',
  },
  ...changes,
});

export const sign = (
  credential: JsonObject = badge(),
  proofs: readonly [ProofSuite, ...ProofSuite[]] = bothProofs,
): Promise<SecuredCredential> =>
  secure(credential, { key, verificationMethod, issuer, created, proofs, documentLoader });

export const proofsOf = (secured: JsonObject): JsonObject[] =>
  structuredClone([secured.proof].flat() as JsonObject[]);
