import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { DomainError } from '../../src/platform/errors.ts';
import {
  ContextNotShipped,
  type JsonObject,
  type SecureOptions,
  secure,
  verifyProofs,
} from '../../src/vc/index.ts';
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

const v2 = 'https://www.w3.org/ns/credentials/v2';
const v1 = 'https://www.w3.org/2018/credentials/v1';
const badges = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';
const ed25519 = 'https://w3id.org/security/suites/ed25519-2020/v1';
const dataIntegrity = 'https://w3id.org/security/data-integrity/v2';

const refused = async (
  credential: JsonObject,
  changes: Partial<SecureOptions> = {},
): Promise<DomainError> => {
  const options = {
    key,
    verificationMethod,
    issuer,
    created,
    proofs: bothProofs,
    documentLoader,
    ...changes,
  };
  const error: unknown = await secure(credential, options).catch((reason: unknown) => reason);
  if (!(error instanceof DomainError)) throw new Error(`expected a refusal, got ${JSON.stringify(error)}`);
  return error;
};
const plain = (changes: JsonObject = {}): JsonObject => ({
  '@context': [v1],
  type: ['VerifiableCredential'],
  issuer,
  issuanceDate: '2026-03-01T10:00:00Z',
  credentialSubject: { id: 'did:example:holder' },
  ...changes,
});

describe('secure', () => {
  it('one proof stands alone, several stand in a list in the order asked for', async () => {
    expect((await sign(badge(), ['eddsa-rdfc-2022'])).proof).to.be.an('object');
    const [first, second] = proofsOf(await sign());
    expect(first).to.include({
      type: 'DataIntegrityProof',
      cryptosuite: 'eddsa-rdfc-2022',
      created: '2026-03-01T10:00:00Z',
      proofPurpose: 'assertionMethod',
      verificationMethod,
    });
    expect(second).to.include({ type: 'Ed25519Signature2020', verificationMethod });
    const [swapped] = proofsOf(await sign(badge(), ['Ed25519Signature2020', 'eddsa-rdfc-2022']));
    expect(swapped).to.include({ type: 'Ed25519Signature2020' });
  });

  it('adds the contexts that the proofs need, behind those given, once', async () => {
    const contextOf = async (...given: Parameters<typeof sign>) => (await sign(...given))['@context'];
    expect(await contextOf()).to.deep.equal([v2, badges, ed25519]);
    expect(await contextOf(badge(), ['eddsa-rdfc-2022'])).to.deep.equal([v2, badges]);
    const already = badge({ '@context': [v2, ed25519, badges] });
    expect(await contextOf(already)).to.deep.equal([v2, ed25519, badges]);
    expect(await contextOf(plain())).to.deep.equal([v1, dataIntegrity, ed25519]);
  });

  it('a VCDM 1.1 credential verifies too', async () => {
    const checks = await verifyProofs(await sign(plain()), verifyOptions);
    expect(checks.map(({ outcome }) => outcome)).to.deep.equal(['passed', 'passed']);
  });

  it('leaves the given credential untouched, and equal input gives equal bytes', async () => {
    const credential = badge();
    const first = await sign(credential);
    expect(credential).to.deep.equal(badge());
    expect(JSON.stringify(await sign(credential))).to.equal(JSON.stringify(first));
  });

  it('signs for nobody but the issuer it was given', async () => {
    const foreign = `did:key:${keyOf('other').publicKeyMultibase}`;
    for (const claimed of [foreign, { id: foreign }, 'did:web:bank.example']) {
      expect((await refused(badge({ issuer: claimed }))).code).to.equal('foreign-issuer');
    }
    expect((await refused(badge(), { issuer: 'did:web:certificates.example' })).kind).to.equal('forbidden');
  });

  it('refuses to put its proof beside a foreign one', async () => {
    expect((await refused(await sign())).code).to.equal('already-secured');
  });

  it('refuses what a signature would not cover: undefined terms and types, relative ids', async () => {
    expect((await refused(badge({ grade: 'A' }))).code).to.equal('undefined-terms');
    const types = ['VerifiableCredential', 'OpenBadgeCredential', 'SecretCredential'];
    expect((await refused(badge({ type: types }))).code).to.equal('undefined-terms');
    const evidence = { id: 'urn:x:1', type: 'Evidence', award: 'gold' };
    expect((await refused(badge({ evidence }))).code).to.equal('undefined-terms');
  });

  it('refuses a context that is not on board, and one that redefines a protected term', async () => {
    const foreign = badge({ '@context': [v2, badges, 'https://evil.example/context'] });
    expect(await refused(foreign)).to.be.instanceOf(ContextNotShipped);
    const redefined = badge({ '@context': [v2, badges, { name: 'https://evil.example/name' }] });
    expect((await refused(redefined)).code).to.equal('not-json-ld');
  });

  it('refuses a wrong shape with every fault', async () => {
    const error = await refused(badge({ validFrom: 'yesterday', credentialSubject: [] }));
    expect(error.code).to.equal('invalid-input');
    expect(error.errors.map(({ pointer }) => pointer)).to.have.members(['/validFrom', '/credentialSubject']);
  });

  it('signs eddsa-jcs-2022 on request, alone or in a set, for either version', async () => {
    const jcs = ['eddsa-jcs-2022'] as const;
    for (const credential of [badge(), plain()]) {
      for (const proofs of [jcs, ['eddsa-rdfc-2022', ...jcs, 'Ed25519Signature2020']] as const) {
        const signed = await sign(credential, proofs);
        expect(proofsOf(signed).find(({ cryptosuite }) => cryptosuite === jcs[0])).to.deep.include({
          '@context': signed['@context'],
        });
        const checks = await verifyProofs(signed, verifyOptions);
        expect(checks.map(({ outcome }) => outcome)).to.deep.equal(proofs.map(() => 'passed'));
        const changed = await verifyProofs({ ...signed, id: 'urn:uuid:other' }, verifyOptions);
        expect(changed.map(({ outcome }) => outcome)).to.deep.equal(proofs.map(() => 'failed'));
      }
    }
    for (const changes of [{ grade: 'A' }, { type: ['VerifiableCredential', 'Gold'] }])
      expect((await refused(badge(changes), { proofs: jcs })).code).to.equal('undefined-terms');
  });

  it('refuses numbers that other programs read as others, and shapes beyond the limits', async () => {
    const graded = (creditsAvailable: number): JsonObject => {
      const { credentialSubject } = badge() as { credentialSubject: { achievement: object } };
      return badge({
        credentialSubject: {
          ...credentialSubject,
          achievement: { ...credentialSubject.achievement, creditsAvailable },
        },
      });
    };
    for (const wrong of [2 ** 53, 1e21, -(2 ** 60), -0])
      expect((await refused(graded(wrong))).code).to.equal('unportable-number');
    await sign(graded(7.5));
    expect((await refused(badge({ name: '\uD800' }))).code).to.equal('broken-characters');
    const many = Array.from({ length: 1000 }, () => ({ type: 'Evidence' }));
    expect((await refused(badge({ evidence: many }))).code).to.equal('too-many-objects');
    expect((await refused(badge({ evidence: many.slice(0, 150) }))).code).to.equal('too-complex');
  });

  it('refuses characters that older readers of Ed25519Signature2020 would not escape, and says where', async () => {
    const { credentialSubject } = badge() as { credentialSubject: { achievement: object } };
    const about = (description: string): JsonObject =>
      badge({
        credentialSubject: {
          ...credentialSubject,
          achievement: { ...credentialSubject.achievement, description },
        },
      });
    for (const character of ['\t', '\b', '\f', '\v', '\u0000', '\u001b', '\u007f']) {
      const { code, errors } = await refused(about(`Joins${character}steel`), { proofs: bothProofs });
      expect([code, errors]).to.deep.equal([
        'unportable-characters',
        [{ pointer: '/credentialSubject/achievement/description', code: 'control-characters' }],
      ]);
      await sign(about(`Joins${character}steel`), ['eddsa-rdfc-2022']);
    }
  });

  it('signs line ends and all the rest so that an older library accepts it in each form', async () => {
    const text = 'a\nb\rc\r\nd "e" \\f \u0080\u0085\u009f\u00a0\u00ad\u2028 \u{1f600}';
    const credential = await sign(badge({ name: text }), bothProofs);
    const tasks = bothProofs.map((form) => ({ do: 'verify', form, credential }));
    const program = fileURLToPath(new URL('../../prove/foreign/digital-credentials.mjs', import.meta.url));
    const { stdout } = spawnSync(process.execPath, [program], {
      input: JSON.stringify(tasks),
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).to.deep.equal(bothProofs.map(() => ({ verified: true, why: '' })));
  });

  it('refuses two values that RDFC-1.0 and the stock library would sort differently', async () => {
    const tagged = (...tag: string[]): JsonObject => {
      const { credentialSubject } = badge() as { credentialSubject: { achievement: object } };
      return badge({
        credentialSubject: { ...credentialSubject, achievement: { ...credentialSubject.achievement, tag } },
      });
    };
    expect((await refused(tagged('\u{1F600} joy', '\uFF01 look'))).code).to.equal('unportable-order');
    const jcs = await sign(tagged('\u{1F600} joy', '\uFF01 look'), ['eddsa-jcs-2022']);
    expect((await verifyProofs(jcs, verifyOptions))[0]?.outcome).to.equal('passed');
    await sign(tagged('a \u{1F600}', 'b \uFF01'));
    await sign(tagged('\u{1F600} joy', 'look'));
  });

  it('hostile names are signed as they are written', async () => {
    for (const name of [
      '"quoted" \\ back',
      '_:c14n0',
      'line\nbreak\ttab\u0000',
      'אבג \u202Eabc',
      '\u{1F393}',
    ]) {
      const [check] = await verifyProofs(await sign(badge({ name }), ['eddsa-rdfc-2022']), verifyOptions);
      expect(check?.outcome, JSON.stringify(name)).to.equal('passed');
    }
  });
});
