import { type SigningKey, signBytes } from '../keys.ts';
import { toBase58 } from '../multibase.ts';
import type { ProofSuite } from '../proof-check.ts';
import type { DocumentLoader, JsonObject } from '../types.ts';
import { isRdfSuite, signedDataOf } from './signed-data.ts';

type Signing = {
  readonly key: SigningKey;
  readonly verificationMethod: string;
  readonly created: Date;
  readonly proofs: readonly ProofSuite[];
  readonly documentLoader: DocumentLoader;
};

type Secured = JsonObject & { readonly proof: JsonObject | readonly JsonObject[] };

/**
 * The document with its proofs, in the very bytes of the stock libraries, when it has a shape that is known here: a
 * hundredth of their time. Nothing else is answered for it: whether it may be signed must have been asked before.
 */
export const signKnownShape = (document: JsonObject, options: Signing): Secured | undefined => {
  const signedData = signedDataOf(options.documentLoader);
  const documentHash = signedData.documentHash(document);
  if (!documentHash) return undefined;
  const proofs: JsonObject[] = [];
  for (const suite of options.proofs) {
    if (!isRdfSuite(suite)) return undefined;
    const proof = unsignedProof(suite, options);
    const bytes = signedData.bytes(documentHash, { suite, document, proof });
    if (!bytes) return undefined;
    proofs.push({ ...proof, proofValue: toBase58(signBytes(options.key, bytes)) });
  }
  const [first] = proofs;
  return first && { ...document, proof: proofs.length === 1 ? first : proofs };
};

/** Lets the shape of what the stock libraries signed be known from its second time on. */
export const learnSignedShape = async (document: JsonObject, options: Signing): Promise<void> => {
  for (const suite of options.proofs) {
    if (!isRdfSuite(suite)) return;
    await signedDataOf(options.documentLoader).learn({
      suite,
      document,
      proof: unsignedProof(suite, options),
    });
  }
};

/** Members in the order in which the stock suites write them. */
const unsignedProof = (suite: ProofSuite, { created, verificationMethod }: Signing): JsonObject => {
  const common = { created: wholeSeconds(created), verificationMethod };
  return suite === 'eddsa-rdfc-2022'
    ? { type: 'DataIntegrityProof', ...common, cryptosuite: suite, proofPurpose: 'assertionMethod' }
    : { type: suite, ...common, proofPurpose: 'assertionMethod' };
};

let last = { time: Number.NaN, text: '' };

/** As the stock suites write it (`w3cDate`). Many are signed at the same instant. */
const wholeSeconds = (created: Date): string => {
  const time = created.getTime();
  if (time !== last.time) last = { time, text: `${created.toISOString().slice(0, -5)}Z` };
  return last.text;
};
