import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { CompactSign, compactVerify } from 'jose';
import {
  envelopeOf,
  type JsonObject,
  judgeProofs,
  proofSuites,
  secureAsJwt,
  type VerifyOptions,
  verifyPresentation,
  verifyProofs,
} from '../../src/vc/index.ts';
import { decodePublicKey, publicKeyFrom } from '../../src/vc/multikey.ts';
import { challenge, domain, signerOf } from './presentation-sample.ts';
import {
  badge,
  created,
  documentLoader,
  issuer,
  key,
  keyOf,
  sign,
  verificationMethod,
  verifyOptions,
} from './sample.ts';

const now = new Date('2026-11-23T14:00:00Z');
const seconds = (time: string): number => Date.parse(time) / 1000;
const issue = (credential: JsonObject = badge()) =>
  secureAsJwt(credential, { key, verificationMethod, issuer, created, documentLoader });
const header = { alg: 'EdDSA', typ: 'vc+jwt', kid: verificationMethod, iss: issuer };
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
/** As any JOSE software signs: with whatever header and payload it is told. */
const jws = (changes: JsonObject = {}, payload: JsonObject = badge(), signer = key): Promise<string> =>
  new CompactSign(bytes(payload))
    .setProtectedHeader({ ...header, ...changes } as { alg: string })
    .sign(signer.privateKey, { crit: { 'urn:x:rule': true } });
const part = (value: unknown): string => Buffer.from(bytes(value)).toString('base64url');

const reasons = async (input: unknown, options: Partial<VerifyOptions> = {}): Promise<string> => {
  const checks = await verifyProofs(input, { ...verifyOptions, now, ...options });
  const { outcome, reason } = judgeProofs(checks);
  return `${outcome}: ${reason}`;
};
const valid = 'passed: signature-valid';

describe('A credential as compact JWS (vc+jwt)', () => {
  it('is issued with the header of the standard and the credential and `iss` as payload, always the same text', async () => {
    const token = await issue();
    const raw = decodePublicKey(issuer.slice('did:key:'.length))!;
    const { protectedHeader, payload } = await compactVerify(token, publicKeyFrom(raw));
    expect(protectedHeader).to.deep.equal({ ...header, cty: 'vc', iat: seconds('2026-03-01T10:00:00Z') });
    expect(JSON.parse(new TextDecoder().decode(payload))).to.deep.equal({ ...badge(), iss: issuer });
    expect(await issue()).to.equal(token);
  });

  it('verifies bare and as EnvelopedVerifiableCredential, and says who signed and when', async () => {
    const token = await issue();
    for (const input of [
      token,
      ` ${token}\n`,
      envelopeOf(token),
      { ...envelopeOf(token), type: ['EnvelopedVerifiableCredential'] },
    ])
      expect(await reasons(input)).to.equal(valid);
    const [check] = await verifyProofs(token, verifyOptions);
    expect(check).to.deep.equal({
      outcome: 'passed',
      reason: 'signature-valid',
      cryptosuite: 'vc+jwt',
      verificationMethod,
      created: '2026-03-01T10:00:00.000Z',
      signer: issuer,
      role: 'issuer',
    });
  });

  it('may name its algorithm by curve, its key by fragment, and put its claims in the payload', async () => {
    expect(await reasons(await jws({ alg: 'Ed25519' }))).to.equal(valid);
    expect(await reasons(await jws({ typ: 'application/VC+JWT', cty: 'vc' }))).to.equal(valid);
    expect(await reasons(await jws({ kid: `#${key.publicKeyMultibase}` }))).to.equal(valid);
    const claims = {
      iss: issuer,
      jti: badge().id,
      iat: seconds('2026-03-01T10:00:00Z'),
      exp: seconds('2029-01-01T00:00:00Z'),
    };
    expect(await reasons(await jws({}, { ...badge(), ...claims }))).to.equal(valid);
  });

  const refusals: [string, () => Promise<string> | string, string][] = [
    ['no algorithm', () => `${part({ ...header, alg: 'none' })}.${part(badge())}.`, 'failed: algorithm-none'],
    [
      'a secret in place of a key',
      () => `${part({ ...header, alg: 'HS256' })}.${part(badge())}.AAAA`,
      'failed: algorithm-not-allowed',
    ],
    [
      'an algorithm not known here',
      () => `${part({ ...header, alg: 'ES256' })}.${part(badge())}.AAAA`,
      'could-not-tell: algorithm-not-supported',
    ],
    ['another type', () => jws({ typ: 'JWT' }), 'failed: type-mismatch'],
    [
      'no type',
      () => `${part({ alg: 'EdDSA', kid: verificationMethod })}.${part(badge())}.AAAA`,
      'failed: type-mismatch',
    ],
    ['a presentation in its place', () => jws({ typ: 'vp+jwt' }), 'failed: type-mismatch'],
    ['other content', () => jws({ cty: 'vp' }), 'failed: type-mismatch'],
    [
      'a rule that must be understood',
      () => jws({ crit: ['urn:x:rule'], 'urn:x:rule': 1 }),
      'failed: critical-unknown',
    ],
    [
      'contexts in the header',
      () => jws({ '@context': 'https://www.w3.org/ns/credentials/v2' }),
      'failed: header-context',
    ],
    [
      'no key id',
      () => `${part({ ...header, kid: undefined })}.${part(badge())}.AAAA`,
      'failed: kid-missing',
    ],
    [
      'a key id that the issuer does not list',
      () => jws({ kid: `${issuer}#${keyOf('other').publicKeyMultibase}` }),
      'failed: method-not-found',
    ],
    [
      'the key of another',
      () => jws({ kid: signerOf('thief').signer.id, iss: issuer }, badge(), keyOf('thief')),
      'failed: not-the-issuer',
    ],
    [
      'another key under the issuer’s id',
      () => jws({}, badge(), keyOf('thief')),
      'failed: signature-invalid',
    ],
    ['another issuer in the envelope', () => jws({ iss: 'did:web:bank.example' }), 'failed: issuer-mismatch'],
    [
      'another issuer in the payload',
      () => jws({ iss: undefined }, { ...badge(), iss: 'did:web:bank.example' }),
      'failed: issuer-mismatch',
    ],
    [
      'header and payload in contradiction',
      () => jws({}, { ...badge(), iss: 'did:web:bank.example' }),
      'failed: claims-contradict',
    ],
    ['another id in the envelope', () => jws({ jti: 'urn:uuid:other' }), 'failed: claims-contradict'],
    ['another subject in the envelope', () => jws({ sub: 'did:example:other' }), 'failed: claims-contradict'],
    ['the form of version 1.1', () => jws({}, { ...badge(), vc: badge() }), 'failed: vc-claim'],
    ['a signature past its end', () => jws({ exp: now.getTime() / 1000 }), 'failed: proof-expired'],
    [
      'a signature before its time',
      () => jws({ nbf: now.getTime() / 1000 + 301 }),
      'failed: proof-not-yet-valid',
    ],
    [
      'a signature from the future',
      () => jws({ iat: now.getTime() / 1000 + 301 }),
      'failed: signed-in-future',
    ],
    ['a time that is no number', () => jws({ exp: '2029-01-01' }), 'failed: jws-malformed'],
    ['undefined terms', () => jws({}, badge({ grade: 'A' })), 'failed: undefined-terms'],
    [
      'contexts not on board',
      () => jws({}, badge({ '@context': [...(badge()['@context'] as string[]), 'https://x.example/c'] })),
      'could-not-tell: context-not-shipped',
    ],
    ['no issuer', () => jws({}, { type: 'VerifiableCredential' }), 'failed: issuer-missing'],
  ];
  for (const [title, make, reason] of refusals) {
    it(`with ${title} is told as ${reason}`, async () => {
      expect(await reasons(await make())).to.equal(reason);
    });
  }

  it('takes no key from the token itself, and no public key for a shared secret', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const own = { ...keyOf('thief'), privateKey };
    expect(await reasons(await jws({ jwk: publicKey.export({ format: 'jwk' }) }, badge(), own))).to.equal(
      'failed: signature-invalid',
    );
  });

  it('holds under no change of a single character', async () => {
    const token = await issue();
    for (let i = 0; i < token.length; i += 37) {
      const other = token[i] === 'A' ? 'B' : 'A';
      const changed = `${token.slice(0, i)}${other}${token.slice(i + 1)}`;
      expect(await reasons(changed), String(i)).not.to.equal(valid);
    }
    for (const spelling of [
      `${token}=`,
      `${token}.`,
      `${token}A`,
      token.replace('.', '..'),
      token.split('.').slice(0, 2).join('.'),
    ])
      expect(await reasons(spelling), spelling.slice(-9)).to.match(/^failed/);
    const last = token.at(-1)!;
    const sibling = String.fromCharCode(last.charCodeAt(0) + 1);
    expect(await reasons(token.slice(0, -1) + sibling)).to.match(/^failed/);
  });

  it('in a broken envelope, or one of another kind, is refused by name', async () => {
    const envelope = envelopeOf(await issue());
    const changed = (changes: JsonObject) => reasons({ ...envelope, ...changes });
    expect(await changed({ id: 'data:application/vc+jwt,hello' })).to.equal('failed: envelope-malformed');
    expect(await changed({ id: 'urn:uuid:x' })).to.equal('failed: envelope-malformed');
    expect(await changed({ '@context': undefined })).to.equal('failed: envelope-malformed');
    expect(await changed({ id: 'data:application/vp+jwt,a.b.c' })).to.equal('failed: envelope-malformed');
    expect(await changed({ id: 'data:application/dc+sd-jwt,a.b.c~' })).to.equal(
      'could-not-tell: envelope-not-supported',
    );
  });

  it('with proofs of its own holds only if they hold as well', async () => {
    const signed = await sign();
    expect(await reasons(await jws({}, signed))).to.equal(valid);
    expect(await reasons(await jws({}, { ...signed, name: 'x' }))).to.equal('failed: signature-invalid');
  });

  it('is not made of what must not be signed', async () => {
    const codes = await Promise.all(
      [
        badge({ issuer: 'did:web:bank.example' }),
        badge({ grade: 'A' }),
        await sign(),
        badge({ name: 7 }),
      ].map((credential) => issue(credential).catch((error: { code: string }) => error.code)),
    );
    expect(codes).to.deep.equal(['foreign-issuer', 'undefined-terms', 'already-secured', 'invalid-input']);
    const { validFrom: _, ...rest } = badge();
    const old = {
      ...rest,
      '@context': ['https://www.w3.org/2018/credentials/v1'],
      issuanceDate: '2026-03-01T10:00:00Z',
    };
    expect(await issue(old).catch((error: { code: string }) => error.code)).to.equal('invalid-input');
  });

  it('is unmoved by values that canonical RDF would sort differently elsewhere: its bytes are signed', async () => {
    const name = [
      { '@value': '\u{1F600} joy', '@language': 'en' },
      { '@value': '\uFF01 look', '@language': 'en' },
    ];
    expect(await reasons(await issue(badge({ name })))).to.equal(valid);
    expect(proofSuites).to.include('eddsa-rdfc-2022');
  });
});

describe('A presentation as compact JWS (vp+jwt)', () => {
  const holder = signerOf('holder').did;
  const presentation = {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiablePresentation'],
    holder,
  };
  const made = (changes: JsonObject = {}, payload: JsonObject = presentation) =>
    jws(
      {
        typ: 'vp+jwt',
        kid: signerOf('holder').signer.id,
        iss: holder,
        nonce: challenge,
        aud: domain,
        ...changes,
      },
      payload,
      keyOf('holder'),
    );
  const judged = async (input: unknown) =>
    (await verifyPresentation(input, { ...verifyOptions, now, challenge, domain })).holder;

  it('proves its holder for one nonce and audience, bare or in an envelope', async () => {
    for (const input of [await made(), envelopeOf(await made(), 'vp+jwt')])
      expect(await judged(input)).to.deep.equal({ outcome: 'proven', did: holder });
  });

  it('is refused for another nonce, another audience, another holder and as a credential', async () => {
    expect(await judged(await made({ nonce: 'other' }))).to.include({ reason: 'challenge-mismatch' });
    expect(await judged(await made({ nonce: undefined }))).to.include({ reason: 'challenge-missing' });
    expect(await judged(await made({ aud: [domain, 'https://evil.example'] }))).to.include({
      reason: 'domain-mismatch',
    });
    expect(await judged(await made({}, { ...presentation, holder: issuer }))).to.include({
      reason: 'not-the-holder',
    });
    expect(await judged(await made({ typ: 'vc+jwt' }))).to.include({ reason: 'type-mismatch' });
    expect(await judged(await made({}, { ...presentation, type: 'Other' }))).to.include({
      reason: 'not-a-presentation',
    });
  });

  it('hands back the enveloped credentials in it', async () => {
    const verifiableCredential = [envelopeOf(await issue())];
    const token = await made({}, { ...presentation, verifiableCredential });
    const { credentials, holder: verdict } = await verifyPresentation(token, {
      ...verifyOptions,
      now,
      challenge,
      domain,
    });
    expect(verdict).to.deep.equal({ outcome: 'proven', did: holder });
    expect(credentials).to.deep.equal(verifiableCredential);
  });
});
