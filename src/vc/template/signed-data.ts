import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import type { DocumentSize } from '../guard-document.ts';
import { asList, type DocumentLoader, type JsonObject } from '../types.ts';
import type { Digest } from './template.ts';
import { createTemplates, maxKnownCharacters } from './templates.ts';

/** The suites that sign canonical RDF. */
const suites = ['eddsa-rdfc-2022', 'Ed25519Signature2020'] as const;
export type RdfSuite = (typeof suites)[number];

export const isRdfSuite = (suite: string): suite is RdfSuite => suites.some((known) => known === suite);

export type Secured = {
  readonly suite: RdfSuite;
  /** Without its proofs. */
  readonly document: JsonObject;
  /** Without contexts of its own; a `proofValue` is not looked at. */
  readonly proof: JsonObject;
};

export type KnownDocument = { readonly hash: Digest; readonly size: DocumentSize };

/** What Ed25519 signs: SHA-256 of the proof options, then of the document (EdDSA Cryptosuites 1.0, 3.2.4). */
export type SignedData = {
  /** SHA-256 of the canonical document, when its shape is known. */
  documentHash(document: JsonObject): Digest | undefined;
  /** The same for a document that need not be guarded then, and how much of it there is at most. */
  readKnown(document: JsonObject): KnownDocument | undefined;
  /** The 64 bytes that are signed, when the shape of the proof is known too. */
  bytes(documentHash: Digest, secured: Secured): Buffer | undefined;
  /** Takes notice of what the stock library signed or verified: shapes that repeat will be known. */
  learn(secured: Secured): Promise<void>;
};

const dataIntegrityContext = 'https://w3id.org/security/data-integrity/v2';
const credentialsV2 = 'https://www.w3.org/ns/credentials/v2';

/** The document that is canonicalized for the proof, as each stock suite makes it (`canonizeProof`). */
const proofOptions = ({ suite, document, proof }: Secured): JsonObject | undefined => {
  if ('@context' in proof || 'jws' in proof || 'signatureValue' in proof) return undefined;
  const { proofValue: _, ...options }: Record<string, unknown> = proof;
  options['@context'] = proofContext(suite, document['@context']);
  return options;
};

const proofContext = (suite: RdfSuite, context: unknown): unknown => {
  if (suite === 'Ed25519Signature2020') return context;
  const given = asList(context);
  const complete = given.includes(dataIntegrityContext) || given.includes(credentialsV2);
  return complete ? context : [...given, dataIntegrityContext];
};

const createSignedData = (documentLoader: DocumentLoader): SignedData => {
  const documents = createTemplates(documentLoader);
  const proofs = createTemplates(documentLoader);
  let lastLearnt: JsonObject | undefined;

  const bytes = (documentHash: Digest, secured: Secured): Buffer | undefined => {
    const options = proofOptions(secured);
    const proofHash = options && proofs.digest(options);
    return proofHash === undefined ? undefined : Buffer.from(`${proofHash}${documentHash}`, 'latin1');
  };

  return {
    documentHash: documents.digest,
    readKnown: (document) => {
      const found = documents.read(document);
      return (
        found && { hash: found.digest, size: { characters: maxKnownCharacters, objects: found.objects } }
      );
    },
    bytes,
    learn: async (secured) => {
      const { document } = secured;
      const options = proofOptions(secured);
      if (!options) return;
      const known = proofs.digest(options) !== undefined;
      // Every proof of a set brings its document: it comes once, and one document is no shape that repeats.
      if (document !== lastLearnt) await documents.learn(document);
      lastLearnt = document;
      await proofs.learn(options);
      const documentHash = documents.digest(document);
      const ours = documentHash && bytes(documentHash, secured);
      // The first time a kind of proof is known: what is signed must be what the stock suite signs.
      if (known || !ours || ours.equals(await stockBytes(secured, documentLoader))) return;
      documents.refuse(document);
      proofs.refuse(options);
    },
  };
};

const stockBytes = async (
  { suite, document, proof }: Secured,
  documentLoader: DocumentLoader,
): Promise<Uint8Array> => {
  const stock =
    suite === 'eddsa-rdfc-2022' ? new DataIntegrityProof({ cryptosuite }) : new Ed25519Signature2020();
  return stock.createVerifyData({ document, proof: { ...proof }, documentLoader });
};

const known = new WeakMap<DocumentLoader, SignedData>();

/** What was learnt under a loader: another one may give the contexts another meaning. */
export const signedDataOf = (documentLoader: DocumentLoader): SignedData => {
  const signedData = known.get(documentLoader) ?? createSignedData(documentLoader);
  known.set(documentLoader, signedData);
  return signedData;
};
