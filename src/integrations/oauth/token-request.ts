/** The errors of a token endpoint (RFC 6749, 5.2). */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type';

/** A refusal in the words of RFC 6749. `basic` asks for the same scheme that the client tried (5.2). */
export class OAuthRefusal extends Error {
  readonly error: OAuthError;
  readonly basic: boolean;

  constructor(error: OAuthError, description: string, { basic = false } = {}) {
    super(description);
    this.name = 'OAuthRefusal';
    this.error = error;
    this.basic = basic;
  }
}

/** Who asks, and for what. `scope` is as it was sent. */
export type TokenRequest = {
  clientId: string;
  clientSecret: string;
  /** Whether the credentials came in the Authorization header. */
  basic: boolean;
  scope: string | undefined;
};

const understood = ['grant_type', 'scope', 'client_id', 'client_secret'] as const;
type Parameter = (typeof understood)[number];
type Parameters = Partial<Record<Parameter, string>>;

const badRequest = (description: string): OAuthRefusal => new OAuthRefusal('invalid_request', description);

/** Parameters that are not known are ignored, empty ones count as left out, none may come twice (RFC 6749, 3.2). */
const readParameters = (body: string): Parameters => {
  const sent = new URLSearchParams(body);
  const parameters: Parameters = {};
  for (const name of understood) {
    const values = sent.getAll(name);
    if (values.length > 1) throw badRequest(`${name} was sent more than once`);
    if (values[0]) parameters[name] = values[0];
  }
  return parameters;
};

/** Both halves are form-encoded before they are joined (RFC 6749, 2.3.1). */
const decodeHalf = (half: string): string => decodeURIComponent(half.replaceAll('+', ' '));

const readBasic = (header: string): { clientId: string; clientSecret: string } => {
  const refused = new OAuthRefusal('invalid_client', 'the Basic credentials cannot be read', { basic: true });
  const joined = Buffer.from(/^basic +([\w+/=-]+) *$/i.exec(header)?.[1] ?? '', 'base64').toString('utf8');
  const colon = joined.indexOf(':');
  if (colon < 1) throw refused;
  try {
    return {
      clientId: decodeHalf(joined.slice(0, colon)),
      clientSecret: decodeHalf(joined.slice(colon + 1)),
    };
  } catch {
    throw refused;
  }
};

/**
 * Reads a token request for the client credentials grant (RFC 6749, 4.4.2), with either way to authenticate (2.3.1).
 * @throws OAuthRefusal
 */
export const readTokenRequest = (input: {
  authorization: string | undefined;
  body: string;
}): TokenRequest => {
  const { grant_type, scope, client_id, client_secret } = readParameters(input.body);
  if (grant_type === undefined) throw badRequest('grant_type is missing');
  if (input.authorization !== undefined) {
    if (client_secret !== undefined) throw badRequest('the client authenticated in two ways');
    const basic = readBasic(input.authorization);
    if (client_id !== undefined && client_id !== basic.clientId)
      throw badRequest('client_id is not the client that authenticated');
    assertGrant(grant_type);
    return { ...basic, basic: true, scope };
  }
  if (client_id === undefined || client_secret === undefined) {
    throw new OAuthRefusal('invalid_client', 'the client did not authenticate');
  }
  assertGrant(grant_type);
  return { clientId: client_id, clientSecret: client_secret, basic: false, scope };
};

const assertGrant = (grant: string): void => {
  if (grant === 'client_credentials') return;
  throw new OAuthRefusal('unsupported_grant_type', 'only client_credentials is granted here');
};
