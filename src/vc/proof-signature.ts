import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { couldNotTell, failed, type ProofSuite, type ProofVerdict, passed } from './proof-check.ts';
import type { DocumentLoader, JsonObject } from './types.ts';
import { breaksJsonLd, losesData, watchLoader } from './watched-loader.ts';

/**
 * Nodes that only their neighbours tell apart, and so cost canonicalization much (RDFC-1.0, 7.1). The stock limit grows
 * with the document: a hostile one kept a processor busy for 6 s.
 */
const canonizeOptions = { maxDeepIterations: 100 };
const boundedSuite = {
  ...cryptosuite,
  canonize: (...[document, options]: Parameters<typeof cryptosuite.canonize>) =>
    cryptosuite.canonize(document, { ...options, ...canonizeOptions }),
};

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
export const createCheckSignature = (documentLoader: DocumentLoader): CheckSignature => {
  const suites = {
    'eddsa-rdfc-2022': new DataIntegrityProof({ cryptosuite: boundedSuite }),
    Ed25519Signature2020: new Ed25519Signature2020({ canonizeOptions }),
  };
  return async ({ suite, document, proof, key }) => {
    const { load, refused } = watchLoader(withKey(documentLoader, key));
    const { verified, error } = await suites[suite].verifyProof({
      // A proof is read by the contexts of its document, never by its own (EdDSA Cryptosuites 1.0, 3.2.5).
      proof: { ...proof, '@context': document['@context'] },
      document,
      documentLoader: load,
    });
    if (verified) return passed;
    return refused() ? couldNotTell('context-not-shipped') : verdictOf(error);
  };
};

/** The suites ask the loader for the verification method; it is known by now. */
const withKey =
  (documentLoader: DocumentLoader, key: SignatureQuestion['key']): DocumentLoader =>
  async (url) => {
    if (url !== key.id) return documentLoader(url);
    const document = { '@context': 'https://w3id.org/security/multikey/v1', type: 'Multikey', ...key };
    return { contextUrl: null, documentUrl: url, document };
  };

const verdictOf = (error: unknown): ProofVerdict => {
  if (losesData(error)) return failed('undefined-terms');
  if (breaksJsonLd(error)) return failed('not-json-ld');
  if (error instanceof Error && error.message.startsWith('Maximum deep iterations'))
    return couldNotTell('too-complex');
  return failed('signature-invalid');
};
