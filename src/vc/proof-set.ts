import { type DidResolver, didOf, findControllerKey } from './controller-key.ts';
import type { DidResolution } from './did.ts';
import { type DocumentFault, guardBeside, isLimit } from './guard-document.ts';
import { followChains, signedDocument } from './proof-chain.ts';
import { couldNotTell, failed, type ProofCheck, type ProofRole, type ProofVerdict } from './proof-check.ts';
import { claimsOf, type ProofDemand, readProof } from './proof-shape.ts';
import { type CheckSignature, createCheckSignature } from './proof-signature.ts';
import { signedDataOf } from './template/signed-data.ts';
import type { Digest } from './template/template.ts';
import { asList, type DocumentLoader, isObject, type JsonObject } from './types.ts';

/** Each link of a chain costs a canonicalization; nobody honest needs more. */
const maxProofs = 5;

/** What it takes to verify: contexts, DIDs and the time. */
export type VerifyOptions = {
  readonly documentLoader: DocumentLoader;
  readonly resolveDid: DidResolver;
  /** Given, proofs whose `expires` lies before it fail (VC Data Integrity 1.0, 2.1). */
  readonly now?: Date;
};

/** In which role the maker of a proof made it, by the DID that its verification method names. */
export type RoleOf = (did: string | undefined) => ProofRole | { readonly refused: ProofVerdict };

/** A document that was let in: without its proofs, its hash if that is known already, and its proofs. */
export type SplitDocument = {
  readonly unsecured: JsonObject;
  readonly hash?: Digest;
  readonly proofs: readonly unknown[];
};

type ProofSetQuestion = VerifyOptions &
  ProofDemand & {
    readonly roleOf: RoleOf;
  } & SplitDocument;

type Context = ProofSetQuestion & { readonly checkSignature: CheckSignature };

/** A verdict about the whole document, in the place of those about its proofs. */
export const withoutProof = (verdict: ProofVerdict, role: ProofRole): ProofCheck => ({
  ...verdict,
  ...claimsOf(undefined),
  signer: undefined,
  role,
});

/** What an unreadable document says of its proofs. */
export const unreadable = (reason: DocumentFault): ProofVerdict =>
  isLimit(reason) ? couldNotTell(reason) : failed(reason);

/** jsonld copies a member `__proto__` away while it reads, so it would stand unsigned in a document that verifies. */
export const namesPrototype = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(namesPrototype);
  for (const name of Object.keys(value)) {
    if (name === '__proto__' || namesPrototype((value as JsonObject)[name])) return true;
  }
  return false;
};

/** The document without its proofs, and its proofs; or why there is nothing to check. */
export const splitProofs = (document: JsonObject): SplitDocument | { readonly verdict: ProofVerdict } => {
  const { proof, ...unsecured } = document;
  const proofs = asList(proof);
  if (namesPrototype(document)) return { verdict: failed('undefined-terms') };
  if (proofs.length === 0) return { verdict: failed('no-proof') };
  return proofs.length > maxProofs ? { verdict: couldNotTell('too-many-proofs') } : { unsecured, proofs };
};

/**
 * What `guardDocument` and `splitProofs` come to for a document of a known shape. Such a shape was learnt from a guarded
 * document and has its names, its depth and as many objects, so that only the proofs are left to be guarded, as if they
 * stood beside the largest document of that shape. Nothing when there is anything to say against it, or to find out.
 */
export const splitKnownShape = (
  input: unknown,
  documentLoader: DocumentLoader,
): SplitDocument | undefined => {
  if (!isObject(input)) return undefined;
  const { proof, ...unsecured } = input;
  const known = signedDataOf(documentLoader).readKnown(unsecured);
  if (!known || !guardBeside({ proof }, known.size).ok) return undefined;
  const split = splitProofs({ proof });
  return 'verdict' in split ? undefined : { unsecured, hash: known.hash, proofs: split.proofs };
};

/** Checks each proof of a set on its own, one after the other, then the chains among them. */
export const checkProofSet = async (question: ProofSetQuestion): Promise<readonly ProofCheck[]> => {
  const { proofs, roleOf, documentLoader, resolveDid, unsecured, hash } = question;
  const context: Context = {
    ...question,
    resolveDid: proofs.length === 1 ? resolveDid : rememberingResolver(resolveDid),
    checkSignature: createCheckSignature(
      documentLoader,
      hash === undefined ? undefined : { document: unsecured, hash },
    ),
  };
  const signers = proofs.map(signerOf);
  const roles = signers.map(roleOf);
  const verdicts: ProofVerdict[] = [];
  for (const [i, item] of proofs.entries()) {
    const role = roles[i];
    verdicts.push(
      typeof role === 'object' ? refusal(item, role.refused, question) : await checkProof(item, context),
    );
  }
  return followChains(proofs, verdicts).map((verdict, i) => ({
    ...verdict,
    ...claimsOf(proofs[i]),
    signer: signers[i],
    role: ownRole(roles[i]),
  }));
};

const ownRole = (role: ReturnType<RoleOf> | undefined): ProofRole =>
  typeof role === 'string' ? role : 'unknown';

const signerOf = (proof: unknown): string | undefined => {
  const { verificationMethod } = claimsOf(proof);
  return verificationMethod === undefined ? undefined : didOf(verificationMethod);
};

/** What a proof says of itself outweighs who made it: a kind unknown here is no forgery. */
const refusal = (item: unknown, refused: ProofVerdict, demand: ProofDemand): ProofVerdict => {
  const read = readProof(item, demand);
  return 'verdict' in read ? read.verdict : refused;
};

/** One DID is fetched once for all proofs that name it. */
const rememberingResolver = (resolveDid: DidResolver): DidResolver => {
  const known = new Map<string, Promise<DidResolution>>();
  return (did) => {
    const resolution = known.get(did) ?? resolveDid(did);
    known.set(did, resolution);
    return resolution;
  };
};

const checkProof = async (item: unknown, context: Context): Promise<ProofVerdict> => {
  const { purpose, unsecured, proofs, resolveDid, checkSignature } = context;
  const read = readProof(item, context);
  if ('verdict' in read) return read.verdict;
  const { suite, input, proof } = read;
  const document = signedDocument(proof, unsecured, proofs);
  if (!document) return failed('previous-proof-missing');
  const { verificationMethod, created } = proof;
  const controller = didOf(verificationMethod);
  const found = await findControllerKey({ controller, verificationMethod, purpose, created, resolveDid });
  if ('verdict' in found) return found.verdict;
  const key = { id: verificationMethod, controller, publicKeyMultibase: found.publicKeyMultibase };
  return checkSignature({ suite, document, proof: input, key });
};
