import { CompactSign } from 'jose';
import { invalid } from '../platform/errors.ts';
import { isVersion1 } from './check-shape.ts';
import { claimNames } from './jws-read.ts';
import { assertMeaning, assertSignable, type SecureOptions } from './secure.ts';
import type { JsonObject } from './types.ts';

export type SecureAsJwtOptions = Omit<SecureOptions, 'proofs'>;

/**
 * Secures a credential as compact JWS, `application/vc+jwt` (VC JOSE and COSE 1.0, 3.1.1): the payload is the credential
 * and the claim `iss`, without which JWT libraries look for no key; key and time of signing (`iat`, to the second) are in
 * the header, `iss` once more (RFC 7519, 5.3). VC Data Model 2.0 only. The same input gives the same text.
 * @throws DomainError `too-large`, `too-deep`, `too-many-objects`, `broken-characters`, `invalid-input` (shape, or a
 * credential of version 1.1), `foreign-issuer`, `already-secured`, `undefined-terms`, `not-json-ld`,
 * `unportable-number`, `too-complex`, and ContextNotShipped
 */
export const secureAsJwt = async (credential: JsonObject, options: SecureAsJwtOptions): Promise<string> => {
  const { key, verificationMethod, issuer, created, documentLoader } = options;
  assertSignable(credential, issuer);
  if (isVersion1(credential))
    throw invalid([{ pointer: '/@context/0', code: 'not-the-credentials-context' }]);
  // A reader would take them for words of the signature, and out of the credential.
  const claims = [...claimNames, 'vc', 'vp'].filter((name) => name in credential);
  if (claims.length > 0)
    throw invalid(claims.map((name) => ({ pointer: `/${name}`, code: 'claim-is-ours' })));
  await assertMeaning(credential, documentLoader);
  return new CompactSign(new TextEncoder().encode(JSON.stringify({ ...credential, iss: issuer })))
    .setProtectedHeader({
      alg: 'EdDSA',
      typ: 'vc+jwt',
      cty: 'vc',
      kid: verificationMethod,
      iss: issuer,
      iat: Math.floor(created.getTime() / 1000),
    })
    .sign(key.privateKey);
};
