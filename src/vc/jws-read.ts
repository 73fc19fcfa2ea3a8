import { z } from 'zod';
import { guardDocument, isLimit } from './guard-document.ts';
import type { EnvelopeMedia } from './jose-envelope.ts';
import { checkHeader, type JwsAlgorithm } from './jws-header.ts';
import { couldNotTell, failed, type ProofVerdict } from './proof-check.ts';
import type { JsonObject } from './types.ts';

/** Beyond the years of ECMAScript nothing can be compared. */
const seconds = z.number().nonnegative().max(8_640_000_000_000).optional();
const text = z.string().optional();

/**
 * Registered claims (RFC 7519, 4.1), in the payload or repeated in the header (5.3). They speak of the signature, never
 * of the credential (VC JOSE and COSE 1.0, 3.1.3).
 */
const claimsShape = z.object({
  iss: text,
  sub: text,
  jti: text,
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  nonce: text,
  iat: seconds,
  nbf: seconds,
  exp: seconds,
});
export type JwsClaims = z.infer<typeof claimsShape>;
/** Members of a payload that are read as claims, not as the credential’s. */
export const claimNames: readonly string[] = [...Object.keys(claimsShape.shape), 'cnf'];

/** A JWS whose words about itself make sense. No key was asked for yet. */
export type Jws = {
  readonly alg: JwsAlgorithm;
  /** The verification method: an absolute URL with a fragment. */
  readonly kid: string;
  readonly claims: JwsClaims;
};

/** `document` is the payload without the claims, the credential as it was signed, where it can be read. */
export type ReadJws = { readonly document: JsonObject | undefined } & (
  | { readonly jws: Jws }
  | { readonly verdict: ProofVerdict }
);

/**
 * Reads a compact JWS (RFC 7515; VC JOSE and COSE 1.0, 3.1) and refuses whatever could make another reader see something
 * else in it: another algorithm or type, contexts in the header, critical extensions, claims that contradict each other,
 * other spellings of the base64url.
 */
export const readJws = (token: string, media: EnvelopeMedia): ReadJws => {
  const parts = token.split('.');
  const [head = '', body = ''] = parts;
  const guarded = guardDocument(utf8(body) ?? '');
  if (!guarded.ok || !parts.every(isCanonical)) {
    const limit = !guarded.ok && isLimit(guarded.reason) ? guarded.reason : undefined;
    return { document: undefined, verdict: limit ? couldNotTell(limit) : failed('jws-malformed') };
  }
  const { claims, document } = withoutClaims(guarded.document);
  return { document, ...readClaims(utf8(head) ?? '', claims, guarded.document, media) };
};

const readClaims = (
  head: string,
  claims: JsonObject,
  payload: JsonObject,
  media: EnvelopeMedia,
): { jws: Jws } | { verdict: ProofVerdict } => {
  const raw = guardDocument(head);
  if (!raw.ok) return { verdict: failed('jws-malformed') };
  const checked = checkHeader(raw.document, media);
  if ('verdict' in checked) return checked;
  // The form of VC Data Model 1.1 has the credential in a claim of its own (VC JOSE and COSE 1.0, 3.1.3 forbids it).
  if ('vc' in payload || 'vp' in payload) return { verdict: failed('vc-claim') };
  const repeated = withoutClaims(raw.document).claims;
  if (contradict(repeated, claims)) return { verdict: failed('claims-contradict') };
  const parsed = claimsShape.safeParse({ ...repeated, ...claims });
  if (!parsed.success) return { verdict: failed('jws-malformed') };
  const { alg, kid } = checked.header;
  const method = kid?.startsWith('#') ? `${parsed.data.iss ?? ''}${kid}` : kid;
  if (!method || method.indexOf('#') < 1) return { verdict: failed('kid-missing') };
  return { jws: { alg, kid: method, claims: parsed.data } };
};

/** Buffer skips what is no base64url and ignores spare bits: one signature must not have several spellings. */
const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

const utf8 = (part: string): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url'));
  } catch {
    return undefined;
  }
};

const withoutClaims = (payload: JsonObject): { claims: JsonObject; document: JsonObject } => {
  const entries = Object.entries(payload);
  const isClaim = ([name]: [string, unknown]): boolean => claimNames.includes(name);
  return {
    claims: Object.fromEntries(entries.filter(isClaim)),
    document: Object.fromEntries(entries.filter((entry) => !isClaim(entry))),
  };
};

const contradict = (one: JsonObject, other: JsonObject): boolean =>
  Object.entries(one).some(
    ([name, value]) => name in other && JSON.stringify(other[name]) !== JSON.stringify(value),
  );
