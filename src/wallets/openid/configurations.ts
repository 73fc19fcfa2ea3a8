import { credentialContexts, credentialTypes } from '../../issuer/index.ts';
import { languages, type Translations } from '../../platform/i18n.ts';
import { type JsonObject, keyProofAlgorithms } from '../../vc/index.ts';
import type { Format } from '../take-certificate.ts';

/** What an offer names, and a credential request chooses. */
const configurations: Readonly<Record<string, Format>> = {
  OpenBadgeCredential_ldp_vc: 'ldp_vc',
  OpenBadgeCredential_jwt_vc_json: 'jwt_vc_json',
};

export const configurationIds: readonly string[] = Object.keys(configurations);

export const formatOf = (configurationId: string): Format | undefined =>
  Object.hasOwn(configurations, configurationId) ? configurations[configurationId] : undefined;

const definitions: Readonly<Record<Format, JsonObject>> = {
  ldp_vc: {
    credential_signing_alg_values_supported: ['eddsa-rdfc-2022', 'Ed25519Signature2020'],
    credential_definition: { '@context': credentialContexts, type: credentialTypes },
  },
  // VC Data Model 2.0 as compact JWS (VC JOSE and COSE 1.0): the format has no name of its own for it.
  jwt_vc_json: {
    credential_signing_alg_values_supported: ['EdDSA'],
    credential_definition: { type: credentialTypes },
  },
};

/** The `credential_configurations_supported` of our metadata (OpenID4VCI 1.0, 12.2.4), worded in every language. */
export const describeConfigurations = (translations: Translations): JsonObject => {
  const display = languages.map((locale) => ({
    name: translations.words(locale)('wallets:openid.credential'),
    locale,
  }));
  const common = {
    cryptographic_binding_methods_supported: ['did:key', 'jwk'],
    proof_types_supported: { jwt: { proof_signing_alg_values_supported: keyProofAlgorithms } },
    // Libraries tell version 1.0 from the drafts before it by this member.
    credential_metadata: { display },
  };
  return Object.fromEntries(
    Object.entries(configurations).map(([id, format]) => [id, { format, ...common, ...definitions[format] }]),
  );
};
