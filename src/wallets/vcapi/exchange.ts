import type { Clock } from '../../platform/clock.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import type { HolderVerdict, JsonObject } from '../../vc/index.ts';
import { checkHolder } from '../check-holder.ts';
import { derive, hashOf } from '../claim-link.ts';
import type { ClaimStore } from '../claim-store.ts';
import { linkEnded, type TakeCertificate } from '../take-certificate.ts';

/** What a wallet sends: nothing to begin with, then the presentation that was asked for. */
export type ExchangeMessage = { verifiablePresentation?: unknown };

type ExchangeDeps = {
  claims: ClaimStore;
  take: TakeCertificate;
  clock: Clock;
  /** Our own address: whoever else relays the request has another one, and so gets no signature for us. */
  domain: string;
};

/** Suites of the proof by which wallets show that they hold a key, the ones that they are asked for. */
const acceptedSuites = ['Ed25519Signature2020', 'eddsa-rdfc-2022'];

/** Asks for DID Authentication (VCALM 1.0, 3.6 and Verifiable Presentation Request, DIDAuthentication). */
const requestFor = (challenge: string, domain: string): JsonObject => ({
  verifiablePresentationRequest: {
    query: [
      {
        type: 'DIDAuthentication',
        acceptedMethods: [{ method: 'key' }],
        acceptedCryptosuites: acceptedSuites.map((cryptosuite) => ({ cryptosuite })),
      },
    ],
    challenge,
    domain,
  },
});

const faultOf = (holder: HolderVerdict): string => {
  if (holder.outcome === 'could-not-tell') return 'presentation-not-understood';
  if (holder.outcome !== 'failed') return 'presentation-unsigned';
  if (holder.reason.startsWith('challenge-')) return 'presentation-challenge';
  if (holder.reason.startsWith('domain-')) return 'presentation-domain';
  return holder.reason === 'not-a-presentation' ? 'presentation-malformed' : 'presentation-signature';
};

const refusal = (faults: readonly FieldFault[]): DomainError =>
  new DomainError('malformed', 'holder-not-proven', { errors: faults });

/**
 * One message of an exchange (VCALM 1.0, 3.6), as wallets with `vcapi` speak it. The challenge belongs to the link and
 * ends with it, so it can be asked for again and answered once.
 * @throws DomainError `claim-link-ended` (410), `holder-not-proven` (400), and what `createTakeCertificate` throws
 */
export const createExchange = ({ claims, take, clock, domain }: ExchangeDeps) => {
  const holderOf = async (presentation: unknown, challenge: string): Promise<string> => {
    const { holder } = await checkHolder(presentation, { challenge, domain, now: clock.now() });
    if (holder.outcome === 'proven') return holder.did;
    throw refusal([{ pointer: '/verifiablePresentation', code: faultOf(holder) }]);
  };

  return async (secret: string, { verifiablePresentation }: ExchangeMessage): Promise<JsonObject> => {
    const link = await claims.find('exchangeHash', hashOf(secret), clock.now());
    // A link with a transaction code has no exchange; its address is not given out, but could be reckoned from the link.
    if (!link || link.transactionCode) throw linkEnded();
    const challenge = derive(secret, 'challenge');
    if (verifiablePresentation === undefined) return requestFor(challenge, domain);
    const credential = await take.byLink(link, await holderOf(verifiablePresentation, challenge), 'vcapi');
    return {
      verifiablePresentation: {
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        type: ['VerifiablePresentation'],
        verifiableCredential: [credential],
      },
    };
  };
};

export type Exchange = ReturnType<typeof createExchange>;
