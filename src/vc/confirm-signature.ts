import { createDocumentLoader } from './document-loader.ts';
import type { DocumentLoader, JsonObject } from './types.ts';
import { verifyProofs } from './verify-proofs.ts';

/**
 * Of so many signatures one is checked by the stock libraries alone, without the templates that it may have been made by
 * (docs/decisions/0008-credential-templates.md): 4 ms, against 0.2 ms.
 */
const stockCheckEvery = 250;

/** What came of signing would not verify. */
export class SignatureDoubtful extends Error {}

/**
 * The fresh credential, or its compact JWS.
 * @throws SignatureDoubtful when a proof does not verify by this DID document of its issuer
 */
export type ConfirmSignature = (signed: JsonObject | string, issuerDocument: JsonObject) => Promise<void>;

/** A signature that does not verify must never leave the house, whatever the reason. */
export const createConfirmSignature = (documentLoader: DocumentLoader): ConfirmSignature => {
  let signatures = 0;
  return async (signed, issuerDocument) => {
    // Nothing was learnt under a new loader.
    const checker = signatures % stockCheckEvery === 0 ? createDocumentLoader() : documentLoader;
    signatures += 1;
    const checks = await verifyProofs(signed, {
      documentLoader: checker,
      resolveDid: async () => ({ outcome: 'resolved', document: issuerDocument }),
    });
    if (checks.length === 0 || checks.some(({ outcome }) => outcome !== 'passed'))
      throw new SignatureDoubtful('a fresh signature does not verify');
  };
};
