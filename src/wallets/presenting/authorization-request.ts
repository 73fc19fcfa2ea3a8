import { nonceOf, stateOf } from './presentation-request.ts';

export const responsePath = '/openid/presented/:secret';

/** By which name a presentation comes back, and in which format (OpenID4VP 1.0, 6.1). */
export const queries = { ldp: 'ldp_vc', jwt: 'jwt_vc_json' } as const;
export type QueryId = keyof typeof queries;

/** The type as it is after JSON-LD expansion, which DCQL compares (OpenID4VP 1.0, B.1.1). */
const badgeType = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential';

/** An Open Badge in either format. Nothing more is asked: our credentials have nothing that could be left out. */
const dcqlQuery = {
  credentials: Object.entries(queries).map(([id, format]) => ({
    id,
    format,
    meta: { type_values: [[badgeType]] },
  })),
  credential_sets: [{ options: Object.keys(queries).map((id) => [id]) }],
};

const clientMetadata = {
  vp_formats_supported: {
    ldp_vc: {
      proof_type_values: ['DataIntegrityProof', 'Ed25519Signature2020'],
      cryptosuite_values: ['eddsa-rdfc-2022'],
    },
    jwt_vc_json: { alg_values: ['EdDSA'] },
  },
};

const responseUri = (request: string, baseUrl: string): string =>
  `${baseUrl}${responsePath.replace(':secret', request)}`;

/** Who asks, as wallets must sign it: the address that they answer to (OpenID4VP 1.0, 5.9.3, `redirect_uri`). */
export const clientIdOf = (request: string, baseUrl: string): string =>
  `redirect_uri:${responseUri(request, baseUrl)}`;

/** What may stand in a query as it is (RFC 3986, 3.4) stays: the link is drawn as a QR code. */
const inQuery = (value: string): string =>
  encodeURIComponent(value).replaceAll(/%(3A|2F|2C|40)/g, (escaped) => decodeURIComponent(escaped));

/**
 * The link that opens a wallet with the whole request (OpenID4VP 1.0, 5). By value: a request under this kind of client id
 * cannot be signed, and one by reference must be.
 */
export const presentationLink = (request: string, baseUrl: string): string => {
  const parameters = {
    client_id: clientIdOf(request, baseUrl),
    response_type: 'vp_token',
    response_mode: 'direct_post',
    response_uri: responseUri(request, baseUrl),
    nonce: nonceOf(request),
    state: stateOf(request),
    dcql_query: JSON.stringify(dcqlQuery),
    client_metadata: JSON.stringify(clientMetadata),
  };
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${inQuery(value)}`);
  return `openid4vp://?${query.join('&')}`;
};
