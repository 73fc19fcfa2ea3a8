import type { ClaimLink, Secrets } from './claim-link.ts';
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
  /** Opens the Learner Credential Wallet on the phone it is installed on. */
  walletLink: string;
};

/** `iuv=1` tells wallets that they may ask this address for protocols (VCALM 1.0, 3.7). */
const interactionUrl = (baseUrl: string, secret: string): string => `${baseUrl}/claim/${secret}?iuv=1`;

/** The app answers to this address on phones that have it, so nothing is sent to anybody there. */
const learnerCredentialWallet = 'https://lcw.app/request';

const walletLinkOf = (baseUrl: string, vcapi: string): string => {
  const request = { credentialRequestOrigin: baseUrl, protocols: { vcapi } };
  return `${learnerCredentialWallet}?request=${encodeURIComponent(JSON.stringify(request))}`;
};

export const interactionOf = (link: ClaimLink, secrets: Secrets, baseUrl: string): Interaction => {
  const vcapi = exchangeUrl(baseUrl, secrets.exchange);
  return {
    identifier: link.identifier,
    expiresAt: link.expiresAt,
    url: interactionUrl(baseUrl, secrets.link),
    protocols: { vcapi },
    walletLink: walletLinkOf(baseUrl, vcapi),
  };
};
