import type { Issuer } from '../issuer/index.ts';
import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import { type Claim, type ClaimLink, type Grant, hashOf, type Protocol } from './claim-link.ts';
import type { ClaimStore } from './claim-store.ts';

export type Holders = Pick<Issuer, 'certificate' | 'bindToHolder'>;

/** The link was used, ended, has run out, or never was one: nobody is told which. */
export const linkEnded = (): DomainError => new DomainError('gone', 'claim-link-ended');

type TakeDeps = { claims: ClaimStore; issuer: Holders; clock: Clock };

/**
 * Hands a certificate to whoever has proven the DID. It is signed first and the link used up last, so of several at once
 * one gets it, and a fault before that leaves the link as it was. Each
 * @throws DomainError `claim-link-ended`, `certificate-withdrawn`, `issuing-unavailable`
 */
export const createTakeCertificate = ({ claims, issuer, clock }: TakeDeps) => {
  const bind = async (identifier: string, did: string) => {
    try {
      return await issuer.bindToHolder(identifier, did);
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
      const credential = await bind(link.identifier, did);
      if (!(await claims.claim(link, claimOf(did, protocol)))) throw linkEnded();
      return credential;
    },

    /** By an access token. Until it ends, the same key gets another copy for the asking; any other key gets nothing. */
    byToken: async (grant: Grant, did: string) => {
      if (grant.holderHash !== undefined && grant.holderHash !== hashOf(did)) throw linkEnded();
      const credential = await bind(grant.identifier, did);
      if (!(await claims.deliver(grant, claimOf(did, 'openid4vci')))) throw linkEnded();
      return credential;
    },
  };
};

export type TakeCertificate = ReturnType<typeof createTakeCertificate>;
