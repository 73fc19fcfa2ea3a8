import { DomainError } from '../platform/errors.ts';
import {
  createDocumentLoader,
  didKeyOf,
  type JsonObject,
  type SigningKey,
  secure,
  verificationMethodOf,
  verifyProofs,
} from '../vc/index.ts';
import { ownDidDocument } from './did-document.ts';
import { issuerDid } from './issuer-identity.ts';
import type { KeyState } from './keys.ts';

/** Signs in the issuer's name, or says clearly why it cannot. */
export type Signer = {
  /** @throws DomainError `issuing-unavailable` when no usable key is there. */
  did(): string;
  /**
   * Adds a proof set of eddsa-rdfc-2022 and Ed25519Signature2020 and checks both before anything is kept.
   * @throws DomainError `issuing-unavailable` without a usable key, or when the key belongs to another issuer.
   */
  sign(document: JsonObject, issuer: string, created: Date): Promise<JsonObject>;
  /** Why nothing can be signed; nothing when all is well. */
  problem(): string | undefined;
  /** The key was looked for: from now on this is what signs, or why nothing does. */
  use(state: KeyState): void;
};

export const createSigner = (baseUrl: string): Signer => {
  let state: KeyState = { kind: 'missing', explanation: 'the issuer key has not been read yet' };
  const documentLoader = createDocumentLoader();

  const ready = (): SigningKey => {
    if (state.kind !== 'ready') throw new DomainError('unavailable', 'issuing-unavailable');
    return state.key;
  };

  const didOf = (key: SigningKey): string => issuerDid(baseUrl, key.publicKeyMultibase);

  /** Lists keep the DID they were opened under, also after the service has moved to another address. */
  const speaksFor = (key: SigningKey, issuer: string): boolean =>
    issuer === didOf(key) || issuer === didKeyOf(key.publicKeyMultibase) || issuer.startsWith('did:web:');

  return {
    did: () => didOf(ready()),
    use: (found) => {
      state = found;
    },
    problem: () => (state.kind === 'ready' ? undefined : state.explanation),
    sign: async (document, issuer, created) => {
      const key = ready();
      if (!speaksFor(key, issuer)) throw new DomainError('unavailable', 'issuing-unavailable');
      const signed = await secure(document, {
        key,
        issuer,
        verificationMethod: verificationMethodOf(issuer, key.publicKeyMultibase),
        created,
        proofs: ['eddsa-rdfc-2022', 'Ed25519Signature2020'],
        documentLoader,
      });
      await confirm(signed, issuer, key);
      return signed;
    },
  };
};

/** A signature that does not verify must never leave the house, whatever the reason. */
const confirm = async (signed: JsonObject, issuer: string, key: SigningKey): Promise<void> => {
  const checks = await verifyProofs(signed, {
    documentLoader: createDocumentLoader(),
    resolveDid: async () => ({
      outcome: 'resolved',
      document: ownDidDocument(issuer, [{ publicKeyMultibase: key.publicKeyMultibase, state: 'active' }]),
    }),
  });
  if (checks.length === 0 || checks.some(({ outcome }) => outcome !== 'passed')) {
    throw new Error('a fresh signature does not verify');
  }
};
