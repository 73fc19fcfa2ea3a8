import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { expect } from 'chai';
import {
  type DidResolution,
  didDocument,
  didKeyOf,
  didWebOf,
  type JsonObject,
  resolveDid,
  secure,
  type VerifyOptions,
  verificationMethodOf,
  verifyProofs,
} from '../../src/vc/index.ts';
import { signBytes } from '../../src/vc/keys.ts';
import {
  badge,
  bothProofs,
  created,
  documentLoader,
  issuer,
  key,
  keyOf,
  proofsOf,
  sign,
  verificationMethod,
  verifyOptions,
} from './sample.ts';

const reasons = async (document: unknown, options: Partial<VerifyOptions> = {}): Promise<string[]> => {
  const checks = await verifyProofs(document, { ...verifyOptions, ...options });
  return checks.map(({ outcome, reason }) => `${outcome}: ${reason}`);
};
const valid = 'passed: signature-valid';
const broken = 'failed: signature-invalid';

/** Every place in a document, deepest last. */
const placesIn = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, item]) => [[...path, name], ...placesIn(item, [...path, name])])
    : [];

const at = (
  document: JsonObject,
  path: readonly string[],
  change: (parent: Record<string, unknown>, last: string) => void,
) => {
  const copy = structuredClone(document) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((node, name) => node[name] as Record<string, unknown>, copy);
  change(parent, path.at(-1)!);
  return copy;
};

describe('verifyProofs', () => {
  let signed: JsonObject;
  before(async () => {
    signed = await sign();
  });

  it('passes what secure made, and says of each proof who made it, how and when', async () => {
    const claims = {
      outcome: 'passed',
      reason: 'signature-valid',
      verificationMethod,
      created: '2026-03-01T10:00:00Z',
      signer: issuer,
      role: 'issuer',
    };
    expect(await verifyProofs(signed, verifyOptions)).to.deep.equal(
      bothProofs.map((name) => ({ ...claims, cryptosuite: name })),
    );
    expect(await reasons(JSON.stringify(signed))).to.deep.equal([valid, valid]);
  });

  it('passes a credential whose members come in another order', async () => {
    const reordered = Object.fromEntries(Object.entries(signed).reverse());
    expect(await reasons(reordered)).to.deep.equal([valid, valid]);
  });

  describe('tampering', () => {
    const content = placesIn(badge()).filter(([first]) => first !== '@context');

    it('with any single value fails both proofs', async () => {
      for (const path of content) {
        const changed = at(signed, path, (parent, last) => {
          parent[last] = typeof parent[last] === 'string' ? `${parent[last]}x` : 'x';
        });
        expect((await reasons(changed)).includes(valid), path.join('/')).to.equal(false);
      }
    });

    it('by leaving out any single value fails both proofs', async () => {
      for (const path of content) {
        const changed = at(signed, path, (parent, last) => {
          if (Array.isArray(parent)) parent.splice(Number(last), 1);
          else delete parent[last];
        });
        expect((await reasons(changed)).includes(valid), path.join('/')).to.equal(false);
      }
    });

    it('by adding to any object fails both proofs', async () => {
      const objects = [[], ...content].map((path) => [...path, 'evidence']);
      for (const path of objects.filter((place) => !/\/(type|\d+)\//.test(`/${place.join('/')}`))) {
        const holder = path
          .slice(0, -1)
          .reduce((node, name) => (node as JsonObject)[name], signed as unknown);
        if (typeof holder !== 'object') continue;
        const changed = at(signed, path, (parent, last) => {
          parent[last] = { id: 'urn:x:added', type: 'Evidence' };
        });
        expect((await reasons(changed)).includes(valid), path.join('/')).to.equal(false);
      }
    });

    it('with any value of a proof fails that proof and leaves the other', async () => {
      for (const index of [0, 1]) {
        for (const name of Object.keys(proofsOf(signed)[index]!)) {
          const proofs = proofsOf(signed);
          const value = String(proofs[index]![name]);
          const other =
            name === 'created'
              ? '2026-03-01T10:00:01Z'
              : value.replace(/.$/, (end) => (end === 'x' ? 'y' : 'x'));
          proofs[index] = { ...proofs[index], [name]: other };
          const results = await reasons({ ...signed, proof: proofs });
          expect(results[index], name).not.to.equal(valid);
          expect(results[1 - index], name).to.equal(valid);
        }
      }
    });

    it('by leaving out any member of a proof fails that proof', async () => {
      for (const index of [0, 1]) {
        for (const name of Object.keys(proofsOf(signed)[index]!)) {
          const proofs = proofsOf(signed);
          const { [name]: _, ...rest } = proofs[index]!;
          proofs[index] = rest;
          expect((await reasons({ ...signed, proof: proofs }))[index], name).to.match(/^failed/);
        }
      }
    });
  });

  it('the proofs of another credential do not carry over', async () => {
    const other = await sign(badge({ name: 'Another' }));
    expect(await reasons({ ...signed, proof: other.proof })).to.deep.equal([broken, broken]);
  });

  it('proofs cannot lend each other their signature value', async () => {
    const [first, second] = proofsOf(signed) as [JsonObject, JsonObject];
    const swapped = [
      { ...first, proofValue: second.proofValue },
      { ...second, proofValue: first.proofValue },
    ];
    expect(await reasons({ ...signed, proof: swapped })).to.deep.equal([broken, broken]);
  });

  it('a set with one bad proof says which', async () => {
    const [first, second] = proofsOf(signed) as [JsonObject, JsonObject];
    const bad = { ...first, created: '2020-01-01T00:00:00Z' };
    expect(await reasons({ ...signed, proof: [bad, second, first] })).to.deep.equal([broken, valid, valid]);
  });

  describe('the signer', () => {
    const impostor = keyOf('impostor');
    const impostorDid = didKeyOf(impostor.publicKeyMultibase);
    const method = verificationMethodOf(impostorDid, impostor.publicKeyMultibase);
    const web = didWebOf('https://certificates.example');
    const webMethod = verificationMethodOf(web, key.publicKeyMultibase);
    const published = didDocument({
      did: web,
      keys: [{ publicKeyMultibase: key.publicKeyMultibase, state: 'active' }],
    });
    const serving = (document: unknown) => (did: string) =>
      resolveDid(did, { fetchDocument: async () => document });
    const signedByWeb = () =>
      secure(badge({ issuer: web }), {
        key,
        verificationMethod: webMethod,
        issuer: web,
        created,
        proofs: ['eddsa-rdfc-2022'],
        documentLoader,
      });

    it('who is somebody else than the issuer fails, though the signature is right', async () => {
      const options = { key: impostor, issuer, created, proofs: bothProofs, documentLoader };
      const forged = await secure(badge(), { ...options, verificationMethod: method });
      expect(await reasons(forged)).to.deep.equal(['failed: not-the-issuer', 'failed: not-the-issuer']);
      const claimed = await secure(badge(), { ...options, verificationMethod });
      expect(await reasons(claimed)).to.deep.equal([broken, broken]);
    });

    it('passes with a key that the did:web document lists for assertion', async () => {
      expect(await reasons(await signedByWeb(), { resolveDid: serving(published) })).to.deep.equal([valid]);
    });

    it('passes when the document writes its own ids as fragments, or embeds or recodes the key', async () => {
      const [listed] = published.verificationMethod;
      const fragment = `#${key.publicKeyMultibase}`;
      const jwk = {
        kty: 'OKP',
        crv: 'Ed25519',
        x: Buffer.from(
          (await import('../../src/vc/multikey.ts')).decodePublicKey(key.publicKeyMultibase)!,
        ).toString('base64url'),
      };
      const documents = [
        { ...published, verificationMethod: [{ ...listed, id: fragment }], assertionMethod: [fragment] },
        { id: web, assertionMethod: [listed] },
        { ...published, verificationMethod: { ...listed, type: 'Ed25519VerificationKey2020' } },
        {
          ...published,
          verificationMethod: [{ id: webMethod, type: 'JsonWebKey', controller: web, publicKeyJwk: jwk }],
        },
      ];
      for (const document of documents) {
        expect(await reasons(await signedByWeb(), { resolveDid: serving(document) })).to.deep.equal([valid]);
      }
    });

    it('fails with a key that the document does not let assert, or that another controls', async () => {
      const [listed] = published.verificationMethod;
      const outcome = async (document: unknown) =>
        (await reasons(await signedByWeb(), { resolveDid: serving(document) }))[0];
      expect(await outcome({ ...published, assertionMethod: [] })).to.equal('failed: key-not-authorised');
      expect(await outcome({ ...published, verificationMethod: [] })).to.equal('failed: method-not-found');
      const controlled = { ...listed, controller: impostorDid };
      expect(await outcome({ ...published, verificationMethod: [controlled] })).to.equal(
        'failed: key-not-authorised',
      );
      const revoked = { ...listed, revoked: '2026-06-01T00:00:00Z' };
      expect(await outcome({ ...published, verificationMethod: [revoked] })).to.equal('failed: key-revoked');
      const expired = { ...listed, expires: '2026-01-01T00:00:00Z' };
      expect(await outcome({ ...published, verificationMethod: [expired] })).to.equal('failed: key-expired');
      const replaced = { ...listed, publicKeyMultibase: impostor.publicKeyMultibase };
      expect(await outcome({ ...published, verificationMethod: [replaced] })).to.equal(broken);
      const otherType = {
        ...listed,
        publicKeyMultibase: 'zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76',
      };
      expect(await outcome({ ...published, verificationMethod: [otherType] })).to.equal(
        'could-not-tell: key-type-not-supported',
      );
    });

    it('whose DID does not resolve leaves the question open', async () => {
      const credential = await signedByWeb();
      expect(await reasons(credential)).to.deep.equal(['could-not-tell: did-method-not-supported']);
      expect(await reasons(credential, { resolveDid: serving(undefined) })).to.deep.equal([
        'could-not-tell: did-not-found',
      ]);
      expect(await reasons(credential, { resolveDid: serving({ id: impostorDid }) })).to.deep.equal([
        'could-not-tell: did-document-invalid',
      ]);
      const lying = async (): Promise<DidResolution> => ({
        outcome: 'resolved',
        document: { ...published, id: impostorDid },
      });
      expect(await reasons(credential, { resolveDid: lying })).to.deep.equal([
        'could-not-tell: did-document-invalid',
      ]);
      const failing = (): Promise<DidResolution> => Promise.reject(new Error('offline'));
      expect(await reasons(credential, { resolveDid: failing })).to.deep.equal([
        'could-not-tell: did-not-found',
      ]);
    });
  });

  describe('what it cannot know', () => {
    it('is a cryptosuite or proof type of others', async () => {
      const [first] = proofsOf(signed) as [JsonObject];
      const foreign = [
        { ...first, cryptosuite: 'ecdsa-sd-2023' },
        { type: 'RsaSignature2018', jws: 'x' },
      ];
      expect(await reasons({ ...signed, proof: foreign })).to.deep.equal([
        'could-not-tell: unknown-cryptosuite',
        'could-not-tell: unknown-cryptosuite',
      ]);
    });

    it('is a document with a context that is not on board', async () => {
      const context = [...(signed['@context'] as string[]), 'https://foreign.example/context'];
      const open = 'could-not-tell: context-not-shipped';
      expect(await reasons({ ...signed, '@context': context })).to.deep.equal([open, open]);
    });
  });

  it('undefined terms, types and names within the proof are data loss', async () => {
    const lost = 'failed: undefined-terms';
    expect(await reasons({ ...signed, grade: 'A' })).to.deep.equal([lost, lost]);
    expect(await reasons({ ...signed, type: [...(signed.type as string[]), 'Gold'] })).to.deep.equal([
      lost,
      lost,
    ]);
    const [first, second] = proofsOf(signed);
    expect(await reasons({ ...signed, proof: [{ ...first, note: 'x' }, second] })).to.deep.equal([
      lost,
      valid,
    ]);
  });

  it('contexts in contradiction are not JSON-LD', async () => {
    const context = [...(signed['@context'] as string[]), { name: 'https://evil.example/name' }];
    expect(await reasons({ ...signed, '@context': context })).to.deep.equal([
      'failed: not-json-ld',
      'failed: not-json-ld',
    ]);
  });

  it('a proof cannot bring a context or a spelling of its own', async () => {
    const [first] = proofsOf(signed) as [JsonObject];
    const { created: at, ...rest } = first;
    const renaming = [...(signed['@context'] as string[]), { made: 'http://purl.org/dc/terms/created' }];
    const own = { ...first, '@context': { created: 'urn:x:other' } };
    expect(await reasons({ ...signed, proof: own })).to.deep.equal([valid]);
    const added = { ...first, '@context': [...renaming, { note: 'urn:x:note' }], note: 'x' };
    expect(await reasons({ ...signed, proof: added })).to.deep.equal(['failed: undefined-terms']);
    for (const name of ['http://purl.org/dc/terms/created', '@created', 'dc:created']) {
      expect(await reasons({ ...signed, proof: { ...rest, created: at, [name]: at } }), name).to.deep.equal([
        'failed: proof-malformed',
      ]);
    }
  });

  it('another purpose than assertion fails', async () => {
    const [first] = proofsOf(signed);
    expect(await reasons({ ...signed, proof: { ...first, proofPurpose: 'authentication' } })).to.deep.equal([
      'failed: wrong-purpose',
    ]);
  });

  it('other spellings of the signature value are refused', async () => {
    const [first] = proofsOf(signed) as [JsonObject];
    const value = String(first.proofValue);
    for (const proofValue of [
      '',
      'z',
      value.slice(1),
      `u${value.slice(1)}`,
      `${value}=`,
      `z${'1'.repeat(500)}`,
      7,
      null,
      [value],
    ]) {
      expect(await reasons({ ...signed, proof: { ...first, proofValue } }), String(proofValue)).to.deep.equal(
        ['failed: proof-malformed'],
      );
    }
  });

  it('a proof without a full date and time zone is malformed', async () => {
    const [first] = proofsOf(signed);
    for (const at of ['2026-03-01', '2026-03-01T10:00Z', '2026-03-01T10:00:00', '2026-02-30T10:00:00Z', 7]) {
      const proof = { ...first, created: at };
      expect(await reasons({ ...signed, proof }), String(at)).to.deep.equal(['failed: proof-malformed']);
    }
  });

  it('whatever is sent in, the answer is a verdict and never an exception', async () => {
    const deep = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    const cases: [unknown, string][] = [
      [undefined, 'failed: not-an-object'],
      [null, 'failed: not-an-object'],
      [[], 'failed: not-an-object'],
      ['{"a":', 'failed: not-json'],
      ['null', 'failed: not-an-object'],
      [{}, 'failed: no-proof'],
      [{ proof: [] }, 'failed: no-proof'],
      [badge(), 'failed: no-proof'],
      [{ ...signed, issuer: undefined }, 'failed: issuer-missing'],
      [{ ...signed, issuer: [issuer] }, 'failed: issuer-missing'],
      [{ ...signed, proof: 'yes' }, 'failed: proof-malformed'],
      [{ ...signed, proof: null }, 'failed: proof-malformed'],
      [{ ...signed, proof: [[]] }, 'failed: proof-malformed'],
      [{ ...signed, proof: { type: 'DataIntegrityProof' } }, 'failed: proof-malformed'],
      [{ ...signed, proof: Array(6).fill(proofsOf(signed)[0]) }, 'could-not-tell: too-many-proofs'],
      [deep(100), 'could-not-tell: too-deep'],
      [deep(100_000), 'could-not-tell: too-deep'],
      [{ ...signed, name: 'x'.repeat(1_000_001) }, 'could-not-tell: too-large'],
      [' '.repeat(1_000_001), 'could-not-tell: too-large'],
      [{ ...signed, name: '\uD800' }, 'failed: broken-characters'],
      [
        { ...signed, evidence: Array.from({ length: 1000 }, () => ({ type: 'Evidence' })) },
        'could-not-tell: too-many-objects',
      ],
    ];
    for (const [input, reason] of cases) expect(await reasons(input)).to.deep.equal([reason]);
    expect(await reasons({ ...signed, '@context': 7 })).to.satisfy((list: string[]) =>
      list.every((r) => r.startsWith('failed')),
    );
    expect(await reasons({ ...signed, '@context': undefined })).to.satisfy(
      (list: string[]) => !list.includes(valid),
    );
  });

  it('blank nodes made to keep canonicalization busy end in an open question, soon', async () => {
    const nodes = Array.from({ length: 26 }, (_, i) => `_:n${i}`);
    const context = [...(signed['@context'] as string[]), { p: { '@id': 'urn:x:p', '@type': '@id' } }];
    const evidence = nodes.map((id) => ({ id, type: 'Evidence', p: nodes.filter((other) => other !== id) }));
    const alike = Array.from({ length: 150 }, () => ({ type: 'Evidence' }));
    const start = Date.now();
    const open = 'could-not-tell: too-complex';
    expect(await reasons({ ...signed, evidence: alike })).to.deep.equal([open, open]);
    expect(await reasons({ ...signed, evidence: alike.slice(0, 50) })).to.deep.equal([broken, broken]);
    expect(await reasons({ ...signed, '@context': context, evidence })).to.deep.equal([open, open]);
    expect(Date.now() - start).to.be.below(5000);
  });

  it('expiry of a proof counts when the time is given', async () => {
    const [first] = proofsOf(signed);
    const proof = { ...first, expires: '2026-04-01T00:00:00Z' };
    expect(await reasons({ ...signed, proof }, { now: new Date('2026-04-01T00:00:00Z') })).to.deep.equal([
      'failed: proof-expired',
    ]);
    expect(await reasons({ ...signed, proof }, { now: new Date('2026-03-31T00:00:00Z') })).to.deep.equal([
      broken,
    ]);
  });

  describe('a chain', () => {
    const named = 'urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544';
    type Creator = { createProof(input: object): Promise<JsonObject> };
    const add = async (document: JsonObject, members: JsonObject): Promise<JsonObject> => {
      const signer = {
        id: verificationMethod,
        algorithm: 'Ed25519',
        sign: async ({ data }: { data: Uint8Array }) => signBytes(key, data),
      };
      const suite = new DataIntegrityProof({ signer, date: created, cryptosuite }) as unknown as Creator;
      const purpose = {
        update: async (proof: JsonObject) => ({ ...proof, proofPurpose: 'assertionMethod', ...members }),
      };
      return suite.createProof({ document, purpose, documentLoader });
    };
    let first: JsonObject;
    let second: JsonObject;
    before(async () => {
      first = await add(badge(), { id: named });
      second = await add({ ...badge(), proof: [first] }, { previousProof: named });
    });

    it('passes when each link signs the one before', async () => {
      expect(await reasons(badge({ proof: [first, second] }))).to.deep.equal([valid, valid]);
      expect(await reasons(badge({ proof: [second, first] }))).to.deep.equal([valid, valid]);
    });

    it('fails without the link before, with another in its place, or with two of one name', async () => {
      expect(await reasons(badge({ proof: [second] }))).to.deep.equal(['failed: previous-proof-missing']);
      const other = await add(badge(), { id: named, expires: '2030-01-01T00:00:00Z' });
      expect(await reasons(badge({ proof: [other, second] }))).to.deep.equal([valid, broken]);
      expect(await reasons(badge({ proof: [first, first, second] }))).to.include(
        'failed: previous-proof-missing',
      );
    });

    it('falls with a link before that fails, though its own signature is right', async () => {
      const bad = { ...first, created: '2020-01-01T00:00:00Z' };
      const onBad = await add({ ...badge(), proof: [bad] }, { id: 'urn:uuid:2', previousProof: named });
      const last = await add({ ...badge(), proof: [onBad] }, { previousProof: 'urn:uuid:2' });
      expect(await reasons(badge({ proof: [last, onBad, bad] }))).to.deep.equal([
        'failed: previous-proof-failed',
        'failed: previous-proof-failed',
        broken,
      ]);
    });
  });
});
