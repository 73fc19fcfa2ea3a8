import type { Clock } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { JsonObject } from '../vc/index.ts';
import { isSigned } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { Signer } from './signer.ts';

type BindDeps = { certificates: CertificateStore; signer: Signer; clock: Clock };

/** The credential as it was signed, about the holder of this DID. */
const boundTo = ({ proof: _proof, ...credential }: JsonObject, did: string): JsonObject => ({
  ...credential,
  credentialSubject: { id: did, ...(credential.credentialSubject as JsonObject) },
});

const issuerOf = ({ issuer }: JsonObject): string =>
  typeof issuer === 'string' ? issuer : String((issuer as JsonObject).id);

/**
 * A copy of a certificate's credential whose subject is the holder of a proven DID: same number, same words, same places
 * on the status lists, so that a withdrawal counts for every copy. Signed anew, kept nowhere.
 * @throws DomainError `not-found`, `certificate-withdrawn`, `issuing-unavailable`
 */
export const createBindToHolder =
  ({ certificates, signer, clock }: BindDeps) =>
  async (identifier: string, did: string): Promise<JsonObject> => {
    const certificate = await certificates.byIdentifier(identifier);
    if (!certificate || !isSigned(certificate)) throw notFound();
    if (certificate.state === 'revoked') throw new DomainError('conflict', 'certificate-withdrawn');
    const { credential } = certificate;
    return signer.sign(boundTo(credential, did), issuerOf(credential), clock.now());
  };
