import { didOf } from './controller-key.ts';
import { guardDocument } from './guard-document.ts';
import { envelopeVerdict, openEnvelope } from './jose-envelope.ts';
import { readJws } from './jws-read.ts';
import { checkJws } from './jws-verify.ts';
import { failed, type ProofCheck, type ProofVerdict } from './proof-check.ts';
import {
  checkProofSet,
  type RoleOf,
  type SplitDocument,
  splitKnownShape,
  splitProofs,
  unreadable,
  type VerifyOptions,
  withoutProof,
} from './proof-set.ts';
import { claimsOf } from './proof-shape.ts';
import { idOf, type JsonObject } from './types.ts';

/**
 * Checks every proof of a credential on its own, embedded or enveloping (a compact JWS, or an
 * EnvelopedVerifiableCredential with one): made for assertion, by a key that its maker's DID document lists for
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
  const opened = openEnvelope(input, 'vc+jwt');
  if (opened)
    return opened.ok
      ? verifyToken(opened.token, options)
      : [withoutProof(envelopeVerdict(opened.reason), 'issuer')];
  const known = splitKnownShape(input, options.documentLoader);
  if (known) return verifySplit(known, options);
  const guarded = guardDocument(input);
  if (!guarded.ok) return [withoutProof(unreadable(guarded.reason), 'issuer')];
  return verifyEmbedded(guarded.document, options);
};

/** A credential that also carries proofs of its own must hold under all of them. */
const verifyToken = async (token: string, options: VerifyOptions): Promise<readonly ProofCheck[]> => {
  const read = readJws(token, 'vc+jwt');
  const issuer = idOf(read.document?.issuer);
  if (read.document && !issuer) return [withoutProof(failed('issuer-missing'), 'issuer')];
  const check = await checkJws(token, read, {
    ...options,
    media: 'vc+jwt',
    purpose: 'assertionMethod',
    role: 'issuer',
    controller: issuer,
    stranger: 'not-the-issuer',
  });
  const embedded = read.document?.proof === undefined ? [] : await verifyEmbedded(read.document, options);
  return [check, ...embedded];
};

const verifyEmbedded = async (
  document: JsonObject,
  options: VerifyOptions,
): Promise<readonly ProofCheck[]> => {
  const split = splitProofs(document);
  return 'verdict' in split ? [withoutProof(split.verdict, 'issuer')] : verifySplit(split, options);
};

const verifySplit = async (split: SplitDocument, options: VerifyOptions): Promise<readonly ProofCheck[]> => {
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
