import { didOf } from './controller-key.ts';
import { guardDocument } from './guard-document.ts';
import { failed, type ProofCheck, type ProofVerdict } from './proof-check.ts';
import {
  checkProofSet,
  type RoleOf,
  splitProofs,
  unreadable,
  type VerifyOptions,
  withoutProof,
} from './proof-set.ts';
import { claimsOf } from './proof-shape.ts';
import { idOf } from './types.ts';

/**
 * Checks every proof of a credential on its own: made for assertion, by a key that its maker's DID document lists for
 * it, over exactly this content and the proofs it names. A proof by another than the issuer is a co-signature, beside at
 * least one by the issuer; alone it fails, `not-the-issuer`. Answers at least one check: a document without proof gets a
 * failed one, a document beyond our limits an open one. Never rejects for what the document says. `judgeProofs` says
 * what the checks come to. Dates, status and trust in the issuer are not asked here, nor whether the JSON names mean
 * what a reader takes them for (`checkPlainTerms`).
 */
export const verifyProofs = async (
  input: unknown,
  options: VerifyOptions,
): Promise<readonly ProofCheck[]> => {
  const guarded = guardDocument(input);
  if (!guarded.ok) return [withoutProof(unreadable(guarded.reason), 'issuer')];
  const split = splitProofs(guarded.document);
  if ('verdict' in split) return [withoutProof(split.verdict, 'issuer')];
  const issuer = idOf(split.unsecured.issuer);
  if (!issuer) return [withoutProof(failed('issuer-missing'), 'issuer')];
  const roleOf = rolesBeside(issuer, split.proofs);
  return checkProofSet({ ...options, ...split, purpose: 'assertionMethod', roleOf });
};

const rolesBeside = (issuer: string, proofs: readonly unknown[]): RoleOf => {
  const signed = proofs.some((proof) => didOf(claimsOf(proof).verificationMethod ?? '') === issuer);
  return (did) => {
    if (did === issuer) return 'issuer';
    return signed && did !== undefined ? 'co-signer' : { refused: failed('not-the-issuer') };
  };
};

/**
 * What the checks of a credential's proofs come to. Every proof that can be checked must hold, whoever made it, and at
 * least one of the issuer's must pass. One that can't be checked neither helps nor harms: a set exists so that each
 * reader finds one it knows (VC Data Integrity 1.0, 2.1.1), and a partner's address out of reach says nothing about the
 * issuer. A co-signature never stands in for the issuer's.
 */
export const judgeProofs = (checks: readonly ProofCheck[]): ProofVerdict => {
  const verdicts = [
    ...checks.filter(({ outcome }) => outcome === 'failed'),
    ...checks.filter(({ outcome, role }) => outcome === 'passed' && role === 'issuer'),
    ...checks.filter(({ outcome, role }) => outcome === 'could-not-tell' && role !== 'co-signer'),
  ];
  const [first] = verdicts;
  if (!first) return failed('not-the-issuer');
  const { outcome, reason } = first;
  return { outcome, reason } as ProofVerdict;
};
