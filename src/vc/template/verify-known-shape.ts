import { verify } from 'node:crypto';
import { fromBase58 } from '../multibase.ts';
import type { ProofSuite } from '../proof-check.ts';
import { publicKeyOf } from '../public-keys.ts';
import type { DocumentLoader, JsonObject } from '../types.ts';
import { isRdfSuite, signedDataOf } from './signed-data.ts';
import type { Digest } from './template.ts';

type Question = {
  readonly suite: ProofSuite;
  readonly document: JsonObject;
  readonly proof: JsonObject;
  readonly publicKeyMultibase: string;
};

/** Checks one signature over a document of a known shape; nothing where only the stock libraries can tell. */
export type KnownShapeCheck = {
  verify(question: Question): 'valid' | 'invalid' | undefined;
  /** Lets the shape of what the stock libraries verified be known from its second time on. */
  learn(question: Question): Promise<void>;
};

/** A document without its proofs, and its hash if the shape is known. */
export type HashedDocument = { readonly document: JsonObject; readonly hash: Digest | undefined };

/** One serves one document, whose hash it keeps for the further proofs of a set; it may be known before. */
export const createKnownShapeCheck = (
  documentLoader: DocumentLoader,
  hashed: HashedDocument | undefined,
): KnownShapeCheck => {
  const signedData = signedDataOf(documentLoader);
  let last = hashed;

  const hashOf = (document: JsonObject): Digest | undefined => {
    if (last?.document !== document) last = { document, hash: signedData.documentHash(document) };
    return last.hash;
  };

  return {
    verify: ({ suite, document, proof, publicKeyMultibase }) => {
      if (!isRdfSuite(suite)) return undefined;
      const documentHash = hashOf(document);
      const bytes = documentHash && signedData.bytes(documentHash, { suite, document, proof });
      const signature = bytes && fromBase58(String(proof.proofValue));
      const key = signature && publicKeyOf(publicKeyMultibase);
      if (!key) return undefined;
      return verify(null, bytes, key, signature) ? 'valid' : 'invalid';
    },
    learn: async ({ suite, document, proof }) => {
      if (isRdfSuite(suite)) await signedData.learn({ suite, document, proof });
      last = undefined;
    },
  };
};
