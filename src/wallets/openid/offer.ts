import type { JsonObject } from '../../vc/index.ts';
import { type ClaimLink, codeOf, transactionCodeLength } from '../claim-link.ts';
import { configurationIds } from './configurations.ts';
import { openidPaths, preAuthorizedGrant } from './metadata.ts';

/** What the link was made with, so that a wallet can ask its holder for it. `description` has 300 characters at most. */
const transactionCodeOf = ({ transactionCode }: ClaimLink, description: string | undefined): JsonObject =>
  transactionCode === undefined
    ? {}
    : {
        tx_code: {
          input_mode: 'numeric',
          length: transactionCodeLength,
          ...(description === undefined ? {} : { description }),
        },
      };

/** A Credential Offer (OpenID4VCI 1.0, 4.1.1). `secret` is that of the offer. */
export const offerOf = (
  link: ClaimLink,
  secret: string,
  { baseUrl, description }: { baseUrl: string; description?: string },
): JsonObject => ({
  credential_issuer: baseUrl,
  credential_configuration_ids: configurationIds,
  grants: {
    [preAuthorizedGrant]: {
      'pre-authorized_code': codeOf(secret),
      ...transactionCodeOf(link, description),
    },
  },
});

const invocation = 'openid-credential-offer://';

/** Opens a wallet with the whole offer in the link (OpenID4VCI 1.0, 4.1.2). */
export const offerByValue = (link: ClaimLink, secret: string, baseUrl: string): string =>
  `${invocation}?credential_offer=${encodeURIComponent(JSON.stringify(offerOf(link, secret, { baseUrl })))}`;

/** Opens a wallet that fetches the offer: short enough for a code to scan (OpenID4VCI 1.0, 4.1.3). */
export const offerByReference = (secret: string, baseUrl: string): string => {
  const url = `${baseUrl}${openidPaths.offer.replace(':secret', secret)}`;
  return `${invocation}?credential_offer_uri=${encodeURIComponent(url)}`;
};
