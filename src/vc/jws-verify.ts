import { compactVerify } from 'jose';
import { checkJsonLd } from './check-json-ld.ts';
import { didOf, findControllerKey } from './controller-key.ts';
import type { EnvelopeMedia } from './jose-envelope.ts';
import type { Jws, JwsClaims, ReadJws } from './jws-read.ts';
import { decodePublicKey, publicKeyFrom } from './multikey.ts';
import { failed, type ProofCheck, type ProofRole, type ProofVerdict, passed } from './proof-check.ts';
import { namesPrototype, type VerifyOptions } from './proof-set.ts';
import { type ProofDemand, unmetRequest } from './proof-shape.ts';
import { idOf, isObject, type JsonObject } from './types.ts';

/** Clocks differ a little: a token made a moment ago elsewhere is not from the future (RFC 7519, 4.1.5). */
const skewSeconds = 300;

type Question = VerifyOptions &
  ProofDemand & {
    readonly media: EnvelopeMedia;
    readonly role: ProofRole;
    /** Whose key it must be; without one, the key's own controller. */
    readonly controller: string | undefined;
    readonly stranger: 'not-the-issuer' | 'not-the-holder';
  };

/** Checks a compact JWS as one proof: made by the controller's key over exactly this payload, in its time. */
export const checkJws = async (token: string, read: ReadJws, question: Question): Promise<ProofCheck> => {
  const jws = 'jws' in read ? read.jws : undefined;
  const verdict =
    'jws' in read ? await verdictOf(token, read.jws, read.document ?? {}, question) : read.verdict;
  return {
    ...verdict,
    cryptosuite: question.media,
    verificationMethod: jws?.kid,
    created: jws && createdOf(jws.claims),
    signer: jws && didOf(jws.kid),
    role: question.role,
  };
};

/** When it was signed, as the proofs of Data Integrity write it. */
const createdOf = ({ iat }: JwsClaims): string | undefined =>
  iat === undefined ? undefined : new Date(iat * 1000).toISOString();

const verdictOf = async (
  token: string,
  { alg, kid, claims }: Jws,
  document: JsonObject,
  question: Question,
): Promise<ProofVerdict> => {
  const { purpose, resolveDid, documentLoader, stranger, now } = question;
  const controller = question.controller ?? didOf(kid);
  if (namesPrototype(document)) return failed('undefined-terms');
  if (didOf(kid) !== controller) return failed(stranger);
  const contradiction = wrongClaims(claims, document, controller) ?? outOfTime(claims, now);
  if (contradiction) return contradiction;
  const unmet = unmetRequest({ challenge: claims.nonce, domain: claims.aud }, question);
  if (unmet) return failed(unmet);
  const created = createdOf(claims);
  const found = await findControllerKey({
    controller,
    verificationMethod: kid,
    purpose,
    created,
    resolveDid,
    now,
  });
  if ('verdict' in found) return found.verdict;
  const raw = decodePublicKey(found.publicKeyMultibase);
  const holds = raw && (await signatureHolds(token, raw, alg));
  if (!holds) return failed('signature-invalid');
  const { proof: _, ...unsecured } = document;
  return (await checkJsonLd(unsecured, documentLoader)) ?? passed;
};

const signatureHolds = (token: string, raw: Uint8Array, alg: string): Promise<boolean> =>
  compactVerify(token, publicKeyFrom(raw), { algorithms: [alg] }).then(
    () => true,
    () => false,
  );

/** Claims that say again what the document says must say the same (VC JOSE and COSE 1.0, 3.1.3). */
const wrongClaims = (
  { iss, sub, jti }: JwsClaims,
  document: JsonObject,
  controller: string,
): ProofVerdict | undefined => {
  if (iss !== undefined && iss !== controller) return failed('issuer-mismatch');
  const { credentialSubject: subject, id } = document;
  const differs = (claim: string | undefined, own: unknown): boolean => claim !== undefined && claim !== own;
  const subjectId = isObject(subject) ? idOf(subject) : undefined;
  return differs(jti, id) || (subject !== undefined && differs(sub, subjectId))
    ? failed('claims-contradict')
    : undefined;
};

const outOfTime = ({ iat, nbf, exp }: JwsClaims, now: Date | undefined): ProofVerdict | undefined => {
  if (!now) return undefined;
  const today = now.getTime() / 1000;
  if (exp !== undefined && exp <= today) return failed('proof-expired');
  if (nbf !== undefined && nbf > today + skewSeconds) return failed('proof-not-yet-valid');
  return iat !== undefined && iat > today + skewSeconds ? failed('signed-in-future') : undefined;
};
