import { languages, type Translations } from '../../platform/i18n.ts';
import type { JsonObject } from '../../vc/index.ts';
import { describeConfigurations } from './configurations.ts';

export const preAuthorizedGrant = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

/** Where wallets speak OpenID4VCI. */
export const openidPaths = {
  /** The authorization server's own identifier: our own address has another one, for API clients (RFC 8414, 3). */
  server: '/openid',
  offer: '/openid/offers/:secret',
  token: '/openid/token',
  nonce: '/openid/nonce',
  credential: '/openid/credential',
} as const;

/** OpenID4VCI 1.0, 12.2.4. `credential_issuer` is our public address, which has no path. */
export const issuerMetadata = (
  baseUrl: string,
  operator: string,
  translations: Translations,
): JsonObject => ({
  credential_issuer: baseUrl,
  authorization_servers: [`${baseUrl}${openidPaths.server}`],
  credential_endpoint: `${baseUrl}${openidPaths.credential}`,
  nonce_endpoint: `${baseUrl}${openidPaths.nonce}`,
  display: languages.map((locale) => ({ name: operator, locale })),
  credential_configurations_supported: describeConfigurations(translations),
});

/** RFC 8414, 2, and OpenID4VCI 1.0, 12.3: nobody signs in here, and wallets need not be known. */
export const serverMetadata = (baseUrl: string): JsonObject => ({
  issuer: `${baseUrl}${openidPaths.server}`,
  token_endpoint: `${baseUrl}${openidPaths.token}`,
  token_endpoint_auth_methods_supported: ['none'],
  grant_types_supported: [preAuthorizedGrant],
  response_types_supported: [],
  'pre-authorized_grant_anonymous_access_supported': true,
});
