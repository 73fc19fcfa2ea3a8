/**
 * eddsa-jcs-2022 (Data Integrity EdDSA Cryptosuites 1.0, 3.3) from the standard's text, on parts of two other hands: the
 * RFC 8785 reference implementation and noble's Ed25519. There is no second published library of the whole suite.
 */
import { createHash } from 'node:crypto';
import { getPublicKey, hashes, sign, verify } from '@noble/ed25519';
import canonicalize from 'canonicalize';
import { base58btc } from 'multiformats/bases/base58';
import { converse, withOnly } from './stranger.mjs';

const form = 'eddsa-jcs-2022';
const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest();
hashes.sha512 = (message) => new Uint8Array(createHash('sha512').update(message).digest());

const bytesToSign = (document, options) =>
  Buffer.concat([sha256(canonicalize(options)), sha256(canonicalize(document))]);

const publicKeyOf = (did) => base58btc.decode(did.slice('did:key:'.length)).subarray(2);

const seed = new Uint8Array(32).fill(9);

await converse({
  verify: async ({ credential }) => {
    const { proof, ...document } = withOnly(credential, form);
    const { proofValue, ...options } = proof;
    const [did] = proof.verificationMethod.split('#');
    const issuer = document.issuer.id ?? document.issuer;
    if (did !== issuer) return { verified: false, why: 'not the issuer' };
    // 3.3.2: a context in the proof must begin the document's, which is then read as the proof's.
    const given = [options['@context'] ?? []].flat();
    const same = given.every((one, i) => canonicalize(one) === canonicalize(document['@context'][i]));
    const signed = given.length > 0 ? { ...document, '@context': options['@context'] } : document;
    const bytes = bytesToSign(signed, options);
    return { verified: same && verify(base58btc.decode(proofValue), bytes, publicKeyOf(issuer)) };
  },
  issue: async ({ credential }) => {
    const key = base58btc.encode(Uint8Array.from([0xed, 0x01, ...getPublicKey(seed)]));
    const issuer = `did:key:${key}`;
    const document = { ...credential, issuer };
    const options = {
      type: 'DataIntegrityProof',
      cryptosuite: form,
      created: new Date().toISOString(),
      verificationMethod: `${issuer}#${key}`,
      proofPurpose: 'assertionMethod',
      '@context': document['@context'],
    };
    const proofValue = base58btc.encode(sign(bytesToSign(document, options), seed));
    return { ...document, proof: { ...options, proofValue } };
  },
});
