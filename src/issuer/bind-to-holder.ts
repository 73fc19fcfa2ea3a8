import type { Clock } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { JsonObject } from '../vc/index.ts';
import { isSigned } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { Signer } from './signer.ts';

type BindDeps = { certificates: CertificateStore; signer: Signer; clock: Clock };

/** Copies of a certificate's credential: same number, same words, same places on the status lists. */
export type Copies = {
  /**
   * With the holder of a proven DID as subject, and both proofs.
   * @throws DomainError `not-found`, `certificate-withdrawn`, `issuing-unavailable`
   */
  bindToHolder(identifier: string, did: string): Promise<JsonObject>;
  /**
   * As compact JWS (`application/vc+jwt`), for a holder of a proven DID where there is one.
   * @throws DomainError as `bindToHolder`
   */
  signCertificateAsJwt(identifier: string, about: { readonly holder?: string }): Promise<string>;
};

/**
 * A withdrawal counts for every copy, as they have the same places on the lists. Signed anew, kept nowhere; not while
 * suspended.
 */
export const createCopies = ({ certificates, signer, clock }: BindDeps): Copies => {
  const unsignedCopy = async (identifier: string, did: string | undefined) => {
    const certificate = await certificates.byIdentifier(identifier);
    if (!certificate || !isSigned(certificate)) throw notFound();
    if (certificate.state !== 'valid') throw new DomainError('conflict', 'certificate-withdrawn');
    const { proof: _proof, ...unsigned } = certificate.credential;
    await signer.refresh();
    const profile = unsigned.issuer as JsonObject;
    const subject = unsigned.credentialSubject as JsonObject;
    const issuer = signer.issuerFor(String(profile.id));
    const copy: JsonObject = {
      ...unsigned,
      issuer: { ...profile, id: issuer },
      credentialSubject: did === undefined ? subject : { ...subject, id: did },
    };
    return { copy, issuer };
  };

  return {
    bindToHolder: async (identifier, did) => {
      const { copy, issuer } = await unsignedCopy(identifier, did);
      return signer.sign(copy, issuer, clock.now());
    },
    signCertificateAsJwt: async (identifier, { holder }) => {
      const { copy, issuer } = await unsignedCopy(identifier, holder);
      return signer.signAsJwt(copy, issuer, clock.now());
    },
  };
};
