import type { Clock } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { JsonObject } from '../vc/index.ts';
import { isSigned } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { Signer } from './signer.ts';

type BindDeps = { certificates: CertificateStore; signer: Signer; clock: Clock };

/**
 * A copy of a certificate's credential whose subject is the holder of a proven DID: same number, same words, same places
 * on the status lists, so that a withdrawal counts for every copy. Signed anew, kept nowhere; not while suspended.
 * @throws DomainError `not-found`, `certificate-withdrawn`, `issuing-unavailable`
 */
export const createBindToHolder =
  ({ certificates, signer, clock }: BindDeps) =>
  async (identifier: string, did: string): Promise<JsonObject> => {
    const certificate = await certificates.byIdentifier(identifier);
    if (!certificate || !isSigned(certificate)) throw notFound();
    if (certificate.state !== 'valid') throw new DomainError('conflict', 'certificate-withdrawn');
    const { proof: _proof, ...unsigned } = certificate.credential;
    await signer.refresh();
    const profile = unsigned.issuer as JsonObject;
    const issuer = signer.issuerFor(String(profile.id));
    return signer.sign(
      {
        ...unsigned,
        issuer: { ...profile, id: issuer },
        credentialSubject: { ...(unsigned.credentialSubject as JsonObject), id: did },
      },
      issuer,
      clock.now(),
    );
  };
