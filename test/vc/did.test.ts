import { expect } from 'chai';
import { didDocument, didKeyOf, didWebOf, didWebUrl, resolveDid } from '../../src/vc/index.ts';
import { issuer, key, keyOf } from './sample.ts';

const did = 'did:web:certificates.example';
const publicKeyMultibase = key.publicKeyMultibase;

describe('did:web', () => {
  const pairs = [
    [
      'https://certificates.example',
      'did:web:certificates.example',
      'https://certificates.example/.well-known/did.json',
    ],
    [
      'https://certificates.example/',
      'did:web:certificates.example',
      'https://certificates.example/.well-known/did.json',
    ],
    ['https://localhost:3000', 'did:web:localhost%3A3000', 'https://localhost:3000/.well-known/did.json'],
    [
      'https://a.example/schools/paris',
      'did:web:a.example:schools:paris',
      'https://a.example/schools/paris/did.json',
    ],
  ] as const;
  for (const [base, expected, url] of pairs) {
    it(`names ${base} and finds its document`, () => {
      expect(didWebOf(base)).to.equal(expected);
      expect(didWebUrl(expected)).to.equal(url);
    });
  }

  it('gives no address for DIDs that lead elsewhere than they say', () => {
    const hostile = [
      'did:web:',
      'did:web:a.example:..:..:admin',
      'did:web:a.example:%2e%2e:admin',
      'did:web:a.example:x%2Fy',
      'did:web:a.example%2Fevil.example',
      'did:web:user%40a.example',
      'did:web:a.example%3A80%3A80',
      'did:web:a.example/path',
      'did:web:a.example?x=1',
      'did:web:a.example#key',
      `did:web:${'a'.repeat(3000)}`,
      'did:key:z6Mk',
    ];
    for (const text of hostile) expect(didWebUrl(text), text).to.equal(undefined);
  });

  it('resolves through the given fetcher, at the one right address', async () => {
    const document = didDocument({ did, keys: [{ publicKeyMultibase, state: 'active' }] });
    const asked: string[] = [];
    const fetchDocument = async (url: string) => {
      asked.push(url);
      return document;
    };
    expect(await resolveDid(did, { fetchDocument })).to.deep.equal({ outcome: 'resolved', document });
    expect(asked).to.deep.equal(['https://certificates.example/.well-known/did.json']);
  });

  it('tells apart why a DID does not resolve, and never rejects', async () => {
    const reason = async (text: string, answer: () => Promise<unknown>) => {
      const resolution = await resolveDid(text, { fetchDocument: answer });
      return resolution.outcome === 'unresolved' ? resolution.reason : resolution.outcome;
    };
    const nothing = async () => undefined;
    expect(await reason(did, nothing)).to.equal('did-not-found');
    expect(await reason(did, () => Promise.reject(new Error('socket')))).to.equal('did-not-found');
    expect(await reason(did, async () => 'text')).to.equal('did-document-invalid');
    expect(await reason(did, async () => ({ id: 'did:web:other.example' }))).to.equal('did-document-invalid');
    expect(await reason('did:web:a.example:..', nothing)).to.equal('invalid-did');
    expect(await reason('did:ion:abc', nothing)).to.equal('did-method-not-supported');
    expect(await reason('https://a.example', nothing)).to.equal('invalid-did');
    expect(await reason('did:key:z6Mk!', nothing)).to.equal('invalid-did');
    expect(await reason('did:key:zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76', nothing)).to.equal(
      'did-method-not-supported',
    );
  });
});

describe('did:key', () => {
  it('resolves to its only key, for assertion and authentication, without asking anybody', async () => {
    const resolution = await resolveDid(issuer);
    if (resolution.outcome !== 'resolved') throw new Error(resolution.reason);
    const id = `${issuer}#${publicKeyMultibase}`;
    expect(issuer).to.equal(didKeyOf(publicKeyMultibase));
    expect(resolution.document).to.deep.include({ id: issuer, assertionMethod: [id], authentication: [id] });
    expect(resolution.document.verificationMethod).to.deep.equal([
      { id, type: 'Multikey', controller: issuer, publicKeyMultibase },
    ]);
  });
});

describe('a DID document', () => {
  it('keeps a retired key for what it signed, but not for signing in', () => {
    const retired = keyOf('old').publicKeyMultibase;
    const document = didDocument({
      did,
      keys: [
        { publicKeyMultibase, state: 'active' },
        { publicKeyMultibase: retired, state: 'verify-only', retiredAt: new Date('2026-11-25T10:00:00Z') },
      ],
      alsoKnownAs: [issuer],
    });
    expect(document.assertionMethod).to.deep.equal([`${did}#${publicKeyMultibase}`, `${did}#${retired}`]);
    expect(document.authentication).to.deep.equal([`${did}#${publicKeyMultibase}`]);
    expect(document.alsoKnownAs).to.deep.equal([issuer]);
    expect(document.verificationMethod[1]?.expires).to.equal('2026-11-25T10:00:00.000Z');
    expect(document.verificationMethod[0]).not.to.have.any.keys('expires', 'revoked');
  });
});
