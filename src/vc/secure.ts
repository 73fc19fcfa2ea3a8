import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { createSignCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { DomainError, invalid } from '../platform/errors.ts';
import { boundedSuite, canonizeOptions, checkJsonLd, jsonLdVerdict } from './check-json-ld.ts';
import { checkShape } from './check-shape.ts';
import { guardDocument } from './guard-document.ts';
import { type SigningKey, signBytes } from './keys.ts';
import { assertPortableCharacters, assertPortableNumbers, assertPortableOrder } from './portable-order.ts';
import type { ProofSuite } from './proof-check.ts';
import { checkRelatedResources } from './related-resources.ts';
import { learnSignedShape, readKnownShape } from './template/sign-known-shape.ts';
import { asList, type DocumentLoader, idOf, type JsonObject } from './types.ts';
import { watchLoader } from './watched-loader.ts';

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
 * @throws DomainError `too-large`, `too-deep`, `too-many-objects`, `broken-characters`, `invalid-input` (shape),
 * `foreign-issuer`, `already-secured`, `undefined-terms`, `not-json-ld`, `unportable-order`, `unportable-number`,
 * `unportable-characters`, `too-complex`, and ContextNotShipped
 */
export const secure = async (credential: JsonObject, options: SecureOptions): Promise<SecuredCredential> => {
  const { proofs, documentLoader } = options;
  const document: JsonObject = { ...credential, '@context': contextsFor(credential, proofs) };
  if (proofs.includes('Ed25519Signature2020')) assertPortableCharacters(document);
  const known = readKnownShape(document, options);
  if (known) {
    assertAllowed(credential, options.issuer);
    return known.sign();
  }
  assertSignable(credential, options.issuer);
  const { load, refused } = watchLoader(documentLoader);
  // issue() writes the proof into what it is given.
  let result: Record<string, unknown> = { ...document };
  // The JSON text means the same everywhere, whatever its canonical RDF.
  if (proofs.includes('eddsa-jcs-2022')) await assertMeaning(result, documentLoader);
  try {
    if (proofs.some((proof) => proof !== 'eddsa-jcs-2022')) await assertPortableOrder(result, load);
    for (const proof of proofs) {
      result = await issue({ credential: result, suite: suiteFor(proof, options), documentLoader: load });
    }
  } catch (error) {
    throw refused() ?? explained(error);
  }
  await learnSignedShape(document, options);
  return result as SecuredCredential;
};

/**
 * What every credential must be before it is signed, in whatever form.
 * @throws DomainError `too-large` and the other reasons of `guardDocument`, `invalid-input`, `already-secured`,
 * `foreign-issuer`, `unportable-number`
 */
export const assertSignable = (credential: JsonObject, issuer: string): void => {
  const guarded = guardDocument(credential);
  if (!guarded.ok) throw new DomainError('invalid', guarded.reason);
  assertAllowed(credential, issuer);
  assertPortableNumbers(credential);
};

/** What is left to ask of a shape that is known: its size, characters and numbers are (`readHoles`, `outline`). */
const assertAllowed = (credential: JsonObject, issuer: string): void => {
  const faults = [...checkShape(credential), ...checkRelatedResources(credential)];
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
    ...(proofs.some(isDataIntegrity) && given[0] === credentialsV1 ? [dataIntegrity] : []),
    ...(proofs.includes('Ed25519Signature2020') ? [ed25519Suite] : []),
  ];
  const missing = needed.filter((url) => !given.includes(url));
  return missing.length === 0 ? given : [...given, ...missing];
};

const isDataIntegrity = (proof: ProofSuite): boolean => proof !== 'Ed25519Signature2020';

const suiteFor = (proof: ProofSuite, { key, verificationMethod, created }: SecureOptions): object => {
  const signer = {
    id: verificationMethod,
    algorithm: 'Ed25519',
    sign: async ({ data }: { data: Uint8Array }) => signBytes(key, data),
  };
  if (proof === 'Ed25519Signature2020')
    return new Ed25519Signature2020({ signer, date: created, canonizeOptions });
  const suite = proof === 'eddsa-jcs-2022' ? createSignCryptosuite() : boundedSuite;
  return new DataIntegrityProof({ signer, date: created, cryptosuite: suite });
};

/**
 * For signatures over the JSON text, which would also cover words that no context defines.
 * @throws DomainError `undefined-terms`, `not-json-ld`, and ContextNotShipped
 */
export const assertMeaning = async (document: JsonObject, documentLoader: DocumentLoader): Promise<void> => {
  const { load, refused } = watchLoader(documentLoader);
  const verdict = await checkJsonLd(document, load);
  if (verdict) throw refused() ?? new DomainError('invalid', verdict.reason);
};

const explained = (error: unknown): unknown => {
  const verdict = jsonLdVerdict(error);
  return verdict ? new DomainError('invalid', verdict.reason) : error;
};
