import {
  didKeyOf,
  emptyBits,
  encodeBits,
  type JsonObject,
  type SecuredCredential,
  secure,
  setBit,
  verificationMethodOf,
} from '../../src/vc/index.ts';
import {
  createVerifier,
  type ListedIssuer,
  type Verifier,
  type WithdrawalOf,
} from '../../src/verifier/index.ts';
import { badge, bothProofs, created, documentLoader, issuer, keyOf } from '../vc/sample.ts';

export const now = new Date('2026-11-23T14:03:10Z');
export const listUrl = 'https://certificates.example/status/1';
/** The bit of the sample badge. */
export const ownIndex = 94_567;

export const stranger = keyOf('stranger');
export const strangerDid = didKeyOf(stranger.publicKeyMultibase);

/** Signs in the name of a seeded key. */
export const signAs = (seed: string, credential: JsonObject): Promise<SecuredCredential> => {
  const key = keyOf(seed);
  const did = didKeyOf(key.publicKeyMultibase);
  return secure(credential, {
    key,
    issuer: did,
    verificationMethod: verificationMethodOf(did, key.publicKeyMultibase),
    created,
    proofs: bothProofs,
    documentLoader,
  });
};

type ListOptions = { set?: readonly number[]; purpose?: string; changes?: JsonObject };

export const statusList = ({
  set = [],
  purpose = 'revocation',
  changes = {},
}: ListOptions = {}): JsonObject => ({
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  id: listUrl,
  type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  issuer,
  validFrom: '2026-11-23T13:00:00Z',
  validUntil: '2026-11-30T13:00:00Z',
  credentialSubject: {
    id: `${listUrl}#list`,
    type: 'BitstringStatusList',
    statusPurpose: purpose,
    encodedList: encodeBits(setBit(emptyBits(131_072), ...set)),
  },
  ...changes,
});

type Published = Readonly<Record<string, unknown>>;

/** A verifier that vouches for the sample issuer and can fetch what is published, nothing else. */
export const verifierWith = (
  published: Published,
  withdrawalOf: WithdrawalOf = async () => ({}),
  listedIssuers: readonly ListedIssuer[] = [],
): Verifier =>
  createVerifier({
    clock: { now: () => now },
    listedIssuers,
    trustedIssuers: async () => [{ did: issuer, name: 'JINFO Certification' }],
    fetchDocument: async (url) => {
      if (!(url in published)) throw new Error(`nothing at ${url}`);
      return published[url];
    },
    withdrawalOf,
    genuineSheet: async () => undefined,
    readNumber: () => undefined,
  });

export const withoutStatus = (changes: JsonObject = {}): JsonObject => {
  const { credentialStatus: _status, ...rest } = badge(changes);
  return rest;
};
