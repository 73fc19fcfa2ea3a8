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
import { asList, isObject, type JsonObject } from './types.ts';

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

/** A proven holder, and what they present: credentials that nobody has verified yet. */
export type PresentedJwt =
  | { readonly outcome: 'proven'; readonly did: string; readonly credentials: readonly unknown[] }
  | { readonly outcome: 'failed'; readonly reason: KeyProofFault };

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
/** A presentation carries a credential, which may carry a picture. */
const maxLength = 1_400_000;

const failed = (reason: KeyProofFault) => ({ outcome: 'failed', reason }) as const;

type Signed = { readonly did: string; readonly payload: JWTPayload };
type Question = KeyProofOptions & {
  readonly types: readonly (string | undefined)[];
  readonly mustSayWhen: boolean;
};

/** A JWT by the holder of a key that its header names, for this audience, now. */
const readSigned = async (
  jwt: string,
  { audience, now, types, mustSayWhen }: Question,
): Promise<Signed | { readonly fault: KeyProofFault }> => {
  const header = jwt.length <= maxLength ? headerOf(jwt) : undefined;
  if (!header) return { fault: 'not-a-jwt' };
  if (!types.includes(header.typ)) return { fault: 'wrong-type' };
  if (!keyProofAlgorithms.some((name) => name === header.alg)) return { fault: 'wrong-algorithm' };
  const key = await keyIn(header, now);
  if ('fault' in key) return key;
  const raw = decodePublicKey(key.publicKeyMultibase);
  if (!raw) return { fault: 'key-not-accepted' };
  try {
    const { payload } = await jwtVerify(jwt, publicKeyFrom(raw), {
      algorithms: [...keyProofAlgorithms],
      audience,
      currentDate: now,
      clockTolerance: toleratedSeconds,
      ...(mustSayWhen ? { maxTokenAge: oldestSeconds } : {}),
    });
    // A list of audiences would let the same be used elsewhere too (OpenID4VCI 1.0, F.1: a string).
    if (typeof payload.aud !== 'string') return { fault: 'wrong-audience' };
    return { did: didKeyOf(key.publicKeyMultibase), payload };
  } catch (error) {
    return { fault: faultOf(error) };
  }
};

/**
 * Checks a key proof of type `jwt` (OpenID4VCI 1.0, F.1): typed, signed by the key that its header names (`kid` as URL of a
 * `did:key`, or a public `jwk`), for this issuer, now, over a nonce. Never rejects for what the text says.
 */
export const verifyKeyProof = async (jwt: string, options: KeyProofOptions): Promise<KeyProof> => {
  const question = { ...options, types: ['openid4vci-proof+jwt'], mustSayWhen: true };
  const signed = await readSigned(jwt, question);
  if ('fault' in signed) return failed(signed.fault);
  const { did, payload } = signed;
  return typeof payload.nonce === 'string' && payload.nonce !== ''
    ? { outcome: 'proven', did, nonce: payload.nonce }
    : failed('nonce-missing');
};

/**
 * Checks a presentation as OpenID4VP 1.0 has it with `jwt_vc_json` (B.1.3.1.5): a JWT with the claim `vp`, in the manner of
 * VC Data Model 1.1, signed by the holder for this audience and nonce. Never rejects for what the text says.
 */
export const verifyPresentedJwt = async (
  jwt: string,
  { nonce, ...options }: KeyProofOptions & { readonly nonce: string },
): Promise<PresentedJwt> => {
  const signed = await readSigned(jwt, { ...options, types: [undefined, 'JWT'], mustSayWhen: false });
  if ('fault' in signed) return failed(signed.fault);
  const { did, payload } = signed;
  if (payload.nonce !== nonce) return failed('nonce-missing');
  if (payload.iss !== undefined && payload.iss !== did) return failed('key-not-accepted');
  const { vp } = payload;
  if (!isObject(vp) || !asList(vp.type).includes('VerifiablePresentation')) return failed('not-a-jwt');
  return { outcome: 'proven', did, credentials: asList(vp.verifiableCredential) };
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
