import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { DomainError, invalid } from '../platform/errors.ts';
import { checkShape } from './check-shape.ts';
import { type SigningKey, signBytes } from './keys.ts';
import { assertPortableOrder } from './portable-order.ts';
import type { ProofSuite } from './proof-check.ts';
import { asList, type DocumentLoader, idOf, type JsonObject } from './types.ts';
import { breaksJsonLd, losesData, watchLoader } from './watched-loader.ts';

const credentialsV1 = 'https://www.w3.org/2018/credentials/v1';
const dataIntegrity = 'https://w3id.org/security/data-integrity/v2';
const ed25519Suite = 'https://w3id.org/security/suites/ed25519-2020/v1';

export type SecureOptions = {
  readonly key: SigningKey;
  /** The id of the key in the issuer's DID document. */
  readonly verificationMethod: string;
  /** The only issuer this key may sign for. */
  readonly issuer: string;
  /** Written into every proof, to the second. */
  readonly created: Date;
  /** In the order they are to stand; several make a proof set (VC Data Integrity 1.0, 2.1.1). */
  readonly proofs: readonly [ProofSuite, ...ProofSuite[]];
  readonly documentLoader: DocumentLoader;
};

/** A credential with its proof, or with its set of proofs. */
export type SecuredCredential = JsonObject & { readonly proof: JsonObject | readonly JsonObject[] };

/**
 * Adds a Data Integrity proof, or a set of them, to a copy of the credential, together with the contexts they need.
 * The same input gives the same bytes: Ed25519 takes no random number and `created` is given.
 * @throws DomainError `invalid-input` (shape), `foreign-issuer`, `already-secured`, `undefined-terms`, `not-json-ld`,
 * `unportable-order`, and ContextNotShipped
 */
export const secure = async (credential: JsonObject, options: SecureOptions): Promise<SecuredCredential> => {
  const { proofs, documentLoader } = options;
  assertSignable(credential, options.issuer);
  const { load, refused } = watchLoader(documentLoader);
  // issue() writes the proof into what it is given.
  let result: Record<string, unknown> = { ...credential, '@context': contextsFor(credential, proofs) };
  try {
    await assertPortableOrder(result, load);
    for (const proof of proofs) {
      result = await issue({ credential: result, suite: suiteFor(proof, options), documentLoader: load });
    }
  } catch (error) {
    throw refused() ?? explained(error);
  }
  return result as SecuredCredential;
};

const assertSignable = (credential: JsonObject, issuer: string): void => {
  const faults = checkShape(credential);
  if (faults.length > 0) throw invalid(faults);
  if (credential.proof !== undefined) throw new DomainError('conflict', 'already-secured');
  // The stock issue() signs in anybody's name.
  if (idOf(credential.issuer) !== issuer) throw new DomainError('forbidden', 'foreign-issuer');
};

/**
 * All proofs of a set sign the same document, so its contexts must be complete before the first. VCDM 2.0 defines
 * DataIntegrityProof itself (VC Data Model 2.0, B.1).
 */
const contextsFor = (credential: JsonObject, proofs: readonly ProofSuite[]): readonly unknown[] => {
  const given = asList(credential['@context']);
  const needed = [
    ...(proofs.includes('eddsa-rdfc-2022') && given[0] === credentialsV1 ? [dataIntegrity] : []),
    ...(proofs.includes('Ed25519Signature2020') ? [ed25519Suite] : []),
  ];
  return [...given, ...needed.filter((url) => !given.includes(url))];
};

const suiteFor = (proof: ProofSuite, { key, verificationMethod, created }: SecureOptions): object => {
  const signer = {
    id: verificationMethod,
    algorithm: 'Ed25519',
    sign: async ({ data }: { data: Uint8Array }) => signBytes(key, data),
  };
  return proof === 'eddsa-rdfc-2022'
    ? new DataIntegrityProof({ signer, date: created, cryptosuite })
    : new Ed25519Signature2020({ signer, date: created });
};

const explained = (error: unknown): unknown => {
  if (losesData(error)) return new DomainError('invalid', 'undefined-terms');
  return breaksJsonLd(error) ? new DomainError('invalid', 'not-json-ld') : error;
};
