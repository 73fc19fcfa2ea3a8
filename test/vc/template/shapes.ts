import type { JsonObject } from '../../../src/vc/index.ts';
import { issuer } from '../sample.ts';
import { anyDate, type Chance, hostileIri, hostileText } from './hostile.ts';

const v2 = 'https://www.w3.org/ns/credentials/v2';
const badges = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';

type Values = { text(): string; iri(): string; date(): string };

/** Values as they usually are: they can be verified, and none is doubtful. */
export const ordinaryValues = (number: number): Values => {
  let count = 0;
  const next = (): string => {
    count += 1;
    return `${number}-${count}`;
  };
  return {
    text: () => `Zoé Šťastná ${next()}`,
    iri: () => `https://certificates.example/${next()}`,
    date: () => '2026-03-01T10:00:00Z',
  };
};

export const hostileValues = (chance: Chance): Values => ({
  text: () => hostileText(chance),
  iri: () => hostileIri(chance),
  date: () => anyDate(chance),
});

/** Documents of the kinds that are issued here: four blank nodes, none, lists, languages, several of one property. */
export const shapes: Readonly<Record<string, (values: Values) => JsonObject>> = {
  certificate: ({ text, iri, date }) => ({
    '@context': [v2, badges],
    id: iri(),
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: text(),
    issuer: { id: issuer, type: ['Profile'], name: text(), url: iri(), email: text() },
    validFrom: date(),
    credentialSubject: {
      type: ['AchievementSubject'],
      name: text(),
      identifier: [{ type: 'IdentityObject', identityHash: text(), identityType: 'name', hashed: false }],
      achievement: {
        id: iri(),
        type: ['Achievement'],
        achievementType: 'Certificate',
        name: text(),
        description: text(),
        inLanguage: text(),
        creditsAvailable: 3.5,
        criteria: { narrative: text() },
      },
    },
    evidence: [{ type: ['Evidence'], narrative: text() }],
    credentialStatus: {
      id: iri(),
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: '94567',
      statusListCredential: iri(),
    },
  }),

  'status list': ({ text, iri, date }) => ({
    '@context': [v2],
    id: iri(),
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer,
    validFrom: date(),
    credentialSubject: {
      id: iri(),
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: text(),
    },
  }),

  'twins, tags and languages': ({ text, iri, date }) => ({
    '@context': [v2, badges],
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: [
      { '@value': text(), '@language': 'fr' },
      { '@value': text(), '@language': 'ar', '@direction': 'rtl' },
    ],
    issuer: { id: issuer, type: ['Profile'] },
    validFrom: date(),
    credentialSubject: [
      {
        type: ['AchievementSubject'],
        achievement: {
          id: iri(),
          type: ['Achievement'],
          name: text(),
          description: text(),
          criteria: { narrative: text() },
          tag: [text(), text(), text()],
        },
        result: [
          { type: ['Result'], value: text() },
          { type: ['Result'], value: text() },
          { type: ['Result'], value: text() },
        ],
      },
    ],
  }),

  'data model 1.1': ({ iri, date }) => ({
    '@context': ['https://www.w3.org/2018/credentials/v1'],
    id: iri(),
    type: ['VerifiableCredential'],
    issuer,
    issuanceDate: date(),
    credentialSubject: { id: iri() },
  }),
};
