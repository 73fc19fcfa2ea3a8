import type { DidResolution } from './did.ts';
import { encodePublicKey } from './multikey.ts';
import { couldNotTell, failed, type ProofVerdict } from './proof-check.ts';
import { publicKeyOf } from './public-keys.ts';
import { asList, idOf, isObject, type JsonObject } from './types.ts';

/** Resolves a DID; see `resolveDid` for the answers. */
export type DidResolver = (did: string) => Promise<DidResolution>;

/** What a proof may be made for here: to assert a credential, or to authenticate who presents one. */
export type ProofPurpose = 'assertionMethod' | 'authentication';

/** The key that a controller authorises, or the verdict that there is none. */
export type ControllerKey = { readonly publicKeyMultibase: string } | { readonly verdict: ProofVerdict };

type Question = {
  /** The DID whose key it must be. */
  readonly controller: string;
  readonly verificationMethod: string;
  readonly purpose: ProofPurpose;
  /** When it was signed: the proof's `created`, XML Schema dateTimeStamp. A JWS need not say it. */
  readonly created: string | undefined;
  readonly now?: Date | undefined;
  readonly resolveDid: DidResolver;
};

/** The DID before the fragment of a verification method. */
export const didOf = (verificationMethod: string): string => {
  const end = verificationMethod.indexOf('#');
  return end < 0 ? verificationMethod : verificationMethod.slice(0, end);
};

/**
 * Finds the public key behind a verification method and checks that its controller's own DID document lists it for the
 * purpose (Controlled Identifiers 1.0, 3.3). A key of anybody else is a failure, however well it signs.
 */
export const findControllerKey = async (question: Question): Promise<ControllerKey> => {
  const { controller, verificationMethod, resolveDid } = question;
  if (didOf(verificationMethod) !== controller) return { verdict: failed('not-the-issuer') };
  if (!controller.startsWith('did:')) return { verdict: couldNotTell('issuer-not-a-did') };
  const resolution = await resolveDid(controller).catch(() => unreachable);
  if (resolution.outcome === 'unresolved') return { verdict: unresolvedVerdict(resolution.reason) };
  return keyIn(resolution.document, question);
};

const unreachable: DidResolution = { outcome: 'unresolved', reason: 'did-not-found' };

const unresolvedVerdict = (
  reason: Extract<DidResolution, { outcome: 'unresolved' }>['reason'],
): ProofVerdict => (reason === 'invalid-did' ? failed(reason) : couldNotTell(reason));

const keyIn = (document: JsonObject, question: Question): ControllerKey => {
  const { controller, verificationMethod, purpose } = question;
  if (document.id !== controller) return { verdict: couldNotTell('did-document-invalid') };
  // DID documents may shorten ids of their own to the fragment (DID 1.0, 3.2.2).
  const named = (entry: unknown): boolean => {
    const id = idOf(entry);
    return (
      id === verificationMethod ||
      (id?.startsWith('#') === true && `${controller}${id}` === verificationMethod)
    );
  };
  const authorised = asList(document[purpose]);
  const namedIn = (methods: readonly unknown[]): JsonObject | undefined =>
    methods.find((method): method is JsonObject => isObject(method) && named(method));
  const method = namedIn(asList(document.verificationMethod)) ?? namedIn(authorised);
  if (!method) return { verdict: failed('method-not-found') };
  // Asked first: a revoked key is usually authorised for nothing any more, and this is the reason worth telling.
  if (method.revoked !== undefined) return { verdict: failed('key-revoked', readDate(method.revoked)) };
  if (!authorised.some(named) || method.controller !== controller)
    return { verdict: failed('key-not-authorised') };
  return usableKey(method, question);
};

const usableKey = (method: JsonObject, { created, now }: Question): ControllerKey => {
  const { expires } = method;
  // Written so that an unreadable date counts as past.
  const inUse = (time: string | Date): boolean =>
    expires === undefined || new Date(time) < new Date(String(expires));
  if (created === undefined && !inUse(now ?? new Date(Number.NaN)))
    return { verdict: couldNotTell('signing-time-unknown') };
  if (created !== undefined && !inUse(created)) return { verdict: failed('key-expired') };
  const publicKeyMultibase = ed25519Of(method);
  return publicKeyMultibase ? { publicKeyMultibase } : { verdict: couldNotTell('key-type-not-supported') };
};

/** Only a date that can be read is passed on; the text is somebody else's. */
const readDate = (value: unknown): string | undefined => {
  const date = new Date(String(value));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
};

/** Multikey and Ed25519VerificationKey2020 write the key alike; JsonWebKey as RFC 8037 says. */
const ed25519Of = (method: JsonObject): string | undefined => {
  const { publicKeyMultibase, publicKeyJwk } = method;
  if (typeof publicKeyMultibase === 'string') return publicKeyOf(publicKeyMultibase) && publicKeyMultibase;
  if (!isObject(publicKeyJwk) || publicKeyJwk.kty !== 'OKP' || publicKeyJwk.crv !== 'Ed25519')
    return undefined;
  const raw = Buffer.from(String(publicKeyJwk.x), 'base64url');
  return raw.length === 32 ? encodePublicKey(raw) : undefined;
};
