import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import { OAuthRefusal } from '../../platform/http/oauth.ts';
import { type JsonObject, type KeyProofFault, verifyKeyProof } from '../../vc/index.ts';
import { type Grant, hashOf } from '../claim-link.ts';
import type { ClaimStore } from '../claim-store.ts';
import type { Format, TakeCertificate } from '../take-certificate.ts';
import { formatOf } from './configurations.ts';
import type { NonceStore } from './nonce-store.ts';

/** OpenID4VCI 1.0, 8.3. */
export type CredentialResponse = { credentials: readonly { credential: JsonObject | string }[] };

type GiveDeps = {
  claims: ClaimStore;
  nonces: NonceStore;
  take: TakeCertificate;
  clock: Clock;
  /** The Credential Issuer Identifier: our public address. */
  audience: string;
};

const bad = (description: string): OAuthRefusal =>
  new OAuthRefusal('invalid_credential_request', description);
const badProof = (description: string): OAuthRefusal => new OAuthRefusal('invalid_proof', description);

/** RFC 6750, 3. */
const unauthorized = (description: string, error?: string): OAuthRefusal =>
  new OAuthRefusal('invalid_token', description, {
    status: 401,
    challenge: error ? `Bearer realm="openid", error="${error}"` : 'Bearer realm="openid"',
  });

const proofFaults: Readonly<Record<KeyProofFault, string>> = {
  'not-a-jwt': 'the key proof is not a JWT that can be read',
  'wrong-type': 'typ must be openid4vci-proof+jwt',
  'wrong-algorithm': 'alg is not one of proof_signing_alg_values_supported',
  'key-not-named': 'the header must have either kid or jwk',
  'key-not-accepted': 'the key must be a public Ed25519 key: as jwk, or as kid of its did:key',
  'wrong-signature': 'the signature is not by the key in the header',
  'wrong-audience': 'aud must be the Credential Issuer Identifier, as a string',
  'not-of-now': 'iat is missing or too far from now, or exp or nbf contradict it',
  'nonce-missing': 'nonce is missing',
};

/** Unknown parameters are ignored (OpenID4VCI 1.0, 8.2). */
const shape = z.looseObject({
  credential_configuration_id: z.string().optional(),
  credential_identifier: z.unknown().optional(),
  credential_response_encryption: z.unknown().optional(),
  proofs: z.unknown().optional(),
});
type CredentialRequest = z.infer<typeof shape>;

const readRequest = (body: unknown): CredentialRequest => {
  const parsed = shape.safeParse(body);
  if (!parsed.success) throw bad('the body must be a credential request as JSON object');
  return parsed.data;
};

const chosenFormat = (request: CredentialRequest): Format => {
  const { credential_configuration_id: id } = request;
  if (request.credential_response_encryption !== undefined)
    throw new OAuthRefusal('invalid_encryption_parameters', 'responses are not encrypted here');
  if (request.credential_identifier !== undefined)
    throw new OAuthRefusal('unknown_credential_identifier', 'no credential_identifiers were given out');
  if (id === undefined) throw bad('credential_configuration_id is missing');
  const format = formatOf(id);
  if (!format)
    throw new OAuthRefusal('unknown_credential_configuration', 'this configuration is not in the metadata');
  return format;
};

const oneProof = z.strictObject({ jwt: z.tuple([z.string()]) });

const proofIn = ({ proofs }: CredentialRequest): string => {
  if (proofs === undefined) throw badProof('proofs is missing');
  const parsed = oneProof.safeParse(proofs);
  if (!parsed.success) throw badProof('proofs must have one key proof, of type jwt');
  return parsed.data.jwt[0];
};

/** A link that ended under way, or another key than the one that came first; a certificate that is not in force. */
const asRefusal = (error: unknown): unknown => {
  if (!(error instanceof DomainError)) return error;
  if (error.code === 'claim-link-ended')
    return new OAuthRefusal('credential_request_denied', 'the offer has ended, or another key used it');
  return error.code === 'certificate-withdrawn'
    ? new OAuthRefusal('credential_request_denied', 'the certificate is withdrawn or suspended')
    : error;
};

/**
 * Answers a credential request (OpenID4VCI 1.0, 8): the access token says which certificate, the key proof to whom it is
 * bound. Its nonce counts once, also where the rest fails.
 * @throws OAuthRefusal with the codes of 8.3.1 and RFC 6750; DomainError `issuing-unavailable`
 */
export const createGiveCredential = ({ claims, nonces, take, clock, audience }: GiveDeps) => {
  const grantOf = async (accessToken: string | undefined): Promise<Grant> => {
    if (accessToken === undefined) throw unauthorized('an access token is needed');
    const grant = await claims.grant(hashOf(accessToken), clock.now());
    if (!grant) throw unauthorized('the access token is not known or has ended', 'invalid_token');
    return grant;
  };

  const provenHolder = async (jwt: string): Promise<string> => {
    const now = clock.now();
    const proof = await verifyKeyProof(jwt, { audience, now });
    if (proof.outcome === 'failed') throw badProof(proofFaults[proof.reason]);
    if (!(await nonces.use(hashOf(proof.nonce), now)))
      throw new OAuthRefusal('invalid_nonce', 'the nonce is not known, was used, or has run out');
    return proof.did;
  };

  return async (accessToken: string | undefined, body: unknown): Promise<CredentialResponse> => {
    const grant = await grantOf(accessToken);
    const request = readRequest(body);
    const format = chosenFormat(request);
    const did = await provenHolder(proofIn(request));
    try {
      return { credentials: [{ credential: await take.byToken(grant, did, format) }] };
    } catch (error) {
      throw asRefusal(error);
    }
  };
};

export type GiveCredential = ReturnType<typeof createGiveCredential>;
