import { expect } from 'chai';
import { checkShape, type JsonObject } from '../../src/vc/index.ts';
import { isDateTimeStamp, isUrl } from '../../src/vc/shape-rules.ts';
import { badge, issuer, sign } from './sample.ts';

const v2 = 'https://www.w3.org/ns/credentials/v2';
const someDigest = 'sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=';
const faults = (document: JsonObject): string[] =>
  checkShape(document).map(({ pointer, code }) => `${pointer} ${code}`);
const with_ = (changes: JsonObject): string[] => faults(badge(changes));
const old = (changes: JsonObject = {}): JsonObject => ({
  '@context': ['https://www.w3.org/2018/credentials/v1'],
  type: ['VerifiableCredential'],
  issuer,
  issuanceDate: '2026-03-01T10:00:00Z',
  credentialSubject: { id: 'did:example:holder' },
  ...changes,
});

describe('checkShape', () => {
  it('finds nothing in a right credential, signed or not, of either version', async () => {
    expect(faults(badge())).to.deep.equal([]);
    expect(faults(await sign())).to.deep.equal([]);
    expect(faults(old())).to.deep.equal([]);
  });

  it('names every missing part of an empty document', () => {
    expect(faults({})).to.deep.equal([
      '/@context missing',
      '/type missing',
      '/issuer missing',
      '/credentialSubject missing',
    ]);
    expect(faults({ '@context': ['https://www.w3.org/2018/credentials/v1'] })).to.include(
      '/issuanceDate missing',
    );
  });

  const cases: [string, JsonObject, string[]][] = [
    ['a context that is no list', { '@context': v2 }, ['/@context not-a-list']],
    ['an empty context', { '@context': [] }, ['/@context/0 not-the-credentials-context']],
    [
      'contexts in wrong order',
      { '@context': ['https://a.example/c', v2] },
      ['/@context/0 not-the-credentials-context'],
    ],
    [
      'contexts that are no URL',
      { '@context': [v2, 'badges', 7, null] },
      ['/@context/1 not-a-url', '/@context/2 not-a-url', '/@context/3 not-a-url'],
    ],
    ['an object as further context', { '@context': [v2, { x: 'urn:x' }] }, []],
    ['an id of null', { id: null }, ['/id not-a-url']],
    ['several ids', { id: ['urn:x:1', 'urn:x:2'] }, ['/id not-a-url']],
    ['a relative id', { id: 'certificate-7' }, ['/id not-a-url']],
    ['an id with a space', { id: 'urn:x:a b' }, ['/id not-a-url']],
    ['no types', { type: [] }, ['/type empty']],
    ['another type only', { type: 'OpenBadgeCredential' }, ['/type not-a-credential-type']],
    ['a type that is no text', { type: ['VerifiableCredential', 7] }, ['/type/1 not-text']],
    ['one type as text', { type: 'VerifiableCredential' }, []],
    ['an issuer of null', { issuer: null }, ['/issuer not-a-url']],
    ['an issuer without id', { issuer: { name: 'x' } }, ['/issuer/id missing']],
    ['an issuer with id of null', { issuer: { id: null } }, ['/issuer/id not-a-url']],
    ['several issuers', { issuer: [issuer] }, ['/issuer not-a-url']],
    [
      'an issuer name with more than language',
      { issuer: { id: issuer, name: { '@value': 'x', '@language': 'fr', extra: 'y' } } },
      ['/issuer/name not-language-text'],
    ],
    ['an empty subject', { credentialSubject: {} }, ['/credentialSubject empty']],
    ['no subjects', { credentialSubject: [] }, ['/credentialSubject empty']],
    [
      'one empty subject of two',
      { credentialSubject: [{ id: 'did:example:a' }, {}] },
      ['/credentialSubject/1 empty'],
    ],
    ['a subject that is text', { credentialSubject: 'did:example:a' }, ['/credentialSubject not-an-object']],
    [
      'a subject whose id is no URL',
      { credentialSubject: { id: 'me' } },
      ['/credentialSubject/id not-a-url'],
    ],
    [
      'a language text',
      { name: [{ '@value': 'Titre', '@language': 'fr', '@direction': 'ltr' }, 'Title'] },
      [],
    ],
    ['a language text with a number', { description: { '@value': 7 } }, ['/description not-language-text']],
    ['dates in wrong order', { validUntil: '2026-03-01T11:00:00+02:00' }, ['/validUntil before-valid-from']],
    ['a date without zone', { validFrom: '2026-03-01T10:00:00' }, ['/validFrom not-a-date-time']],
    ['a status without type', { credentialStatus: { id: 'urn:x:1' } }, ['/credentialStatus/type missing']],
    [
      'a status id that is no URL',
      { credentialStatus: { id: 'x', type: 'Other' } },
      ['/credentialStatus/id not-a-url'],
    ],
    [
      'a bitstring entry with a number as index',
      {
        credentialStatus: [
          {
            type: 'BitstringStatusListEntry',
            statusPurpose: 'revocation',
            statusListIndex: 7,
            statusListCredential: 'x',
          },
        ],
      },
      [
        '/credentialStatus/0/statusListIndex not-an-index',
        '/credentialStatus/0/statusListCredential not-a-url',
      ],
    ],
    ['terms of use without type', { termsOfUse: { id: 'urn:x:1' } }, ['/termsOfUse/type missing']],
    ['evidence without type', { evidence: [{ id: 'urn:x:1' }] }, ['/evidence/0/type missing']],
    [
      'a refresh service without type',
      { refreshService: { id: 'urn:x:1' } },
      ['/refreshService/type missing'],
    ],
    ['a schema without id', { credentialSchema: { type: 'JsonSchema' } }, ['/credentialSchema/id missing']],
    [
      'a schema whose id is no URL',
      { credentialSchema: { id: 'x', type: 'JsonSchema' } },
      ['/credentialSchema/id not-a-url'],
    ],
    [
      'a related resource without digest',
      { relatedResource: [{ id: 'urn:x:1' }] },
      ['/relatedResource/0 digest-missing'],
    ],
    [
      'a related resource twice',
      {
        relatedResource: [
          { id: 'urn:x:1', digestSRI: someDigest },
          { id: 'urn:x:1', digestSRI: someDigest },
        ],
      },
      ['/relatedResource/1/id repeated'],
    ],
    ['a related resource as text', { relatedResource: ['urn:x:1'] }, ['/relatedResource/0 not-an-object']],
    ['a proof without type', { proof: { proofValue: 'z' } }, ['/proof/type missing']],
    ['an empty list of proofs', { proof: [] }, ['/proof empty']],
  ];
  for (const [title, changes, expected] of cases) {
    it(`${expected.length > 0 ? 'finds' : 'accepts'} ${title}`, () => {
      expect(with_(changes)).to.deep.equal(expected);
    });
  }

  it('asks for the dates of version 1.1 under their old names', () => {
    expect(faults(old({ issuanceDate: '2026-03-01' }))).to.deep.equal(['/issuanceDate not-a-date-time']);
    expect(faults(old({ expirationDate: 7 }))).to.deep.equal(['/expirationDate not-a-date-time']);
  });
});

describe('a URL', () => {
  const hosts = [
    'a',
    'a.b',
    'a..b',
    '.a',
    'a.',
    '1.2.3.4',
    '256.1.1.1',
    'a.0x1',
    'xn--a',
    'a:80',
    'a:99999',
    'é',
  ];
  const rests = ['', '/', '/x y', '?', '#', '/[', '/%zz', '\\', '/\u007f', '@b', '@[', ' '];
  const roots = [
    'https://',
    'http://',
    'HTTPS://',
    'https:',
    'ftp://',
    'did://',
    'did:',
    'urn://',
    'urn:',
    '',
  ];

  it('is what the URL standard can parse, without white space', () => {
    for (const root of roots)
      for (const host of hosts)
        for (const rest of rests) {
          const text = `${root}${host}${rest}`;
          expect(isUrl(text), text).to.equal(URL.canParse(text) && !/\s/.test(text));
        }
  });
});

describe('a dateTimeStamp', () => {
  it('has an existing day and a time zone', () => {
    const right = [
      '2026-03-01T10:00:00Z',
      '2024-02-29T23:59:59.123456+14:00',
      '0001-01-01T24:00:00-05:30',
      '2000-02-29T00:00:00Z',
    ];
    for (const text of right) expect(isDateTimeStamp(text), text).to.equal(true);
    const wrong = [
      '2026-02-29T00:00:00Z',
      '1900-02-29T00:00:00Z',
      '2026-04-31T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-03-01t10:00:00z',
      '2026-03-01T24:00:01Z',
      '2026-03-01T10:00:00+15:00',
      '2026-03-01',
      'x2026-03-01T10:00:00Z',
      '2026-03-01T10:00:00Z\n',
      7,
      null,
    ];
    for (const text of wrong) expect(isDateTimeStamp(text), String(text)).to.equal(false);
  });
});
