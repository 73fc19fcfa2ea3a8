import {
  checkPlainTerms,
  type DidResolver,
  type DocumentLoader,
  type JsonObject,
  judgeProofs,
  type ProofCheck,
  proofSuites,
  verifyProofs,
} from '../../vc/index.ts';
import { type Check, type CoSignature, couldNotTell, failed, passed } from '../report.ts';

/** What the proofs come to, and who signed beside the issuer. */
export type SignatureResult = { check: Check; coSignatures: readonly CoSignature[] };

type SignatureDeps = {
  documentLoader: DocumentLoader;
  resolveDid: DidResolver;
  now: Date;
  /** Whether the issuer is one whose revoked keys were reported compromised. */
  revokesCompromised: boolean;
};

/** Of a proof that did not hold, not even its own words are repeated: only what kind it is, when that is a known kind. */
const evidenceOf = (proofs: readonly ProofCheck[]): Check['evidence'] => {
  const created = proofs.find(({ outcome, role }) => outcome === 'passed' && role === 'issuer')?.created;
  return {
    proofs: proofs.map(({ cryptosuite, outcome }) => `${suiteName(cryptosuite)}: ${outcome}`).join(', '),
    ...(created ? { created } : {}),
  };
};

const suiteName = (cryptosuite: string | undefined): string =>
  [...proofSuites, 'vc+jwt'].find((known) => known === cryptosuite) ?? 'other';

/** A revoked key of ours is one that was reported compromised: the text may be untouched, but anybody could have signed it. */
const revokedOf = (proofs: readonly ProofCheck[], reason: string): Check | undefined => {
  if (reason !== 'key-revoked') return undefined;
  const bad = proofs.find(({ outcome, role, reason: own }) => {
    return outcome === 'failed' && role === 'issuer' && own === reason;
  });
  if (bad?.outcome !== 'failed') return undefined;
  const since = bad.since === undefined ? {} : { since: bad.since };
  return failed('signature', 'key-compromised', { ...evidenceOf(proofs), ...since });
};

/**
 * Every proof that we can check must hold, and at least one of the issuer's must. A co-signature is told beside it and
 * never counts as the issuer's; one that cannot be checked, like a proof of a kind unknown here, neither helps nor harms.
 */
export const checkSignature = async (
  credential: JsonObject,
  deps: SignatureDeps,
  /** As it was brought: with its envelope, where it came in one. */
  secured: unknown = credential,
): Promise<SignatureResult> => {
  const proofs = await verifyProofs(secured, deps);
  return { check: judge(credential, proofs, deps.revokesCompromised), coSignatures: coSignaturesOf(proofs) };
};

const judge = (credential: JsonObject, proofs: readonly ProofCheck[], revokesCompromised: boolean): Check => {
  const evidence = evidenceOf(proofs);
  const { outcome, reason } = judgeProofs(proofs);
  if (outcome === 'failed') {
    const revoked = revokesCompromised ? revokedOf(proofs, reason) : undefined;
    return revoked ?? failed('signature', reason, evidence);
  }
  if (outcome === 'could-not-tell') return couldNotTell('signature', reason, evidence);
  // Contexts of its own can make plain JSON read differently from what was signed: nothing of it may be shown.
  if (checkPlainTerms(credential).length > 0) return couldNotTell('signature', 'redefined-terms', evidence);
  return passed('signature', 'signature-valid', evidence);
};

const coSignaturesOf = (proofs: readonly ProofCheck[]): readonly CoSignature[] =>
  proofs
    .filter(({ role }) => role === 'co-signer')
    .map(({ signer, outcome, reason, created }) => ({ did: signer ?? '', outcome, reason, created }));
