import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import {
  createConfirmSignature,
  createDocumentLoader,
  didKeyOf,
  generateKeyPair,
  importKey,
  type SigningKey,
  secure,
  secureAsJwt,
  verificationMethodOf,
} from '../vc/index.ts';
import { ownDidDocument } from './did-document.ts';
import type { Proofs, Signer } from './signer.ts';
import type { StatusEntryStore } from './status-entry-store.ts';
import { createStatusLists, type StatusLists } from './status-list.ts';
import type { StatusListStore } from './status-list-store.ts';
import type { TestKeyStore } from './test-key-store.ts';

/** Names of status lists that belong to the test issuer. */
export const testPrefix = 'test-';

const usualProofs: Proofs = ['eddsa-rdfc-2022'];

/**
 * Issues what programs try out. It is another issuer: a `did:key` of its own that nobody vouches for, so that every
 * verifier on earth, and not ours alone, tells its credentials from genuine ones by their signature.
 */
export type TestIssuer = {
  open(): Promise<void>;
  signer: Signer;
  statusLists: StatusLists;
};

export const createTestIssuer = (deps: {
  keys: TestKeyStore;
  entries: StatusEntryStore;
  lists: StatusListStore;
  baseUrl: string;
  clock: Clock;
  random: Random;
}): TestIssuer => {
  const { keys, entries, lists, baseUrl, clock, random } = deps;
  const documentLoader = createDocumentLoader();
  let key: SigningKey | undefined;

  const ready = (): SigningKey => {
    if (!key) throw new DomainError('unavailable', 'issuing-unavailable');
    return key;
  };

  const confirm = createConfirmSignature(documentLoader);
  const issuerDocument = (own: SigningKey, issuer: string) =>
    ownDidDocument(issuer, [{ publicKeyMultibase: own.publicKeyMultibase, state: 'active' }]);
  const optionsFor = (own: SigningKey, issuer: string, created: Date) => {
    const verificationMethod = verificationMethodOf(issuer, own.publicKeyMultibase);
    return { key: own, issuer, verificationMethod, created, documentLoader };
  };
  const signer: TestIssuer['signer'] = {
    refresh: async () => undefined,
    did: () => didKeyOf(ready().publicKeyMultibase),
    issuerFor: (did) => did,
    // It has one key for as long as there is a database.
    generation: () => 1,
    problem: () => undefined,
    sign: async (document, issuer, created, proofs = usualProofs) => {
      const own = ready();
      const signed = await secure(document, { ...optionsFor(own, issuer, created), proofs });
      await confirm(signed, issuerDocument(own, issuer));
      return signed;
    },
    signAsJwt: async (document, issuer, created) => {
      const own = ready();
      const token = await secureAsJwt(document, optionsFor(own, issuer, created));
      await confirm(token, issuerDocument(own, issuer));
      return token;
    },
  };

  return {
    open: async () => {
      key = importKey(await keys.keep(generateKeyPair({ random, created: clock.now() })));
    },
    signer,
    statusLists: createStatusLists({
      entries,
      lists,
      prefix: testPrefix,
      signer,
      baseUrl,
      clock,
      random,
    }),
  };
};
