import { z } from 'zod';
import { type DocumentFault, guardDocument, isLimit } from './guard-document.ts';
import { type DidResolver, findIssuerKey } from './issuer-key.ts';
import { couldNotTell, failed, type ProofCheck, type ProofSuite, type ProofVerdict } from './proof-check.ts';
import { type CheckSignature, createCheckSignature } from './proof-signature.ts';
import { isDateTimeStamp } from './shape-rules.ts';
import { asList, type DocumentLoader, idOf, isObject, type JsonObject } from './types.ts';

/** Each link of a chain costs a canonicalization; nobody honest needs more. */
const maxProofs = 5;

const dateTimeStamp = z.string().refine(isDateTimeStamp);
const proofShape = z.looseObject({
  verificationMethod: z.string().includes('#'),
  created: dateTimeStamp,
  expires: dateTimeStamp.optional(),
  proofPurpose: z.string(),
  // 64 bytes in base58-btc (Data Integrity EdDSA Cryptosuites 1.0, 2.2.1).
  proofValue: z.string().regex(/^z[1-9A-HJ-NP-Za-km-z]{64,88}$/),
  previousProof: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
});
type Proof = z.infer<typeof proofShape> & JsonObject;

export type VerifyOptions = {
  readonly documentLoader: DocumentLoader;
  readonly resolveDid: DidResolver;
  /** Given, proofs whose `expires` lies before it fail (VC Data Integrity 1.0, 2.1). */
  readonly now?: Date;
};

type Context = VerifyOptions & {
  readonly issuer: string;
  readonly unsecured: JsonObject;
  readonly proofs: readonly unknown[];
  readonly checkSignature: CheckSignature;
};

/**
 * Checks every proof of a credential on its own: made for assertion, by a key that the issuer's DID document lists for
 * it, over exactly this content. Answers at least one check: a document without proof gets a failed one, a document
 * beyond our limits an open one. Never rejects for what the document says. Dates, status and trust in the issuer are
 * not asked here, nor whether the JSON names mean what a reader takes them for (`checkPlainTerms`).
 */
export const verifyProofs = async (
  input: unknown,
  options: VerifyOptions,
): Promise<readonly ProofCheck[]> => {
  const guarded = guardDocument(input);
  if (!guarded.ok) return [withoutProof(unreadable(guarded.reason))];
  const { proof, ...unsecured } = guarded.document;
  const proofs = asList(proof);
  if (namesPrototype(guarded.document)) return [withoutProof(failed('undefined-terms'))];
  if (proofs.length === 0) return [withoutProof(failed('no-proof'))];
  if (proofs.length > maxProofs) return [withoutProof(couldNotTell('too-many-proofs'))];
  const issuer = idOf(unsecured.issuer);
  if (!issuer) return [withoutProof(failed('issuer-missing'))];
  const checkSignature = createCheckSignature(options.documentLoader);
  const context = { ...options, issuer, unsecured, proofs, checkSignature };
  const verdicts: ProofVerdict[] = [];
  for (const item of proofs) verdicts.push(await checkProof(item, context));
  return followChains(proofs, verdicts).map((verdict, i) => ({ ...verdict, ...claimsOf(proofs[i]) }));
};

/** jsonld copies a member `__proto__` away while it reads, so it would stand unsigned in a document that verifies. */
const namesPrototype = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Object.hasOwn(value, '__proto__') || Object.values(value).some(namesPrototype));

const withoutProof = (verdict: ProofVerdict): ProofCheck => ({ ...verdict, ...claimsOf(undefined) });

const unreadable = (reason: DocumentFault): ProofVerdict =>
  isLimit(reason) ? couldNotTell(reason) : failed(reason);

const claimsOf = (proof: unknown): Pick<ProofCheck, 'cryptosuite' | 'verificationMethod' | 'created'> => {
  const claims: JsonObject = isObject(proof) ? proof : {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    cryptosuite: text(claims.type === 'DataIntegrityProof' ? claims.cryptosuite : claims.type),
    verificationMethod: idOf(claims.verificationMethod),
    created: text(claims.created),
  };
};

const checkProof = async (input: unknown, context: Context): Promise<ProofVerdict> => {
  if (!isObject(input) || typeof claimsOf(input).cryptosuite !== 'string') return failed('proof-malformed');
  const suite = suiteOf(input);
  if (!suite) return couldNotTell('unknown-cryptosuite');
  const parsed = proofShape.safeParse({ ...input, verificationMethod: idOf(input.verificationMethod) });
  if (!parsed.success || !Object.keys(input).every(isPlainName)) return failed('proof-malformed');
  const proof: Proof = parsed.data;
  if (proof.proofPurpose !== 'assertionMethod') return failed('wrong-purpose');
  if (isExpired(proof, context.now)) return failed('proof-expired');
  const document = signedDocument(proof, context);
  return document
    ? checkSigner({ suite, document, input, proof }, context)
    : failed('previous-proof-missing');
};

const suiteOf = (proof: JsonObject): ProofSuite | undefined => {
  if (proof.type === 'Ed25519Signature2020') return 'Ed25519Signature2020';
  const known = proof.type === 'DataIntegrityProof' && proof.cryptosuite === 'eddsa-rdfc-2022';
  return known ? 'eddsa-rdfc-2022' : undefined;
};

/** A member written as IRI or keyword would be signed as `expires`, say, but not be read as it. */
const isPlainName = (name: string): boolean => /^\w+$/.test(name) || name === '@context';

const isExpired = ({ expires }: Proof, now: Date | undefined): boolean =>
  expires !== undefined && now !== undefined && new Date(expires) <= now;

type Signed = { suite: ProofSuite; document: JsonObject; input: JsonObject; proof: Proof };

const checkSigner = async (
  { suite, document, input, proof }: Signed,
  context: Context,
): Promise<ProofVerdict> => {
  const { issuer, resolveDid, checkSignature } = context;
  const { verificationMethod, created } = proof;
  const found = await findIssuerKey({ issuer, verificationMethod, created, resolveDid });
  if ('verdict' in found) return found.verdict;
  const key = { id: verificationMethod, controller: issuer, publicKeyMultibase: found.publicKeyMultibase };
  return checkSignature({ suite, document, proof: input, key });
};

const previousOf = (proof: unknown): readonly unknown[] =>
  isObject(proof) ? asList(proof.previousProof) : [];

const proofsNamed = (id: unknown, proofs: readonly unknown[]): readonly unknown[] =>
  proofs.filter((proof) => isObject(proof) && proof.id === id);

/** A proof of a chain signs the proofs it names along with the document (VC Data Integrity 1.0, 4.5). */
const signedDocument = (proof: Proof, { unsecured, proofs }: Context): JsonObject | undefined => {
  const names = previousOf(proof);
  if (names.length === 0) return unsecured;
  const named = names.map((id) => proofsNamed(id, proofs));
  return named.every(({ length }) => length === 1) ? { ...unsecured, proof: named.flat() } : undefined;
};

/** A link holds only if all before it hold; as many rounds as proofs settle the longest chain. */
const followChains = (
  proofs: readonly unknown[],
  verdicts: readonly ProofVerdict[],
): readonly ProofVerdict[] => {
  let settled = verdicts;
  for (let round = 1; round < proofs.length; round += 1) {
    const before = settled;
    settled = before.map((verdict, i) => {
      if (verdict.outcome !== 'passed') return verdict;
      const previous = previousOf(proofs[i]).flatMap((id) => proofsNamed(id, proofs));
      return linkVerdict(
        verdict,
        previous.map((proof) => before[proofs.indexOf(proof)]?.outcome),
      );
    });
  }
  return settled;
};

const linkVerdict = (
  verdict: ProofVerdict,
  previous: readonly (ProofVerdict['outcome'] | undefined)[],
): ProofVerdict => {
  if (previous.includes('failed')) return failed('previous-proof-failed');
  return previous.includes('could-not-tell') ? couldNotTell('previous-proof-unclear') : verdict;
};
