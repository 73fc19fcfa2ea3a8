/** Filip Skokan's `jose`: a credential as `vc+jwt` (VC-JOSE-COSE), read by what any JWT library can. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { base64url, CompactSign, compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { base58btc } from 'multiformats/bases/base58';
import { converse } from './stranger.mjs';

const keyOf = (did) => {
  const raw = base58btc.decode(did.slice('did:key:'.length)).subarray(2);
  return importJWK({ kty: 'OKP', crv: 'Ed25519', x: base64url.encode(raw) }, 'EdDSA');
};

const seeded = createPrivateKey({
  format: 'der',
  type: 'pkcs8',
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 10)]),
});

await converse({
  verify: async ({ credential: token }) => {
    const { kid, typ } = decodeProtectedHeader(token);
    if (typ !== 'vc+jwt') return { verified: false, why: `typ ${typ}` };
    const [did] = kid.split('#');
    const { payload } = await compactVerify(token, await keyOf(did), { algorithms: ['EdDSA', 'Ed25519'] });
    const credential = JSON.parse(new TextDecoder().decode(payload));
    const issuer = credential.issuer.id ?? credential.issuer;
    return { verified: issuer === did, why: issuer === did ? '' : 'not the issuer' };
  },
  issue: async ({ credential }) => {
    const { x } = createPublicKey(seeded).export({ format: 'jwk' });
    const key = base58btc.encode(Uint8Array.from([0xed, 0x01, ...base64url.decode(x)]));
    const issuer = `did:key:${key}`;
    const payload = new TextEncoder().encode(JSON.stringify({ ...credential, issuer }));
    return new CompactSign(payload)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'vc+jwt', cty: 'vc', kid: `${issuer}#${key}` })
      .sign(seeded);
  },
});
