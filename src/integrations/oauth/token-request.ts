import { OAuthRefusal, readOAuthForm } from '../../platform/http/oauth.ts';

/** The client is not known (RFC 6749, 5.2). `basic` asks for the same scheme that the client tried. */
export const invalidClient = (description: string, { basic = false } = {}): OAuthRefusal =>
  new OAuthRefusal('invalid_client', description, {
    status: 401,
    ...(basic ? { challenge: 'Basic realm="oauth", charset="UTF-8"' } : {}),
  });

/** Who asks, and for what. `scope` is as it was sent. */
export type TokenRequest = {
  clientId: string;
  clientSecret: string;
  /** Whether the credentials came in the Authorization header. */
  basic: boolean;
  scope: string | undefined;
};

const understood = ['grant_type', 'scope', 'client_id', 'client_secret'] as const;

const badRequest = (description: string): OAuthRefusal => new OAuthRefusal('invalid_request', description);

/** Both halves are form-encoded before they are joined (RFC 6749, 2.3.1). */
const decodeHalf = (half: string): string => decodeURIComponent(half.replaceAll('+', ' '));

const readBasic = (header: string): { clientId: string; clientSecret: string } => {
  const refused = invalidClient('the Basic credentials cannot be read', { basic: true });
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
  const { grant_type, scope, client_id, client_secret } = readOAuthForm(input.body, understood);
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
    throw invalidClient('the client did not authenticate');
  }
  assertGrant(grant_type);
  return { clientId: client_id, clientSecret: client_secret, basic: false, scope };
};

const assertGrant = (grant: string): void => {
  if (grant === 'client_credentials') return;
  throw new OAuthRefusal('unsupported_grant_type', 'only client_credentials is granted here');
};
