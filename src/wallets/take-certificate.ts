import type { Issuer } from '../issuer/index.ts';
import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { JsonObject } from '../vc/index.ts';
import { type Claim, type ClaimLink, type Grant, hashOf, type Protocol } from './claim-link.ts';
import type { ClaimStore } from './claim-store.ts';

export type Holders = Pick<Issuer, 'certificate' | 'bindToHolder' | 'signCertificateAsJwt'>;

/** How a copy is secured, by the names of OpenID4VCI 1.0 (appendix A): with embedded proofs, or as compact JWS. */
export type Format = 'ldp_vc' | 'jwt_vc_json';

/** The link was used, ended, has run out, or never was one: nobody is told which. */
export const linkEnded = (): DomainError => new DomainError('gone', 'claim-link-ended');

type TakeDeps = { claims: ClaimStore; issuer: Holders; clock: Clock };

/**
 * Hands a certificate to whoever has proven the DID. It is signed first and the link used up last, so of several at once
 * one gets it, and a fault before that leaves the link as it was. Each
 * @throws DomainError `claim-link-ended`, `certificate-withdrawn`, `issuing-unavailable`
 */
export const createTakeCertificate = ({ claims, issuer, clock }: TakeDeps) => {
  const unlessErased = async <T>(signing: Promise<T>): Promise<T> => {
    try {
      return await signing;
    } catch (error) {
      // Its holder was erased since the link was made.
      if (error instanceof DomainError && error.code === 'not-found') throw linkEnded();
      throw error;
    }
  };

  const claimOf = (did: string, protocol: Protocol): Claim => ({
    at: clock.now(),
    protocol,
    holderHash: hashOf(did),
  });

  return {
    /** By the link itself. When the answer gets lost on its way, the holder makes a new link. */
    byLink: async (link: ClaimLink, did: string, protocol: Protocol) => {
      const credential = await unlessErased(issuer.bindToHolder(link.identifier, did));
      if (!(await claims.claim(link, claimOf(did, protocol)))) throw linkEnded();
      return credential;
    },

    /** By an access token. Until it ends, the same key gets another copy for the asking; any other key gets nothing. */
    byToken: async (grant: Grant, did: string, format: Format) => {
      if (grant.holderHash !== undefined && grant.holderHash !== hashOf(did)) throw linkEnded();
      const { identifier } = grant;
      const credential = await unlessErased<JsonObject | string>(
        format === 'ldp_vc'
          ? issuer.bindToHolder(identifier, did)
          : issuer.signCertificateAsJwt(identifier, { holder: did }),
      );
      if (!(await claims.deliver(grant, claimOf(did, 'openid4vci')))) throw linkEnded();
      return credential;
    },
  };
};

export type TakeCertificate = ReturnType<typeof createTakeCertificate>;
