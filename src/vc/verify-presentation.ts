import type { FieldFault } from '../platform/errors.ts';
import { checkPlainTerms } from './check-plain-terms.ts';
import { didOf } from './controller-key.ts';
import { guardDocument } from './guard-document.ts';
import { envelopeVerdict, openEnvelope } from './jose-envelope.ts';
import { readJws } from './jws-read.ts';
import { checkJws } from './jws-verify.ts';
import { checkPresentationShape } from './presentation-shape.ts';
import {
  failed,
  type ProofCheck,
  type ProofDoubt,
  type ProofFailure,
  type ProofVerdict,
} from './proof-check.ts';
import {
  checkProofSet,
  type RoleOf,
  splitProofs,
  unreadable,
  type VerifyOptions,
  withoutProof,
} from './proof-set.ts';
import { claimsOf } from './proof-shape.ts';
import { asList, idOf, type JsonObject } from './types.ts';

export type PresentationOptions = VerifyOptions & {
  /** What was given to the holder to sign. `undefined` accepts any, and so also what was recorded elsewhere. */
  readonly challenge: string | undefined;
  /** For whom it must have been signed; `undefined` accepts any. */
  readonly domain: string | undefined;
};

/** Who presents: a DID whose key signed this presentation for this occasion, or the reason why nobody is proven. */
export type HolderVerdict =
  | { readonly outcome: 'proven'; readonly did: string }
  /** Nobody signed it. `claimed` is what anybody could have written. */
  | { readonly outcome: 'not-proven'; readonly reason: 'no-proof'; readonly claimed: string | undefined }
  | { readonly outcome: 'failed'; readonly reason: ProofFailure }
  | { readonly outcome: 'could-not-tell'; readonly reason: ProofDoubt };

export type PresentationCheck = {
  /** What is wrong with its shape; then nothing else was looked at. */
  readonly faults: readonly FieldFault[];
  readonly holder: HolderVerdict;
  readonly proofs: readonly ProofCheck[];
  /** As presented: objects, envelopes or compact JWS. None of them has been verified. */
  readonly credentials: readonly unknown[];
};

/**
 * Checks who presents (VC Data Model 2.0, 4.13; VC Data Integrity 1.0, 4.3): each proof made for authentication, for this
 * challenge and domain, compared exactly, by a key that the holder's own DID document lists for it. Where the
 * presentation names its holder, that is the only one who may sign it. The credentials in it are handed back unverified;
 * whether they are about the holder is for the caller to ask. Never rejects for what the document says.
 */
export const verifyPresentation = async (
  input: unknown,
  options: PresentationOptions,
): Promise<PresentationCheck> => {
  const opened = openEnvelope(input, 'vp+jwt');
  if (opened && !opened.ok) return nothingOf(envelopeVerdict(opened.reason));
  if (opened) return verifyToken(opened.token, options);
  const guarded = guardDocument(input);
  if (!guarded.ok) return nothingOf(unreadable(guarded.reason));
  return verified(guarded.document, () => checkHolderProofs(guarded.document, options));
};

const verified = async (
  presentation: JsonObject,
  check: () => Promise<readonly ProofCheck[]>,
): Promise<PresentationCheck> => {
  const faults = checkPresentationShape(presentation);
  if (faults.length > 0) return { ...nothingOf(failed('not-a-presentation')), faults };
  const proofs = await check();
  const credentials = asList(presentation.verifiableCredential);
  return { faults, proofs, credentials, holder: judgeHolder(presentation, proofs) };
};

/** As JWS the challenge is the claim `nonce`, the domain `aud` (VC JOSE and COSE 1.0, 3.1.2). */
const verifyToken = async (token: string, options: PresentationOptions): Promise<PresentationCheck> => {
  const read = readJws(token, 'vp+jwt');
  const { document } = read;
  if (!document) return nothingOf('verdict' in read ? read.verdict : failed('jws-malformed'));
  const question = {
    ...options,
    media: 'vp+jwt',
    purpose: 'authentication',
    role: 'holder',
    controller: idOf(document.holder),
    stranger: 'not-the-holder',
  } as const;
  const embedded = async () => (document.proof === undefined ? [] : checkHolderProofs(document, options));
  return verified(document, async () => [await checkJws(token, read, question), ...(await embedded())]);
};

const nothingOf = (verdict: ProofVerdict): PresentationCheck => ({
  faults: [],
  holder: unproven(verdict),
  proofs: [],
  credentials: [],
});

const checkHolderProofs = async (
  presentation: JsonObject,
  options: PresentationOptions,
): Promise<readonly ProofCheck[]> => {
  const split = splitProofs(presentation);
  if ('verdict' in split) return [withoutProof(split.verdict, 'holder')];
  const roleOf = holderOnly(presentation, split.proofs);
  return checkProofSet({ ...options, ...split, purpose: 'authentication', roleOf });
};

/** Nobody signs for a holder. Where none is named, the first who signed is the one. */
const holderOnly = (presentation: JsonObject, proofs: readonly unknown[]): RoleOf => {
  const first = claimsOf(proofs[0]).verificationMethod;
  const holder = idOf(presentation.holder) ?? (first === undefined ? undefined : didOf(first));
  return (did) => (did === holder ? 'holder' : { refused: failed('not-the-holder') });
};

const judgeHolder = (presentation: JsonObject, checks: readonly ProofCheck[]): HolderVerdict => {
  const claimed = idOf(presentation.holder);
  const bad = checks.find(({ outcome }) => outcome === 'failed');
  if (bad)
    return bad.reason === 'no-proof' ? { outcome: 'not-proven', reason: 'no-proof', claimed } : unproven(bad);
  const did = checks.find(({ outcome }) => outcome === 'passed')?.signer;
  if (did === undefined) return unproven(checks[0] ?? failed('no-proof'));
  const { verifiableCredential: _, ...own } = presentation;
  return checkPlainTerms(own).length > 0
    ? { outcome: 'could-not-tell', reason: 'redefined-terms' }
    : { outcome: 'proven', did };
};

const unproven = (verdict: ProofVerdict): HolderVerdict =>
  verdict.outcome === 'could-not-tell'
    ? { outcome: 'could-not-tell', reason: verdict.reason }
    : { outcome: 'failed', reason: verdict.outcome === 'failed' ? verdict.reason : 'signature-invalid' };
