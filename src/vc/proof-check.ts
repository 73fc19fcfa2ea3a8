import type { DidFault } from './did.ts';
import type { DocumentFault, DocumentLimit } from './guard-document.ts';

/** The proof types made and verified here, by cryptosuite name, or by type for the one that predates cryptosuites. */
export const proofSuites = ['eddsa-rdfc-2022', 'Ed25519Signature2020', 'eddsa-jcs-2022'] as const;
export type ProofSuite = (typeof proofSuites)[number];

/** Why a proof is certainly not a proof by the issuer of this document. */
export type ProofFailure =
  | Exclude<DocumentFault, DocumentLimit>
  | 'issuer-missing'
  | 'no-proof'
  | 'proof-malformed'
  | 'wrong-purpose'
  | 'proof-expired'
  | 'not-the-issuer'
  | 'not-the-holder'
  | 'not-a-presentation'
  | 'challenge-missing'
  | 'challenge-mismatch'
  | 'domain-missing'
  | 'domain-mismatch'
  | 'invalid-did'
  | 'method-not-found'
  | 'key-not-authorised'
  | 'key-revoked'
  | 'key-expired'
  /** The envelope, or the JWS in it, is none (RFC 7515, 7.1). */
  | 'envelope-malformed'
  | 'jws-malformed'
  | 'algorithm-none'
  | 'algorithm-not-allowed'
  | 'critical-unknown'
  | 'type-mismatch'
  | 'header-context'
  | 'vc-claim'
  | 'claims-contradict'
  | 'kid-missing'
  | 'issuer-mismatch'
  | 'proof-not-yet-valid'
  | 'signed-in-future'
  | 'previous-proof-missing'
  | 'previous-proof-failed'
  /** A term or type that no context defines: the signature cannot cover it (data loss). */
  | 'undefined-terms'
  /** The contexts contradict each other or the document breaks JSON-LD. */
  | 'not-json-ld'
  | 'signature-invalid';

/** Why nothing certain can be said. */
export type ProofDoubt =
  | DocumentLimit
  | 'too-many-proofs'
  | Exclude<DidFault, 'invalid-did'>
  | 'unknown-cryptosuite'
  | 'algorithm-not-supported'
  | 'envelope-not-supported'
  /** The key is no longer in use, and the signature does not say when it was made. */
  | 'signing-time-unknown'
  | 'issuer-not-a-did'
  | 'key-type-not-supported'
  | 'context-not-shipped'
  | 'previous-proof-unclear'
  /** Contexts of its own can make the plain JSON read differently from what was signed. */
  | 'redefined-terms'
  /** More symmetrical blank nodes than canonicalization may cost. */
  | 'too-complex';

export type ProofVerdict =
  | { readonly outcome: 'passed'; readonly reason: 'signature-valid' }
  | {
      readonly outcome: 'failed';
      readonly reason: ProofFailure;
      /** Since when, for a key that its controller revoked: ISO 8601. */
      readonly since?: string;
    }
  | { readonly outcome: 'could-not-tell'; readonly reason: ProofDoubt };

/** What a proof says of itself. */
export type ProofClaims = {
  readonly cryptosuite: string | undefined;
  readonly verificationMethod: string | undefined;
  /** As written in the proof: XML Schema dateTimeStamp. */
  readonly created: string | undefined;
};

/**
 * For whom a proof speaks: the issuer of a credential, a partner or accreditor who signed beside it, the holder of a
 * presentation; `unknown` for one by somebody who has no part in the document.
 */
export type ProofRole = 'issuer' | 'co-signer' | 'holder' | 'unknown';

/** What is known of one proof. The texts are the proof's own claims, shown also when it failed. */
export type ProofCheck = ProofVerdict &
  ProofClaims & {
    /** The DID that the verification method belongs to: proven only when the outcome is `passed`. */
    readonly signer: string | undefined;
    readonly role: ProofRole;
  };

export const passed: ProofVerdict = { outcome: 'passed', reason: 'signature-valid' };
export const failed = (reason: ProofFailure, since?: string): ProofVerdict => ({
  outcome: 'failed',
  reason,
  ...(since === undefined ? {} : { since }),
});
export const couldNotTell = (reason: ProofDoubt): ProofVerdict => ({ outcome: 'could-not-tell', reason });
