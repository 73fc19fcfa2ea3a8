import { KeyObject, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { generateKeyPair, importKey, isSampleKey, KeyRefused } from '../../src/vc/index.ts';
import { signBytes } from '../../src/vc/keys.ts';
import { fromBase58, toBase58 } from '../../src/vc/multibase.ts';
import { decodePublicKey, encodeSecretKey, publicKeyFrom } from '../../src/vc/multikey.ts';
import { created, seeded } from './sample.ts';

const sample: unknown = JSON.parse(readFileSync('keys.example/issuer-key.json', 'utf8'));
const pair = (seed = 'a') => generateKeyPair({ random: seeded(seed), created });
const faultOf = (keyFile: unknown): string | undefined => {
  try {
    importKey(keyFile);
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(KeyRefused);
    return (error as KeyRefused).fault;
  }
};

describe('keys', () => {
  it('a generated pair is read back and its signature verifies with the public half', () => {
    const file = pair();
    const data = Buffer.from('hello');
    const signature = signBytes(importKey(JSON.parse(JSON.stringify(file))), data);
    const publicKey = publicKeyFrom(decodePublicKey(file.publicKeyMultibase)!);
    expect(verify(null, data, publicKey, signature)).to.equal(true);
    expect(verify(null, Buffer.from('hallo'), publicKey, signature)).to.equal(false);
  });

  it('holds a key object and its age, so that no signature imports the key again', () => {
    const key = importKey(pair());
    expect(key.privateKey).to.be.instanceOf(KeyObject);
    expect(key.created).to.deep.equal(created);
  });

  it('a key shown in a log or as JSON does not show its secret half', () => {
    const file = pair();
    const shown = inspect(importKey(file), { depth: 9 }) + JSON.stringify(importKey(file));
    expect(shown).not.to.include(file.secretKeyMultibase.slice(5, 30));
  });

  it('reads the older form of the secret, which carries the public key behind the seed', () => {
    const file = pair();
    const long = encodeSecretKey(
      Buffer.concat([
        fromBase58(file.secretKeyMultibase)!.subarray(2),
        decodePublicKey(file.publicKeyMultibase)!,
      ]),
    );
    expect(importKey({ ...file, secretKeyMultibase: long }).publicKeyMultibase).to.equal(
      file.publicKeyMultibase,
    );
  });

  it('refuses halves that do not belong together, by a message without the key', () => {
    const mixed = { ...pair('a'), secretKeyMultibase: pair('b').secretKeyMultibase };
    expect(() => importKey(mixed)).to.throw(KeyRefused, /does not belong/);
    expect(() => importKey(mixed)).not.to.throw(mixed.secretKeyMultibase.slice(0, 8));
  });

  it('refuses what is not a key file', () => {
    expect(faultOf(undefined)).to.equal('malformed');
    expect(faultOf('{}')).to.equal('malformed');
    expect(faultOf({ ...pair(), type: 'Ed25519VerificationKey2018' })).to.equal('malformed');
    expect(faultOf({ ...pair(), note: 'mine' })).to.equal('malformed');
    expect(faultOf({ ...pair(), created: '2026-01-01' })).to.equal('malformed');
    expect(faultOf({ ...pair(), secretKeyMultibase: pair().publicKeyMultibase })).to.equal('not-ed25519');
    expect(
      faultOf({ ...pair(), publicKeyMultibase: 'zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76' }),
    ).to.equal('not-ed25519');
    expect(faultOf({ ...pair(), secretKeyMultibase: 'z0OIl' })).to.equal('not-ed25519');
  });

  it('the shipped sample is a valid key and known as the sample; another key is not', () => {
    expect(isSampleKey(importKey(sample).publicKeyMultibase)).to.equal(true);
    expect(isSampleKey(pair().publicKeyMultibase)).to.equal(false);
  });
});

describe('multibase', () => {
  it('round-trips bytes with and without leading zeros', () => {
    for (const hex of ['', '00', '0000ff', 'ff00', '0102030405060708090a', '00'.repeat(32)]) {
      expect(fromBase58(toBase58(Buffer.from(hex, 'hex')))?.toString('hex')).to.equal(hex);
    }
  });

  it('writes the value published with the base58 draft', () => {
    expect(toBase58(Buffer.from('Hello World!'))).to.equal('z2NEpo7TZRRrLZSi2U');
  });

  it('refuses other bases, foreign letters and texts long enough to stall', () => {
    expect(fromBase58('uAAAA')).to.equal(undefined);
    expect(fromBase58('z0')).to.equal(undefined);
    expect(fromBase58(`z${'2'.repeat(1_000_000)}`)).to.equal(undefined);
  });
});
