import {
  createDocumentLoader,
  type DidResolver,
  type PresentationCheck,
  resolveDid,
  verifyPresentation,
} from '../vc/index.ts';

/** Keys are asked of nobody: a wallet's DID is its key. */
const keysOnly: DidResolver = async (did) =>
  did.startsWith('did:key:')
    ? resolveDid(did)
    : { outcome: 'unresolved', reason: 'did-method-not-supported' };

const documentLoader = createDocumentLoader();

/** Who presents, proven by a `did:key` for this challenge and domain; see `verifyPresentation` of `vc`. */
export const checkHolder = (
  presentation: unknown,
  occasion: { challenge: string; domain: string; now: Date },
): Promise<PresentationCheck> =>
  verifyPresentation(presentation, { ...occasion, documentLoader, resolveDid: keysOnly });
