import { DomainError } from '../platform/errors.ts';
import {
  createConfirmSignature,
  createDocumentLoader,
  createSecuringPool,
  didKeyOf,
  type JsonObject,
  type ProofSuite,
  type SecuringPool,
  type SigningKey,
  secure,
  secureAsJwt,
  verificationMethodOf,
} from '../vc/index.ts';
import { ownDidDocument } from './did-document.ts';
import { issuerDid } from './issuer-identity.ts';
import type { Keyring } from './keyring.ts';

/** Fewer are signed here: starting threads and sending messages would take longer. */
const worthThreads = 200;

/** The proofs of a set, in the order in which they stand. */
export type Proofs = readonly [ProofSuite, ...ProofSuite[]];

/** How a credential is secured: by embedded proofs, or as the payload of a compact JWS. */
export type SecuredAs = Proofs | 'vc+jwt';

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
  /**
   * The credential of VC Data Model 2.0 as compact JWS, `application/vc+jwt`, checked like the others. The same input gives
   * the same text.
   * @throws DomainError as `sign`
   */
  signAsJwt(document: JsonObject, issuer: string, created: Date): Promise<string>;
  /** Which key in the row of those put to use signs; 0 when none does. */
  generation(): number;
  /** Why nothing can be signed; nothing when all is well. */
  problem(): string | undefined;
};

/** A signer that knows how to sign a whole batch. */
export type BatchSigner = Signer & {
  /** Signs many on all cores, each as `sign` does with both suites; answers them in the same order. @throws as `sign` */
  signMany(documents: readonly JsonObject[], issuer: string, created: Date): Promise<readonly JsonObject[]>;
};

/** The suite of the standard, and the one that older wallets read. */
const bothSuites = ['eddsa-rdfc-2022', 'Ed25519Signature2020'] as const;

export const createSigner = ({ baseUrl, keyring }: { baseUrl: string; keyring: Keyring }): BatchSigner => {
  const documentLoader = createDocumentLoader();
  const confirm = createConfirmSignature(documentLoader);
  let pool: SecuringPool | undefined;

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

  const optionsFor = (key: SigningKey, issuer: string, created: Date) => ({
    key,
    issuer,
    verificationMethod: verificationMethodOf(issuer, key.publicKeyMultibase),
    created,
    proofs: bothSuites,
  });

  const issuerDocument = (key: SigningKey, issuer: string): JsonObject =>
    ownDidDocument(issuer, [{ publicKeyMultibase: key.publicKeyMultibase, state: 'active' }]);

  const signer: BatchSigner = {
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
      const signed = await secure(document, { ...optionsFor(key, issuer, created), proofs, documentLoader });
      await confirm(signed, issuerDocument(key, issuer));
      return signed;
    },
    signAsJwt: async (document, issuer, created) => {
      await keyring.refresh();
      const key = keyFor(issuer);
      const token = await secureAsJwt(document, { ...optionsFor(key, issuer, created), documentLoader });
      await confirm(token, issuerDocument(key, issuer));
      return token;
    },
    signMany: async (documents, issuer, created) => {
      if (documents.length < worthThreads) {
        const signed: JsonObject[] = [];
        for (const document of documents) signed.push(await signer.sign(document, issuer, created));
        return signed;
      }
      await keyring.refresh();
      const key = keyFor(issuer);
      const options = { ...optionsFor(key, issuer, created), confirmBy: issuerDocument(key, issuer) };
      pool ??= createSecuringPool();
      const outcomes = await pool.secureMany(documents, options);
      return outcomes.map((outcome) => {
        if ('refused' in outcome) throw outcome.refused;
        return outcome.credential;
      });
    },
  };
  return signer;
};
