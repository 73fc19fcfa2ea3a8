import { couldNotTell, failed, type ProofVerdict } from './proof-check.ts';
import { asList, isObject, type JsonObject } from './types.ts';

const previousOf = (proof: unknown): readonly unknown[] =>
  isObject(proof) ? asList(proof.previousProof) : [];

const proofsNamed = (id: unknown, proofs: readonly unknown[]): readonly unknown[] =>
  proofs.filter((proof) => isObject(proof) && proof.id === id);

/**
 * What a proof signs: the document, and in a chain the proofs it names along with it (VC Data Integrity 1.0, 4.5).
 * Nothing when a named proof is missing or two have its name.
 */
export const signedDocument = (
  proof: JsonObject,
  unsecured: JsonObject,
  proofs: readonly unknown[],
): JsonObject | undefined => {
  const names = previousOf(proof);
  if (names.length === 0) return unsecured;
  const named = names.map((id) => proofsNamed(id, proofs));
  return named.every(({ length }) => length === 1) ? { ...unsecured, proof: named.flat() } : undefined;
};

/** A link holds only if all before it hold; as many rounds as proofs settle the longest chain. */
export const followChains = (
  proofs: readonly unknown[],
  verdicts: readonly ProofVerdict[],
): readonly ProofVerdict[] => {
  let settled = verdicts;
  for (let round = 1; round < proofs.length; round += 1) {
    const before = settled;
    settled = before.map((verdict, i) => {
      if (verdict.outcome !== 'passed') return verdict;
      const previous = previousOf(proofs[i]).flatMap((id) => proofsNamed(id, proofs));
      return linkVerdict(
        verdict,
        previous.map((proof) => before[proofs.indexOf(proof)]?.outcome),
      );
    });
  }
  return settled;
};

const linkVerdict = (
  verdict: ProofVerdict,
  previous: readonly (ProofVerdict['outcome'] | undefined)[],
): ProofVerdict => {
  if (previous.includes('failed')) return failed('previous-proof-failed');
  return previous.includes('could-not-tell') ? couldNotTell('previous-proof-unclear') : verdict;
};
