import { DomainError } from '../platform/errors.ts';
import {
  createDocumentLoader,
  type DocumentLoader,
  didKeyOf,
  type JsonObject,
  type ProofSuite,
  type SigningKey,
  secure,
  verificationMethodOf,
  verifyProofs,
} from '../vc/index.ts';
import { ownDidDocument } from './did-document.ts';
import { issuerDid } from './issuer-identity.ts';
import type { Keyring } from './keyring.ts';

/**
 * Of so many signatures one is checked by the stock libraries alone, without the templates that it may have been made by
 * (docs/decisions/0008-credential-templates.md): 4 ms, against 0.2 ms.
 */
const stockCheckEvery = 250;

/** The proofs of a set, in the order in which they stand. */
export type Proofs = readonly [ProofSuite, ...ProofSuite[]];

/** Signs in the issuer's name, or says clearly why it cannot. */
export type Signer = {
  /** Hears of a key that was put to use elsewhere. Called before a piece of work, so that all of it has one issuer. */
  refresh(): Promise<void>;
  /** @throws DomainError `issuing-unavailable` when no usable key is there. */
  did(): string;
  /** Who signs now for what was opened under this DID: itself where it has a history of keys, else its successor. */
  issuerFor(did: string): string;
  /**
   * Adds a proof set of eddsa-rdfc-2022 and Ed25519Signature2020, or of what is asked for, and checks each before anything
   * is kept.
   * @throws DomainError `issuing-unavailable` without a usable key, or when the key belongs to another issuer.
   */
  sign(document: JsonObject, issuer: string, created: Date, proofs?: Proofs): Promise<JsonObject>;
  /** Which key in the row of those put to use signs; 0 when none does. */
  generation(): number;
  /** Why nothing can be signed; nothing when all is well. */
  problem(): string | undefined;
};

/** The suite of the standard, and the one that older wallets read. */
const bothSuites = ['eddsa-rdfc-2022', 'Ed25519Signature2020'] as const;

export const createSigner = ({ baseUrl, keyring }: { baseUrl: string; keyring: Keyring }): Signer => {
  const documentLoader = createDocumentLoader();
  let signatures = 0;

  const ready = (): SigningKey => {
    const state = keyring.state();
    if (state.kind !== 'ready') throw new DomainError('unavailable', 'issuing-unavailable');
    return state.key;
  };

  const didOf = (key: SigningKey): string => issuerDid(baseUrl, key.publicKeyMultibase);

  /** Lists keep the DID they were opened under, also after the service has moved to another address. */
  const speaksFor = (key: SigningKey, issuer: string): boolean =>
    issuer === didOf(key) || issuer === didKeyOf(key.publicKeyMultibase) || issuer.startsWith('did:web:');

  /** What was begun before the key changed is finished with the former one, where only that can speak for its issuer. */
  const keyFor = (issuer: string): SigningKey => {
    const key = [ready(), keyring.outgoing()].find((one) => one && speaksFor(one, issuer));
    if (!key) throw new DomainError('unavailable', 'issuing-unavailable');
    return key;
  };

  return {
    refresh: () => keyring.refresh(),
    did: () => didOf(ready()),
    issuerFor: (did) => (speaksFor(ready(), did) ? did : didOf(ready())),
    generation: () => keyring.generation(),
    problem: () => {
      const state = keyring.state();
      return state.kind === 'ready' ? undefined : state.explanation;
    },
    sign: async (document, issuer, created, proofs = bothSuites) => {
      await keyring.refresh();
      const key = keyFor(issuer);
      const signed = await secure(document, {
        key,
        issuer,
        verificationMethod: verificationMethodOf(issuer, key.publicKeyMultibase),
        created,
        proofs,
        documentLoader,
      });
      // Nothing was learnt under a new loader.
      const checker = signatures % stockCheckEvery === 0 ? createDocumentLoader() : documentLoader;
      signatures += 1;
      await confirm(signed, issuer, key, checker);
      return signed;
    },
  };
};

/** What came of signing would not verify. */
export class SignatureDoubtful extends Error {}

/** A signature that does not verify must never leave the house, whatever the reason. */
export const confirm = async (
  signed: JsonObject,
  issuer: string,
  key: SigningKey,
  documentLoader: DocumentLoader,
): Promise<void> => {
  const checks = await verifyProofs(signed, {
    documentLoader,
    resolveDid: async () => ({
      outcome: 'resolved',
      document: ownDidDocument(issuer, [{ publicKeyMultibase: key.publicKeyMultibase, state: 'active' }]),
    }),
  });
  if (checks.length === 0 || checks.some(({ outcome }) => outcome !== 'passed')) {
    throw new SignatureDoubtful('a fresh signature does not verify');
  }
};
