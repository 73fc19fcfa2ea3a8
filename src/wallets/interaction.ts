import type { ClaimLink, Secrets } from './claim-link.ts';
import { offerByReference, offerByValue } from './openid/offer.ts';
import { exchangeUrl } from './routes.ts';

/** What a claim link leads to: by protocol for wallets, as links that open a wallet for people. */
export type Interaction = {
  /** Certificate number. */
  identifier: string;
  expiresAt: Date;
  /** The interaction URL itself, which wallets also take by QR code. */
  url: string;
  /** VCALM 1.0, 3.7.1: an address for each protocol. */
  protocols: Readonly<Record<string, string>>;
  /** Opens the Learner Credential Wallet on the phone it is installed on; not where a transaction code is needed. */
  walletLink: string | undefined;
  /** A credential offer: in a link for wallets on the same device, and short enough for a QR code. */
  offer: { byValue: string; byReference: string };
  /** Whether the wallet will ask for a transaction code. */
  needsTransactionCode: boolean;
};

/** The link as it is made, with what its holder has to type in the wallet: shown once. */
export type OpenedInteraction = Interaction & { transactionCode: string | undefined };

/** `iuv=1` tells wallets that they may ask this address for protocols (VCALM 1.0, 3.7). */
const interactionUrl = (baseUrl: string, secret: string): string => `${baseUrl}/claim/${secret}?iuv=1`;

/** The app answers to this address on phones that have it, so nothing is sent to anybody there. */
const learnerCredentialWallet = 'https://lcw.app/request';

const walletLinkOf = (baseUrl: string, vcapi: string): string => {
  const request = { credentialRequestOrigin: baseUrl, protocols: { vcapi } };
  return `${learnerCredentialWallet}?request=${encodeURIComponent(JSON.stringify(request))}`;
};

/** The exchange knows no transaction code: who made a link with one gets no way around it. */
export const interactionOf = (link: ClaimLink, secrets: Secrets, baseUrl: string): Interaction => {
  const needsTransactionCode = link.transactionCode !== undefined;
  const vcapi = needsTransactionCode ? undefined : exchangeUrl(baseUrl, secrets.exchange);
  const byReference = offerByReference(secrets.offer, baseUrl);
  return {
    identifier: link.identifier,
    expiresAt: link.expiresAt,
    url: interactionUrl(baseUrl, secrets.link),
    protocols: { ...(vcapi === undefined ? {} : { vcapi }), 'oid4vci-1.0': byReference },
    walletLink: vcapi && walletLinkOf(baseUrl, vcapi),
    offer: { byReference, byValue: offerByValue(link, secrets.offer, baseUrl) },
    needsTransactionCode,
  };
};
