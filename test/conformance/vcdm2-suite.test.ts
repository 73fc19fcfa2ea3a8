import { expect } from 'chai';
import request from 'supertest';
import { type JsonObject, secure } from '../../src/vc/index.ts';
import { challenge, domain, present } from '../vc/presentation-sample.ts';
import { badge, created, documentLoader, issuer, key, verificationMethod } from '../vc/sample.ts';
import { accepted, judgedOverHttp, minimal, proofOver, suiteApp, suiteIssuer } from './suite-client.ts';

/**
 * The assertions of the W3C suite for VC Data Model 2.0, by its chapters, through `POST /credentials/verify` with a
 * signature that holds, and for issuing through `secure`.
 */
const v2 = 'https://www.w3.org/ns/credentials/v2';
const status = {
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: '1',
  statusListCredential: 'https://x.example/1',
};
const schema = { id: 'https://x.example/schema.json', type: 'JsonSchema' };
const text = { '@value': 'Titre', '@language': 'fr', '@direction': 'ltr' };
const historicalSri = 'sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg';
const currentSri = 'sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=';
const historicalMultibase = 'uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k';
const wrongSri = 'sha384-S57yQDg1MTzF56Oi9DbSQ14u7jBy0RDdx0YbeV7shwhCS88G8SCXeFq82PafhCrW';
const wrongMultibase = 'uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0';

type Chapter = { accepts: [string, JsonObject][]; refuses: [string, JsonObject][] };
const chapters: Record<string, Chapter> = {
  '1.3 Conformance': {
    accepts: [['the required properties alone', {}]],
    refuses: [
      ['no credential subject', { credentialSubject: undefined as never }],
      ['no issuer', { issuer: undefined as never }],
    ],
  },
  '4.3 Contexts': {
    accepts: [
      [
        'further contexts behind the first',
        { '@context': [v2, 'https://w3id.org/security/data-integrity/v2'] },
      ],
    ],
    refuses: [
      ['no context', { '@context': undefined as never }],
      ['a context that is no list', { '@context': v2 }],
      ['another first context', { '@context': ['https://w3id.org/security/data-integrity/v2', v2] }],
      ['a context that is no URL', { '@context': [v2, 'context'] }],
      ['a context that is a number', { '@context': [v2, 7] }],
    ],
  },
  '4.4 Identifiers': {
    accepts: [
      ['an id that is a URL', { id: 'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33' }],
      ['a DID', { id: 'did:example:x' }],
    ],
    refuses: [
      ['an id of null', { id: null }],
      ['several ids', { id: ['urn:x:1', 'urn:x:2'] }],
      ['an id that is no URL', { id: 'not a url' }],
      ['a subject whose id is no URL', { credentialSubject: { id: 'not-a-url', name: 'x' } }],
      ['a subject with several ids', { credentialSubject: { id: ['urn:x:1', 'urn:x:2'], name: 'x' } }],
      ['a subject with an id of null', { credentialSubject: { id: null, name: 'x' } }],
      ['a status whose id is no URL', { credentialStatus: { ...status, id: 'x' } }],
    ],
  },
  '4.5 Types': {
    accepts: [
      [
        'a type that the contexts map',
        { '@context': badge()['@context'], type: ['VerifiableCredential', 'OpenBadgeCredential'] },
      ],
      ['a type that is a URL', { type: ['VerifiableCredential', 'https://x.example/Type'] }],
    ],
    refuses: [
      ['no type', { type: undefined as never }],
      ['another type only', { type: ['https://x.example/Type'] }],
      ['a type that nothing maps', { type: ['VerifiableCredential', 'UnmappedType'] }],
      ['a status without type', { credentialStatus: { id: 'urn:x:1' } }],
      ['terms of use without type', { termsOfUse: [{ id: 'urn:x:1' }] }],
      ['evidence without type', { evidence: { id: 'urn:x:1' } }],
    ],
  },
  '4.6 Names and descriptions': {
    accepts: [
      ['texts', { name: 'Title', description: 'What it is' }],
      ['language objects', { name: text, description: [text, { '@value': 'Title', '@language': 'en' }] }],
      ['an issuer with both', { issuer: { id: suiteIssuer, name: text, description: 'x' } }],
    ],
    refuses: [
      ['a language object with more in it', { name: { ...text, url: 'https://x.example/' } }],
      ['a description that is a number', { description: 7 }],
      ['an issuer whose name has more in it', { issuer: { id: suiteIssuer, name: { ...text, x: 'y' } } }],
      [
        'an issuer whose description has more in it',
        { issuer: { id: suiteIssuer, description: { ...text, x: 'y' } } },
      ],
    ],
  },
  '4.7 Issuer': {
    accepts: [['an object with id', { issuer: { id: suiteIssuer } }]],
    refuses: [
      ['null', { issuer: null }],
      ['no URL', { issuer: 'not-a-url' }],
      ['an object with an id of null', { issuer: { id: null } }],
      ['an object without id', { issuer: { name: 'x' } }],
      ['an object whose id is no URL', { issuer: { id: 'not-a-url' } }],
      ['a list', { issuer: [suiteIssuer] }],
    ],
  },
  '4.8 Credential subject': {
    accepts: [['several subjects', { credentialSubject: [{ id: 'did:example:a' }, { name: 'B' }] }]],
    refuses: [
      ['an empty object', { credentialSubject: {} }],
      ['an empty list', { credentialSubject: [] }],
      ['one empty of many', { credentialSubject: [{ id: 'did:example:a' }, {}] }],
      ['a text', { credentialSubject: 'did:example:a' }],
    ],
  },
  '4.9 Validity period': {
    accepts: [
      ['milliseconds', { validFrom: '2020-01-01T00:00:00.123Z' }],
      ['an offset', { validFrom: '2020-01-01T00:00:00+05:30', validUntil: '2030-01-01T00:00:00-08:00' }],
    ],
    refuses: [
      ['no time zone', { validFrom: '2020-01-01T00:00:00' }],
      ['no time', { validUntil: '2030-01-01' }],
      ['no text', { validFrom: 1577836800 }],
      [
        'an end before the beginning',
        { validFrom: '2025-01-01T00:00:00Z', validUntil: '2024-01-01T00:00:00Z' },
      ],
    ],
  },
  '4.11 Data schemas': {
    accepts: [
      ['one', { credentialSchema: schema }],
      ['several', { credentialSchema: [schema, schema] }],
    ],
    refuses: [
      ['one without type', { credentialSchema: { id: schema.id } }],
      ['one without id', { credentialSchema: { type: schema.type } }],
      ['one whose id is no URL', { credentialSchema: { ...schema, id: 'x' } }],
    ],
  },
  '5.2 A protected term redefined': {
    accepts: [],
    refuses: [
      ['a type', { '@context': [v2, { VerifiableCredential: 'https://x.example/#VC' }] }],
      ['a property', { '@context': [v2, { name: 'https://x.example/#name' }], name: 'x' }],
    ],
  },
  '5.3 Related resources': {
    accepts: [
      ['the digest of the published context', { relatedResource: { id: v2, digestSRI: currentSri } }],
      [
        'the SRI of an earlier published version',
        { relatedResource: [{ id: v2, mediaType: 'application/ld+json', digestSRI: historicalSri }] },
      ],
      [
        'the multibase digest of an earlier published version',
        { relatedResource: { id: v2, digestMultibase: historicalMultibase } },
      ],
      [
        'a resource that nobody here has',
        { relatedResource: { id: 'https://x.example/picture', digestSRI: wrongSri } },
      ],
    ],
    refuses: [
      ['a text', { relatedResource: [v2] }],
      ['one without id', { relatedResource: [{ digestMultibase: historicalMultibase }] }],
      [
        'one id twice',
        {
          relatedResource: [
            { id: v2, digestSRI: historicalSri },
            { id: v2, digestMultibase: historicalMultibase },
          ],
        },
      ],
      ['no digest', { relatedResource: [{ id: v2 }] }],
      ['a wrong multibase digest', { relatedResource: [{ id: v2, digestMultibase: wrongMultibase }] }],
      ['a wrong SRI', { relatedResource: [{ id: v2, digestSRI: wrongSri }] }],
      [
        'an SRI that is none',
        { relatedResource: [{ id: v2, digestSRI: 'sha384-_rCVIV7fSXXTNIvpiq26jRDyj8JG8TDjij' }] },
      ],
      [
        'one right digest beside a wrong one',
        { relatedResource: [{ id: v2, digestSRI: currentSri, digestMultibase: wrongMultibase }] },
      ],
    ],
  },
  '5.4 Refreshing': {
    accepts: [],
    refuses: [['a refresh service without type', { refreshService: { id: 'https://x.example/refresh' } }]],
  },
};

describe('W3C vc-data-model-2.0-test-suite', () => {
  for (const [chapter, { accepts, refuses }] of Object.entries(chapters)) {
    describe(chapter, () => {
      for (const [title, changes] of accepts) {
        it(`the verifier accepts ${title}`, async () => {
          expect(await judgedOverHttp(minimal(changes))).to.deep.equal(accepted);
        });
      }
      for (const [title, changes] of refuses) {
        it(`verifier and issuer refuse ${title}`, async () => {
          const credential = minimal(changes);
          const answer = await judgedOverHttp(credential);
          expect(answer.verified).to.equal(false);
          expect(answer.status).to.equal(422);
          const own = credential.issuer === suiteIssuer ? { ...credential, issuer } : credential;
          const options = { key, verificationMethod, issuer, created, documentLoader } as const;
          const error = await secure(own, { ...options, proofs: ['eddsa-rdfc-2022'] }).catch(
            (reason) => reason,
          );
          expect(error).to.have.property('kind', 'invalid');
        });
      }
    });
  }

  it('4.11: says of a data schema that it could not be checked, and lets the rest stand', async () => {
    const signed = minimal({ credentialSchema: schema });
    const verifiableCredential = { ...signed, proof: await proofOver(signed) };
    const { body } = await request(suiteApp).post('/credentials/verify').send({ verifiableCredential });
    expect(body.checks[0]).to.include({ outcome: 'passed', reason: 'schema-not-checked' });
  });

  describe('4.13 Verifiable presentations', () => {
    const judged = async (changes: JsonObject, tamper: JsonObject = {}) => {
      const verifiablePresentation = {
        ...(await present({ suite: 'eddsa-jcs-2022', presentation: changes })),
        ...tamper,
      };
      const options = { challenge, domain, checks: ['proof'] };
      const answer = await request(suiteApp)
        .post('/presentations/verify')
        .send({ verifiablePresentation, options });
      return [answer.status, answer.body.verified];
    };
    const credential = async () => ({ ...minimal(), proof: await proofOver(minimal()) });

    it('accepts one or several credentials, an id, and a holder as text or object', async () => {
      const one = await credential();
      const holder = { id: (await present()).holder as string };
      for (const changes of [
        { verifiableCredential: [one] },
        { verifiableCredential: [one, one] },
        { id: 'urn:x:1' },
        { holder },
      ])
        expect(await judged(changes)).to.deep.equal([200, true]);
    });

    it('refuses one without the type, with a holder that is no URL, with a text for a credential, or tampered with', async () => {
      expect(await judged({}, { type: [] })).to.deep.equal([422, false]);
      expect(await judged({}, { holder: 'not-a-url' })).to.deep.equal([422, false]);
      expect(await judged({}, { holder: { name: 'x' } })).to.deep.equal([422, false]);
      expect(await judged({}, { verifiableCredential: ['x'] })).to.deep.equal([422, false]);
      expect(await judged({}, { id: 'urn:x:tampered' })).to.deep.equal([422, false]);
      expect(
        await judged({ verifiableCredential: [{ '@context': v2, id: 'data:application/vc+jwt,a.b.c' }] }),
      ).to.deep.equal([422, false]);
    });
  });
});
