import {
  checkPlainTerms,
  type DidResolver,
  type DocumentLoader,
  type JsonObject,
  type ProofCheck,
  proofSuites,
  verifyProofs,
} from '../../vc/index.ts';
import { type Check, couldNotTell, failed, passed } from '../report.ts';

type SignatureDeps = { documentLoader: DocumentLoader; resolveDid: DidResolver; now: Date };

/** Of a proof that did not hold, not even its own words are repeated: only what kind it is, when that is a known kind. */
const evidenceOf = (proofs: readonly ProofCheck[]): Check['evidence'] => {
  const created = proofs.find(({ outcome }) => outcome === 'passed')?.created;
  return {
    proofs: proofs.map(({ cryptosuite, outcome }) => `${suiteName(cryptosuite)}: ${outcome}`).join(', '),
    ...(created ? { created } : {}),
  };
};

const suiteName = (cryptosuite: string | undefined): string =>
  proofSuites.find((known) => known === cryptosuite) ?? 'other';

/**
 * Every proof that we can check must hold, and at least one must. A proof of a kind unknown here neither helps nor harms:
 * a set exists so that each reader finds one it knows (VC Data Integrity 1.0, 2.1.1).
 */
export const checkSignature = async (credential: JsonObject, deps: SignatureDeps): Promise<Check> => {
  const proofs = await verifyProofs(credential, deps);
  const evidence = evidenceOf(proofs);
  const bad = proofs.find(({ outcome }) => outcome === 'failed');
  if (bad) return failed('signature', bad.reason, evidence);
  if (!proofs.some(({ outcome }) => outcome === 'passed')) {
    return couldNotTell('signature', proofs[0]?.reason ?? 'unknown-cryptosuite', evidence);
  }
  // Contexts of its own can make plain JSON read differently from what was signed: nothing of it may be shown.
  if (checkPlainTerms(credential).length > 0) return couldNotTell('signature', 'redefined-terms', evidence);
  return passed('signature', 'signature-valid', evidence);
};
