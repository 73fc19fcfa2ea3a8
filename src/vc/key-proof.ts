import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose';
import { didOf, findControllerKey } from './controller-key.ts';
import { didKeyOf, resolveDid, verificationMethodOf } from './did.ts';
import { decodePublicKey, encodePublicKey, publicKeyFrom } from './multikey.ts';
import { isObject, type JsonObject } from './types.ts';

/** Signature algorithms of key proofs: Ed25519 under its two names (RFC 8037, RFC 9864). */
export const keyProofAlgorithms = ['EdDSA', 'Ed25519'] as const;

/** What makes a key proof worthless; every code means that the wallet did something wrong. */
export type KeyProofFault =
  | 'not-a-jwt'
  | 'wrong-type'
  | 'wrong-algorithm'
  /** None of `kid` and `jwk`, both, or a certificate. */
  | 'key-not-named'
  /** Another DID method than `did:key`, another kind of key, a private key, a key that its DID does not list. */
  | 'key-not-accepted'
  | 'wrong-signature'
  | 'wrong-audience'
  /** `iat` is missing or far from now, or `exp` or `nbf` say that this is not its time. */
  | 'not-of-now'
  | 'nonce-missing';

/** A proven key, as the DID that names it, and the challenge that it signed; whether that one was given out is the caller's to ask. */
export type KeyProof =
  | { readonly outcome: 'proven'; readonly did: string; readonly nonce: string }
  | { readonly outcome: 'failed'; readonly reason: KeyProofFault };

type KeyProofOptions = {
  /** The Credential Issuer Identifier, compared exactly. */
  readonly audience: string;
  readonly now: Date;
};

/** Clocks of telephones differ; how fresh a proof is, is decided by its nonce (OpenID4VCI 1.0, 13.8). */
const toleratedSeconds = 300;
const oldestSeconds = 300;
const maxLength = 10_000;

const failed = (reason: KeyProofFault): KeyProof => ({ outcome: 'failed', reason });

/**
 * Checks a key proof of type `jwt` (OpenID4VCI 1.0, F.1): typed, signed by the key that its header names (`kid` as URL of a
 * `did:key`, or a public `jwk`), for this issuer, now, over a nonce. Never rejects for what the text says.
 */
export const verifyKeyProof = async (jwt: string, { audience, now }: KeyProofOptions): Promise<KeyProof> => {
  const header = jwt.length <= maxLength ? headerOf(jwt) : undefined;
  if (!header) return failed('not-a-jwt');
  if (header.typ !== 'openid4vci-proof+jwt') return failed('wrong-type');
  if (!keyProofAlgorithms.some((name) => name === header.alg)) return failed('wrong-algorithm');
  const key = await keyIn(header, now);
  if ('fault' in key) return failed(key.fault);
  const raw = decodePublicKey(key.publicKeyMultibase);
  if (!raw) return failed('key-not-accepted');
  try {
    const { payload } = await jwtVerify(jwt, publicKeyFrom(raw), {
      algorithms: [...keyProofAlgorithms],
      audience,
      currentDate: now,
      maxTokenAge: oldestSeconds,
      clockTolerance: toleratedSeconds,
    });
    return provenBy(didKeyOf(key.publicKeyMultibase), payload);
  } catch (error) {
    return failed(faultOf(error));
  }
};

const provenBy = (did: string, { nonce, aud }: JWTPayload): KeyProof => {
  // A list of audiences would let the proof be used elsewhere too (F.1: a string).
  if (typeof aud !== 'string') return failed('wrong-audience');
  return typeof nonce === 'string' && nonce !== ''
    ? { outcome: 'proven', did, nonce }
    : failed('nonce-missing');
};

const headerOf = (jwt: string): ProtectedHeaderParameters | undefined => {
  try {
    return decodeProtectedHeader(jwt);
  } catch {
    return undefined;
  }
};

type NamedKey = { readonly publicKeyMultibase: string } | { readonly fault: KeyProofFault };

/** Exactly one of them may name the key (OpenID4VCI 1.0, F.1). */
const keyIn = async (header: ProtectedHeaderParameters, now: Date): Promise<NamedKey> => {
  const { kid, jwk } = header;
  if (header.x5c !== undefined || (kid === undefined) === (jwk === undefined))
    return { fault: 'key-not-named' };
  if (jwk !== undefined) return keyOfJwk(jwk as unknown as JsonObject);
  return typeof kid === 'string' ? keyOfDid(kid, now) : { fault: 'key-not-named' };
};

/** RFC 8037, 2. A wallet that sends its private key has lost it, and gets nothing bound to it. */
const keyOfJwk = (jwk: unknown): NamedKey => {
  if (!isObject(jwk) || jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || jwk.d !== undefined)
    return { fault: 'key-not-accepted' };
  const raw = Buffer.from(String(jwk.x), 'base64url');
  return raw.length === 32 ? { publicKeyMultibase: encodePublicKey(raw) } : { fault: 'key-not-accepted' };
};

/** No other host is asked: a wallet's DID is its key. Some name the DID alone, since it has one key only. */
const keyOfDid = async (kid: string, now: Date): Promise<NamedKey> => {
  const did = didOf(kid);
  if (!did.startsWith('did:key:')) return { fault: 'key-not-accepted' };
  const verificationMethod = kid.includes('#')
    ? kid
    : verificationMethodOf(did, did.slice('did:key:'.length));
  const found = await findControllerKey({
    controller: did,
    verificationMethod,
    purpose: 'authentication',
    created: now.toISOString(),
    resolveDid,
    now,
  });
  return 'verdict' in found ? { fault: 'key-not-accepted' } : found;
};

const faultOf = (error: unknown): KeyProofFault => {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'wrong-signature';
  if (error instanceof errors.JWTExpired) return 'not-of-now';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'not-a-jwt';
  return error.claim === 'aud' ? 'wrong-audience' : 'not-of-now';
};
