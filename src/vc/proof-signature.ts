import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { boundedSuite, canonizeOptions, checkJsonLd, jsonLdVerdict } from './check-json-ld.ts';
import { couldNotTell, failed, type ProofSuite, type ProofVerdict, passed } from './proof-check.ts';
import { createKnownShapeCheck, type HashedDocument } from './template/verify-known-shape.ts';
import type { DocumentLoader, JsonObject } from './types.ts';
import { watchLoader } from './watched-loader.ts';

type SignatureQuestion = {
  readonly suite: ProofSuite;
  /** The document without proofs, or with those that a chain signs along. */
  readonly document: JsonObject;
  readonly proof: JsonObject;
  readonly key: { readonly id: string; readonly controller: string; readonly publicKeyMultibase: string };
};

/** Checks one signature with one key. Whether that key speaks for the issuer is asked elsewhere. */
export type CheckSignature = (question: SignatureQuestion) => Promise<ProofVerdict>;

/** One instance serves one document: the stock suites keep its hash, so that a proof set canonicalizes it once each. */
export const createCheckSignature = (
  documentLoader: DocumentLoader,
  hashed?: HashedDocument,
): CheckSignature => {
  const suites = stockSuites();
  let meaning: Promise<ProofVerdict | undefined> | undefined;
  const meaningOf = ({ proof: _proofs, ...unsecured }: JsonObject): Promise<ProofVerdict | undefined> => {
    meaning ??= checkJsonLd(unsecured, documentLoader);
    return meaning;
  };
  const known = createKnownShapeCheck(documentLoader, hashed);
  return async ({ suite, document, proof, key }) => {
    const asked = { suite, document, proof, publicKeyMultibase: key.publicKeyMultibase };
    const quick = known.verify(asked);
    if (quick) return quick === 'valid' ? passed : failed('signature-invalid');
    const { load, refused } = watchLoader(withKey(documentLoader, key));
    const question =
      suite === 'eddsa-jcs-2022' ? asWritten(document, proof) : underItsContexts(document, proof);
    const { verified, error } = await suites(suite).verifyProof({ ...question, documentLoader: load });
    if (verified) await known.learn(asked);
    if (verified) return (suite === 'eddsa-jcs-2022' ? await meaningOf(document) : undefined) ?? passed;
    return refused()
      ? couldNotTell('context-not-shipped')
      : (jsonLdVerdict(error) ?? failed('signature-invalid'));
  };
};

/** Made when they are needed, which is seldom, and once each. */
const stockSuites = () => {
  const made = new Map<ProofSuite, StockSuite>();
  return (suite: ProofSuite): StockSuite => {
    const one = made.get(suite) ?? createSuite[suite]();
    made.set(suite, one);
    return one;
  };
};

type StockSuite = DataIntegrityProof | Ed25519Signature2020;

const createSuite: Readonly<Record<ProofSuite, () => StockSuite>> = {
  'eddsa-rdfc-2022': () => new DataIntegrityProof({ cryptosuite: boundedSuite }),
  Ed25519Signature2020: () => new Ed25519Signature2020({ canonizeOptions }),
  'eddsa-jcs-2022': () => new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() }),
};

type Question = { document: JsonObject; proof: JsonObject };

/** A proof is read by the contexts of its document, never by its own (EdDSA Cryptosuites 1.0, 3.2.5). */
const underItsContexts = (document: JsonObject, proof: JsonObject): Question => ({
  document,
  proof: { ...proof, '@context': document['@context'] },
});

/** JCS signs the proof as it stands, its contexts with it; the suite writes into the document it is given (3.3.2). */
const asWritten = (document: JsonObject, proof: JsonObject): Question => ({
  document: { ...document },
  proof,
});

/** The suites ask the loader for the verification method; it is known by now. */
const withKey =
  (documentLoader: DocumentLoader, key: SignatureQuestion['key']): DocumentLoader =>
  async (url) => {
    if (url !== key.id) return documentLoader(url);
    const document = { '@context': 'https://w3id.org/security/multikey/v1', type: 'Multikey', ...key };
    return { contextUrl: null, documentUrl: url, document };
  };
