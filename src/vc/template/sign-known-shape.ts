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

/** A document of a known shape, which only has to be signed. */
export type KnownShape = {
  /** The document with its proofs, in the very bytes of the stock libraries. */
  sign(): Secured;
};

/**
 * Reads a document of a shape that is known here, in a hundredth of the time of the stock libraries. Whether it may be
 * signed is asked elsewhere, but for what a shape settles: well-formed text within the limits of `guardDocument`, and
 * portable numbers.
 */
export const readKnownShape = (document: JsonObject, options: Signing): KnownShape | undefined => {
  const signedData = signedDataOf(options.documentLoader);
  const documentHash = signedData.documentHash(document);
  if (!documentHash) return undefined;
  const unsigned: { proof: JsonObject; bytes: Buffer }[] = [];
  for (const suite of options.proofs) {
    if (!isRdfSuite(suite)) return undefined;
    const proof = unsignedProof(suite, options);
    const bytes = signedData.bytes(documentHash, { suite, document, proof });
    if (!bytes) return undefined;
    unsigned.push({ proof, bytes });
  }
  return {
    sign: () => {
      const proofs = unsigned.map(({ proof, bytes }) => ({
        ...proof,
        proofValue: toBase58(signBytes(options.key, bytes)),
      }));
      const [first] = proofs;
      return { ...document, proof: proofs.length === 1 && first ? first : proofs };
    },
  };
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
