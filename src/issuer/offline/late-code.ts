import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { JsonObject } from '../../vc/index.ts';
import type { SignedCertificate } from '../certificate.ts';
import type { CertificateStore } from '../certificate-store.ts';
import type { Signer } from '../signer.ts';
import type { OfflineCodes } from './offline-codes.ts';

type Deps = {
  certificates: Pick<CertificateStore, 'keepOfflineCode'>;
  offlineCodes: OfflineCodes;
  signer: Pick<Signer, 'issuerFor' | 'refresh'>;
  clock: Clock;
};

/**
 * The certificate with its second code, written now when it was issued without one: certificates of a batch get theirs
 * when they are first drawn, since most never are. Without a usable key, or under an issuer that has moved, it has none.
 */
export const createLateCode =
  ({ certificates, offlineCodes, signer, clock }: Deps) =>
  async (certificate: SignedCertificate): Promise<SignedCertificate> => {
    if (certificate.offlineCode || certificate.state !== 'valid') return certificate;
    const { proof: _proof, ...unsigned } = certificate.credential;
    const issuer = String((unsigned.issuer as JsonObject).id);
    try {
      await signer.refresh();
      if (signer.issuerFor(issuer) !== issuer) return certificate;
      const offlineCode = await offlineCodes.write(unsigned, issuer, clock.now());
      await certificates.keepOfflineCode(certificate.identifier, offlineCode);
      return { ...certificate, offlineCode };
    } catch (error) {
      if (error instanceof DomainError && error.code === 'issuing-unavailable') return certificate;
      throw error;
    }
  };
