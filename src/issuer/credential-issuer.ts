import { DomainError, type FieldFault, invalid } from '../platform/errors.ts';
import {
  checkPlainTerms,
  checkShape,
  envelopeOf,
  guardDocument,
  type JsonObject,
  SignatureDoubtful,
} from '../vc/index.ts';
import { statusOf } from './compose-credential.ts';
import { ownMarks } from './own-marks.ts';
import type { SecuredAs, Signer } from './signer.ts';
import type { PublishedEntry, StatusPurpose } from './status-entry.ts';
import type { StatusLists } from './status-list.ts';

const credentialsV1 = 'https://www.w3.org/2018/credentials/v1';
/** VCDM 1.1 does not know status entries of this kind by itself; 2.0 does. */
const statusContext = 'https://www.w3.org/ns/credentials/status/v1';

/** Somebody waits for the answer: what takes longer to sign is no credential of a person. */
const maxObjects = 250;
const maxCharacters = 100_000;

/** How a credential is to be secured. `created` stands in every proof, to the second. */
export type Securing = { securedAs: SecuredAs; entries: readonly PublishedEntry[]; created: Date };

/** Issues what others compose, in the name of one issuer. */
export type CredentialIssuer = {
  /** The only issuer that a credential may name. @throws DomainError `issuing-unavailable` */
  did(): string;
  /**
   * Lets in what a caller composed, after everything that can be judged without signing: limits, the shape of VCDM 2.0 or
   * 1.1, our own issuer, no proof or status of the caller's, nothing that would pass as one of our own documents.
   * Pointers begin at the credential.
   * @throws DomainError `too-large`, `invalid-input`, `issuing-unavailable`
   */
  admit(input: unknown): JsonObject;
  /** Signs with places on no list, to learn what only signing shows; the result is dropped. @throws as `sign` */
  rehearse(
    credential: JsonObject,
    how: { securedAs: SecuredAs; purposes: readonly StatusPurpose[] },
  ): Promise<void>;
  /**
   * Adds the status entries and signs; a JWS comes in its EnvelopedVerifiableCredential (VC Data Model 2.0, 4.13.1). The
   * same input gives the same bytes, as long as the key is the same.
   * @throws DomainError `undefined-terms`, `not-json-ld`, `unportable-order`, `unportable-characters`, `context-not-shipped`,
   * `credential-not-verifiable`, `issuing-unavailable`
   */
  sign(credential: JsonObject, how: Securing): Promise<JsonObject>;
  /** Where this issuer says what is withdrawn. */
  statusLists: Pick<StatusLists, 'allocate' | 'entriesOf' | 'set' | 'clear'>;
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const countObjects = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, one) => sum + countObjects(one), isObject(value) ? 1 : 0)
    : 0;

const guarded = (input: unknown): JsonObject => {
  const result = guardDocument(input);
  if (result.ok) {
    const { document } = result;
    const small = JSON.stringify(document).length <= maxCharacters && countObjects(document) <= maxObjects;
    if (small) return document;
    throw new DomainError('too-large', 'too-large');
  }
  const { reason } = result;
  if (reason === 'not-an-object' || reason === 'not-json')
    throw invalid([{ pointer: '', code: 'not-an-object' }]);
  if (reason === 'broken-characters') throw invalid([{ pointer: '', code: 'broken-text' }]);
  throw new DomainError('too-large', 'too-large');
};

const issuerOf = ({ issuer }: JsonObject): unknown => (isObject(issuer) ? issuer.id : issuer);

/** What the caller may not bring along. */
const ownMembers = (credential: JsonObject): FieldFault[] => [
  ...(credential.proof === undefined ? [] : [{ pointer: '/proof', code: 'proof-is-ours' }]),
  ...(credential.credentialStatus === undefined
    ? []
    : [{ pointer: '/credentialStatus', code: 'status-is-ours' }]),
];

const contextsFor = (credential: JsonObject): unknown => {
  const contexts = credential['@context'] as readonly unknown[];
  const complete = contexts[0] !== credentialsV1 || contexts.includes(statusContext);
  return complete ? contexts : [...contexts, statusContext];
};

const withStatus = (credential: JsonObject, entries: readonly PublishedEntry[]): JsonObject => {
  const [first, ...more] = entries.map(statusOf);
  const credentialStatus = more.length > 0 ? [first, ...more] : first;
  return { ...credential, '@context': contextsFor(credential), ...(first ? { credentialStatus } : {}) };
};

export const createCredentialIssuer = (deps: {
  signer: Pick<Signer, 'did' | 'sign' | 'signAsJwt'>;
  statusLists: StatusLists;
  baseUrl: string;
}): CredentialIssuer => {
  const { signer, statusLists, baseUrl } = deps;

  const sign: CredentialIssuer['sign'] = async (credential, { securedAs, entries, created }) => {
    const document = withStatus(credential, entries);
    try {
      if (securedAs !== 'vc+jwt') return await signer.sign(document, signer.did(), created, securedAs);
      return envelopeOf(await signer.signAsJwt(document, signer.did(), created));
    } catch (error) {
      if (!(error instanceof SignatureDoubtful)) throw error;
      throw new DomainError('invalid', 'credential-not-verifiable', { params: { reason: 'signature' } });
    }
  };

  return {
    did: () => signer.did(),

    admit: (input) => {
      const credential = guarded(input);
      const shape = [...ownMembers(credential), ...checkShape(credential)];
      if (shape.length > 0) throw invalid(shape);
      const faults = [...checkPlainTerms(credential), ...ownMarks(credential, baseUrl)];
      if (faults.length > 0) throw invalid(faults);
      if (issuerOf(credential) !== signer.did()) {
        throw new DomainError('invalid', 'issuer-not-ours', {
          params: { did: signer.did() },
          errors: [{ pointer: '/issuer', code: 'issuer-not-ours' }],
        });
      }
      return credential;
    },

    rehearse: async (credential, { securedAs, purposes }) => {
      const entries = purposes.map((purpose) => {
        const list = `rehearsal-${purpose}`;
        return { purpose, list, index: 0, listUrl: `${baseUrl}/status/${list}` };
      });
      await sign(credential, { securedAs, entries, created: new Date(0) });
    },

    sign,
    statusLists,
  };
};
