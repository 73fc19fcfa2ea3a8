import { scopes } from '../clients/api-client.ts';
import { schemas } from './schemas.ts';

type Part = Readonly<Record<string, unknown>>;

const ref = (name: keyof typeof schemas): Part => ({ $ref: `#/components/schemas/${name}` });
const body = (type: string, name: string): Part => ({ content: { [type]: { schema: ref(name) } } });
const json = 'application/json';

const limitHeaders = {
  RateLimit: {
    schema: { type: 'string' },
    description: 'Calls that are left, and the seconds until the count begins anew.',
  },
  'RateLimit-Policy': { schema: { type: 'string' } },
};

const answer = (description: string, name: string, type = json): Part => ({
  description,
  headers: limitHeaders,
  ...body(type, name),
});
const problem = (description: string): Part => answer(description, 'Problem', 'application/problem+json');

const tooMany = {
  ...problem('Asked too often.'),
  headers: {
    ...limitHeaders,
    'Retry-After': { schema: { type: 'integer' }, description: 'Seconds to wait.' },
  },
};

/** What every operation behind a token can answer beside its own. */
const refusals = {
  400: problem('The body cannot be read, or an option is unknown.'),
  401: problem('No access token, or none that is valid.'),
  403: problem('The token lacks the scope.'),
  413: problem('Too large.'),
  415: problem('Not JSON.'),
  422: problem('A rule is broken; `errors` says where.'),
  429: tooMany,
  503: problem('Nothing can be signed now.'),
};

const behindToken = (scope: string): Part => ({ security: [{ oauth2: [scope] }] });

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same request with the same key gets the same answer.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
};

const oauth = {
  '/oauth/token': {
    post: {
      operationId: 'grantToken',
      summary: 'Gives an access token (RFC 6749, 4.4).',
      security: [{ client: [] }, {}],
      requestBody: { required: true, ...body('application/x-www-form-urlencoded', 'TokenRequest') },
      responses: {
        200: answer('The token.', 'TokenAnswer'),
        400: answer('The request is not one for a token.', 'OAuthRefusal'),
        401: answer('The client is not known, or its secret is wrong.', 'OAuthRefusal'),
        429: tooMany,
      },
    },
  },
  '/.well-known/oauth-authorization-server': {
    get: {
      operationId: 'readServerMetadata',
      summary: 'Says where and how tokens are given (RFC 8414).',
      responses: { 200: answer('The metadata.', 'ServerMetadata') },
    },
  },
};

const issuing = {
  '/credentials/issue': {
    post: {
      operationId: 'issueCredential',
      summary:
        'Signs a credential in our name (VCALM 1.0). Without options: one eddsa-rdfc-2022 proof, one revocation entry.',
      ...behindToken(scopes[0]),
      parameters: [idempotencyKey],
      requestBody: { required: true, ...body(json, 'IssueRequest') },
      responses: {
        201: answer('The signed credential.', 'IssueAnswer'),
        ...refusals,
        409: problem('The id is taken.'),
      },
    },
  },
  '/credentials/status': {
    post: {
      operationId: 'updateCredentialStatus',
      summary: 'Withdraws a credential for good, suspends it, or lifts its suspension (VCALM 1.0).',
      ...behindToken(scopes[1]),
      requestBody: { required: true, ...body(json, 'StatusRequest') },
      responses: {
        200: answer('It is published.', 'StatusAnswer'),
        ...refusals,
        404: problem('This client has no such credential.'),
        409: problem('A withdrawal is final.'),
      },
    },
  },
};

const verdictOf = (result: string): Part => ({
  200: answer('The signatures hold; the answer says all the rest.', result),
  400: problem('The body cannot be read, or an option is unknown.'),
  413: problem('Too large.'),
  415: problem('Not JSON.'),
  422: {
    description:
      'Not what is to be verified, or a signature that does not hold; or a request with unknown members.',
    content: {
      [json]: { schema: ref(result) },
      'application/problem+json': { schema: ref('Problem') },
    },
  },
  429: tooMany,
});

const verifying = {
  '/credentials/verify': {
    post: {
      operationId: 'verifyCredential',
      summary: 'Verifies a credential, of ours or of others (VCALM 1.0). Open to everybody.',
      requestBody: { required: true, ...body(json, 'VerifyRequest') },
      responses: verdictOf('VerificationResult'),
    },
  },
  '/presentations/verify': {
    post: {
      operationId: 'verifyPresentation',
      summary: 'Verifies who presents credentials, and each of them (VCALM 1.0). Open to everybody.',
      requestBody: { required: true, ...body(json, 'VerifyPresentationRequest') },
      responses: verdictOf('PresentationResult'),
    },
  },
};

const published = {
  '/.well-known/did.json': {
    get: {
      operationId: 'readDidDocument',
      summary: 'Our keys (did:web).',
      responses: { 200: answer('The DID document.', 'DidDocument', 'application/did+ld+json') },
    },
  },
  '/status/{list}': {
    get: {
      operationId: 'readStatusList',
      summary: 'A signed list of what is withdrawn or suspended (Bitstring Status List 1.0).',
      parameters: [{ name: 'list', in: 'path', required: true, schema: { type: 'string' } }],
      responses: {
        200: answer('The list.', 'VerifiableCredential', 'application/vc'),
        404: problem('There is no such list.'),
      },
    },
  },
};

/** The machine routes, as OpenAPI 3.1. A test asks each and holds the answers against this. */
export const openApiDocument = (baseUrl: string): Part => ({
  openapi: '3.1.1',
  info: {
    title: 'JINFO Certification',
    version: '1',
    description: 'Issue, withdraw and verify credentials. VCALM 1.0 over OAuth 2.0 client credentials.',
    license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: baseUrl }],
  paths: { ...oauth, ...issuing, ...verifying, ...published },
  components: {
    schemas,
    securitySchemes: {
      client: {
        type: 'http',
        scheme: 'basic',
        description: 'Client id and secret, for the token endpoint only.',
      },
      oauth2: {
        type: 'oauth2',
        flows: {
          clientCredentials: {
            tokenUrl: `${baseUrl}/oauth/token`,
            scopes: { [scopes[0]]: 'Have credentials signed.', [scopes[1]]: 'Withdraw and suspend them.' },
          },
        },
      },
    },
  },
});
