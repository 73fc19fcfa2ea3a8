export type { BadgeFault, BakedBadge } from './baked/badge-text.ts';
export { bakePng } from './baked/png-badge.ts';
export { readBakedBadge } from './baked/read-baked.ts';
export { type BadgePicture, bakeSvg } from './baked/svg-badge.ts';
export { checkPlainTerms } from './check-plain-terms.ts';
export { checkShape } from './check-shape.ts';
export {
  type DecodedCompact,
  decodeCompact,
  encodeCompact,
  looksCompact,
  maxCompactLength,
} from './compact/compact-credential.ts';
export { type CompactTable, createCompactTable, readCompactTable } from './compact/compact-table.ts';
export { compactJwsIn } from './compact-jws.ts';
export { createConfirmSignature, SignatureDoubtful } from './confirm-signature.ts';
export type { DidResolver, ProofPurpose } from './controller-key.ts';
export {
  type DidDocument,
  type DidFault,
  type DidKey,
  type DidResolution,
  didDocument,
  didKeyOf,
  didWebOf,
  didWebUrl,
  type FetchDocument,
  resolveDid,
  type VerificationMethod,
  verificationMethodOf,
  withKeyHistory,
} from './did.ts';
export {
  ContextNotShipped,
  contextFiles,
  createDocumentLoader,
  type DocumentLoaderOptions,
  loadContext,
  type Resolver,
  type ShippedContext,
  shippedContexts,
} from './document-loader.ts';
export {
  type DocumentFault,
  type DocumentLimit,
  type GuardedDocument,
  guardDocument,
} from './guard-document.ts';
export { type EnvelopeMedia, envelopeOf } from './jose-envelope.ts';
export {
  type KeyProof,
  type KeyProofFault,
  keyProofAlgorithms,
  type PresentedJwt,
  verifyKeyProof,
  verifyPresentedJwt,
} from './key-proof.ts';
export {
  generateKeyPair,
  importKey,
  isSampleKey,
  type KeyFault,
  type KeyFile,
  KeyRefused,
  type SigningKey,
} from './keys.ts';
export { type OpenedCredential, openCredential } from './open-credential.ts';
export { presentedCredentials } from './presented-credentials.ts';
export {
  type ProofCheck,
  type ProofDoubt,
  type ProofFailure,
  type ProofRole,
  type ProofSuite,
  type ProofVerdict,
  proofSuites,
} from './proof-check.ts';
export type { VerifyOptions } from './proof-set.ts';
export { checkRelatedResources } from './related-resources.ts';
export { type SecuredCredential, type SecureOptions, secure } from './secure.ts';
export { type SecureAsJwtOptions, secureAsJwt } from './secure-as-jwt.ts';
export {
  createSecuringPool,
  type PoolOptions,
  type SecureOutcome,
  type SecuringPool,
} from './securing-pool.ts';
export {
  clearBit,
  decodeBits,
  emptyBits,
  encodeBits,
  minimumBits,
  readBit,
  type StatusBits,
  StatusListError,
  type StatusListFault,
  setBit,
} from './status-bits.ts';
export type { DocumentLoader, JsonObject, RemoteDocument } from './types.ts';
export {
  type HolderVerdict,
  type PresentationCheck,
  type PresentationOptions,
  verifyPresentation,
} from './verify-presentation.ts';
export { judgeProofs, verifyProofs } from './verify-proofs.ts';
