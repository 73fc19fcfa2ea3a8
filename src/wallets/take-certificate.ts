import type { Issuer } from '../issuer/index.ts';
import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import { type ClaimLink, hashOf, type Protocol } from './claim-link.ts';
import type { ClaimStore } from './claim-store.ts';

export type Holders = Pick<Issuer, 'certificate' | 'bindToHolder'>;

/** The link was used, ended, has run out, or never was one: nobody is told which. */
export const linkEnded = (): DomainError => new DomainError('gone', 'claim-link-ended');

type TakeDeps = { claims: ClaimStore; issuer: Holders; clock: Clock };

/**
 * Hands the certificate of an open link to whoever has proven the DID. It is signed first and the link used up last, so
 * of several at once one gets it, and a fault before that leaves the link as it was. When the answer gets lost on its
 * way, the holder makes a new link.
 * @throws DomainError `claim-link-ended`, `certificate-withdrawn`, `issuing-unavailable`
 */
export const createTakeCertificate = ({ claims, issuer, clock }: TakeDeps) => {
  const bind = async (link: ClaimLink, did: string) => {
    try {
      return await issuer.bindToHolder(link.identifier, did);
    } catch (error) {
      // Its holder was erased since the link was made.
      if (error instanceof DomainError && error.code === 'not-found') throw linkEnded();
      throw error;
    }
  };

  return async (link: ClaimLink, did: string, protocol: Protocol) => {
    const credential = await bind(link, did);
    const claim = { at: clock.now(), protocol, holderHash: hashOf(did) };
    if (!(await claims.claim(link, claim))) throw linkEnded();
    return credential;
  };
};

export type TakeCertificate = ReturnType<typeof createTakeCertificate>;
