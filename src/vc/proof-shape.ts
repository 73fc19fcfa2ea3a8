import type { ProofPurpose } from './controller-key.ts';
import {
  couldNotTell,
  failed,
  type ProofClaims,
  type ProofFailure,
  type ProofSuite,
  type ProofVerdict,
  proofSuites,
} from './proof-check.ts';
import { isDateTimeStamp, isUrl } from './shape-rules.ts';
import { asList, idOf, isObject, type JsonObject } from './types.ts';

/** A proof whose members are what its suite asks for. */
export type Proof = JsonObject & {
  readonly verificationMethod: string;
  readonly created: string;
  readonly expires?: string;
  readonly proofPurpose: string;
  readonly proofValue: string;
  readonly previousProof?: string | string[];
  readonly challenge?: string;
  readonly domain?: string | string[];
};

const isText = (value: unknown): value is string => typeof value === 'string';
const isDate = (value: unknown): boolean => isText(value) && isDateTimeStamp(value);
const isOptional = (value: unknown, is: (value: unknown) => boolean): boolean =>
  value === undefined || is(value);
const isTextOrTexts = (value: unknown): boolean =>
  isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));

/** 64 bytes in base58-btc (Data Integrity EdDSA Cryptosuites 1.0, 2.2.1). */
const signature = /^z[1-9A-HJ-NP-Za-km-z]{64,88}$/;

/** By hand, since every proof that is checked comes by here. */
const isProof = (proof: JsonObject): proof is Proof => {
  const { verificationMethod, created, expires, proofPurpose, proofValue } = proof;
  return (
    // A URL with the key as its fragment (VC Data Integrity 1.0, 2.1): what is none names no stranger, it is broken.
    isText(verificationMethod) &&
    verificationMethod.includes('#') &&
    isUrl(verificationMethod) &&
    isDate(created) &&
    isOptional(expires, isDate) &&
    isText(proofPurpose) &&
    isText(proofValue) &&
    signature.test(proofValue) &&
    isOptional(proof.previousProof, isTextOrTexts) &&
    isOptional(proof.challenge, isText) &&
    isOptional(proof.domain, isTextOrTexts)
  );
};

/**
 * What a proof must be for. Without `now` its `expires` is not asked; without `challenge` or `domain` it may have any, or
 * none (VC Data Integrity 1.0, 4.3).
 */
export type ProofDemand = {
  readonly purpose: ProofPurpose;
  readonly now?: Date | undefined;
  readonly challenge?: string | undefined;
  readonly domain?: string | undefined;
};

/** A proof that can be checked, or the verdict that it can't. `input` is the proof as it stood. */
export type ReadProof =
  | { readonly suite: ProofSuite; readonly input: JsonObject; readonly proof: Proof }
  | { readonly verdict: ProofVerdict };

/** The words of a proof about itself, as far as they can be read. */
export const claimsOf = (proof: unknown): ProofClaims => {
  if (!isObject(proof)) return { cryptosuite: undefined, verificationMethod: undefined, created: undefined };
  return {
    cryptosuite: textOf(proof.type === 'DataIntegrityProof' ? proof.cryptosuite : proof.type),
    verificationMethod: idOf(proof.verificationMethod),
    created: textOf(proof.created),
  };
};

const textOf = (value: unknown): string | undefined => (isText(value) ? value : undefined);

/** Looks at everything that a proof says of itself; no key and no signature is asked for. */
export const readProof = (input: unknown, demand: ProofDemand): ReadProof => {
  if (!isObject(input) || typeof claimsOf(input).cryptosuite !== 'string') return malformed;
  const suite = suiteOf(input);
  if (!suite) return { verdict: couldNotTell('unknown-cryptosuite') };
  const { verificationMethod } = input;
  const proof = isText(verificationMethod)
    ? input
    : { ...input, verificationMethod: idOf(verificationMethod) };
  if (!isProof(proof) || !Object.keys(input).every(isPlainName)) return malformed;
  const unmet = unmetDemand(proof, demand);
  return unmet ? { verdict: failed(unmet) } : { suite, input, proof };
};

const unmetDemand = (proof: Proof, demand: ProofDemand): ProofFailure | undefined => {
  if (proof.proofPurpose !== demand.purpose) return 'wrong-purpose';
  if (isExpired(proof, demand.now)) return 'proof-expired';
  return unmetRequest(proof, demand);
};

/** A proof made for somebody else, or for another occasion, proves nothing here. */
export const unmetRequest = (
  made: { readonly challenge?: unknown; readonly domain?: unknown },
  { challenge, domain }: Pick<ProofDemand, 'challenge' | 'domain'>,
): ProofFailure | undefined => {
  if (challenge !== undefined && made.challenge === undefined) return 'challenge-missing';
  if (challenge !== undefined && made.challenge !== challenge) return 'challenge-mismatch';
  if (domain === undefined) return undefined;
  if (made.domain === undefined) return 'domain-missing';
  return asList(made.domain).every((item) => item === domain) ? undefined : 'domain-mismatch';
};

const malformed: ReadProof = { verdict: failed('proof-malformed') };

const suiteOf = (proof: JsonObject): ProofSuite | undefined => {
  if (proof.type === 'Ed25519Signature2020') return 'Ed25519Signature2020';
  if (proof.type !== 'DataIntegrityProof' || proof.cryptosuite === 'Ed25519Signature2020') return undefined;
  return proofSuites.find((name) => name === proof.cryptosuite);
};

/** A member written as IRI or keyword would be signed as `expires`, say, but not be read as it. */
const isPlainName = (name: string): boolean => /^\w+$/.test(name) || name === '@context';

const isExpired = ({ expires }: Proof, now: Date | undefined): boolean =>
  expires !== undefined && now !== undefined && new Date(expires) <= now;
