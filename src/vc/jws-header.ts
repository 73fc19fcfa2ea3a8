import { z } from 'zod';
import type { EnvelopeMedia } from './jose-envelope.ts';
import { couldNotTell, failed, type ProofVerdict } from './proof-check.ts';
import type { JsonObject } from './types.ts';

const algorithms = ['EdDSA', 'Ed25519'] as const;
/** `EdDSA` (RFC 8037), or its name that says the curve as well (RFC 9864). */
export type JwsAlgorithm = (typeof algorithms)[number];

/** Signatures with public keys of other kinds: not wrong, only not verified here. */
const otherAlgorithms = /^(RS|PS|ES)(256|384|512)$|^ES256K$|^Ed448$|^ML-DSA-/;

const text = z.string().optional();
const shape = z.looseObject({ alg: z.string(), kid: text, typ: text, cty: text, iss: text });

export type JwsHeader = z.infer<typeof shape> & { readonly alg: JwsAlgorithm };

/**
 * The header of a JWS, or the verdict that it must not be followed (RFC 8725, 3: the algorithm is ours to choose, and
 * the type is checked). Keys and key addresses in it (`jwk`, `jku`, `x5c`) are never looked at.
 */
export const checkHeader = (
  header: JsonObject,
  media: EnvelopeMedia,
): { readonly header: JwsHeader } | { readonly verdict: ProofVerdict } => {
  const parsed = shape.safeParse(header);
  if (!parsed.success) return { verdict: failed('jws-malformed') };
  const { alg, typ, cty } = parsed.data;
  const known = algorithms.find((name) => name === alg);
  if (!known) return { verdict: wrongAlgorithm(alg) };
  // RFC 7515, 4.1.11: what must be understood, and is not.
  if (header.crit !== undefined) return { verdict: failed('critical-unknown') };
  if (!isType(typ, media)) return { verdict: failed('type-mismatch') };
  if (cty !== undefined && !isType(cty, media.slice(0, 2))) return { verdict: failed('type-mismatch') };
  if ('@context' in header) return { verdict: failed('header-context') };
  return { header: { ...parsed.data, alg: known } };
};

const wrongAlgorithm = (alg: string): ProofVerdict => {
  if (/^none$/i.test(alg)) return failed('algorithm-none');
  return otherAlgorithms.test(alg)
    ? couldNotTell('algorithm-not-supported')
    : failed('algorithm-not-allowed');
};

/** The part before the slash may be left out (RFC 7515, 4.1.9). */
const isType = (value: string | undefined, wanted: string): boolean =>
  value?.toLowerCase().replace(/^application\//, '') === wanted;
