import { expect } from 'chai';
import type { ReservedCertificate } from '../../src/issuer/certificate.ts';
import { reserve } from '../../src/issuer/certificate.ts';
import { composeCredential } from '../../src/issuer/compose-credential.ts';
import { createOperator } from '../../src/issuer/operator.ts';
import { type Achievement, achievementOf } from '../../src/learning/achievement.ts';
import { readCourses } from '../../src/learning/course-content.ts';
import { readConfig } from '../../src/platform/config.ts';
import { type JsonObject, secure } from '../../src/vc/index.ts';
import { translations } from '../support/pages.ts';
import { bothProofs, documentLoader, key } from '../vc/sample.ts';

type Shape = Record<string, unknown>;
const baseUrl = 'https://certificates.example';

/** The members that Open Badges 3.0 (Appendix B, cardinality 1 or 1..*) requires of each type, and their types. */
const required: Record<string, Record<string, 'string' | 'object' | 'array' | 'number'>> = {
  OpenBadgeCredential: {
    '@context': 'array',
    id: 'string',
    type: 'array',
    name: 'string',
    issuer: 'object',
    validFrom: 'string',
    credentialSubject: 'object',
  },
  Profile: { id: 'string', type: 'array' },
  Image: { id: 'string', type: 'string' },
  Address: { type: 'array' },
  AchievementSubject: { type: 'array', achievement: 'object' },
  IdentityObject: {
    type: 'string',
    hashed: 'boolean' as never,
    identityHash: 'string',
    identityType: 'string',
  },
  Achievement: {
    id: 'string',
    type: 'array',
    criteria: 'object',
    description: 'string',
    name: 'string',
    achievementType: 'string',
    creditsAvailable: 'number',
    inLanguage: 'string',
    tag: 'array',
  },
  Alignment: { type: 'array', targetName: 'string', targetUrl: 'string' },
  ResultDescription: { id: 'string', type: 'array', name: 'string', resultType: 'string' },
  Evidence: { type: 'array', narrative: 'string' },
};

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);

/** Every object of the document that names its type, by that type. */
const typedParts = (value: unknown): { type: string; part: Shape }[] => {
  if (typeof value !== 'object' || value === null) return [];
  const part = value as Shape;
  const own = [part.type].flat().filter((type) => typeof type === 'string' && type in required);
  return [...own.map((type) => ({ type: type as string, part })), ...Object.values(part).flatMap(typedParts)];
};

describe('The credentials of the shipped courses', () => {
  let achievements: Achievement[];
  const config = readConfig({ NODE_ENV: 'test', BASE_URL: baseUrl });
  const operator = createOperator(config, translations);

  const reserved = (achievement: Achievement, language: 'en' | 'fr'): ReservedCertificate =>
    reserve({
      identifier: '0'.repeat(28),
      enrolmentId: 'e',
      award: {
        accountId: 'a',
        achievement,
        language,
        completedAt: new Date('2026-11-22T23:30:00Z'),
        result: { score: 0.93, passMark: 0.8 },
      },
      holderName: 'Zoé Šťastná',
      words: translations.words(language),
      baseUrl,
      now: new Date('2026-11-23T10:00:00Z'),
    });

  const composed = (achievement: Achievement, language: 'en' | 'fr', did = 'did:web:certificates.example') =>
    composeCredential({
      certificate: reserved(achievement, language),
      issuer: operator.issuer(did, language),
      status: [
        {
          purpose: 'revocation',
          list: 'revocation-1',
          index: 7,
          listUrl: `${baseUrl}/status/revocation-1`,
        },
      ],
    }) as Shape;

  before(async () => {
    achievements = (await readCourses('content/courses')).map(achievementOf);
  });

  for (const language of ['en', 'fr'] as const) {
    it(`have every member that Open Badges 3.0 requires, in ${language}`, () => {
      expect(achievements).to.have.length(3);
      for (const achievement of achievements) {
        const parts = typedParts(composed(achievement, language));
        expect(new Set(parts.map(({ type }) => type))).to.deep.equal(new Set(Object.keys(required)));
        for (const { type, part } of parts) {
          for (const [member, kind] of Object.entries(required[type] ?? {})) {
            expect(kindOf(part[member]), `${type}.${member}`).to.equal(kind);
          }
        }
      }
    });
  }

  it('say what the Recommendation on micro-credentials asks for, in the language of the holder', () => {
    for (const achievement of achievements) {
      const credential = composed(achievement, 'fr');
      const text = JSON.stringify(credential);
      const { microCredential: micro, outcomes } = achievement;
      if (!micro) throw new Error('no micro-credential');
      const issuer = credential.issuer as { address: Shape };
      expect(issuer.address.addressCountryCode).to.equal('FR');
      for (const said of [
        ...outcomes.map(({ fr }) => fr),
        micro.participation.fr,
        micro.supervision.fr,
        micro.qualityAssurance.fr,
        micro.prerequisites.fr,
        micro.stackability.fr,
        achievement.assessment.fr,
        `http://data.europa.eu/snb/eqf/${micro.eqfLevel}`,
        'Zoé Šťastná',
      ]) {
        expect(text, said).to.include(JSON.stringify(said).slice(1, -1));
      }
      const subject = credential.credentialSubject as { creditsEarned: number; activityEndDate: string };
      expect(subject.creditsEarned).to.equal(micro.ects);
      // Half past midnight in Paris.
      expect(subject.activityEndDate).to.equal('2026-11-23');
    }
  });

  it('keep the result to themselves until the holder shows it', () => {
    for (const achievement of achievements) {
      const subject = composed(achievement, 'en').credentialSubject as Shape;
      expect(subject.result).to.equal(undefined);
      expect((subject.achievement as { resultDescription: Shape[] }).resultDescription[0]).to.include({
        resultType: 'Percent',
        requiredValue: '80',
      });
    }
  });

  it('use no term that their contexts do not define', async () => {
    const did = 'did:web:certificates.example';
    for (const achievement of achievements) {
      const signed = await secure(composed(achievement, 'fr', did) as JsonObject, {
        key,
        issuer: did,
        verificationMethod: `${did}#key`,
        created: new Date('2026-11-23T10:00:00Z'),
        proofs: bothProofs,
        documentLoader,
      });
      expect(signed.proof).to.have.length(2);
    }
  });
});
