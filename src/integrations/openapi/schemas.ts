import { z } from 'zod';
import { issueBody } from '../credentials/issue-request.ts';
import { statusBody } from '../credentials/status-request.ts';

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schema of the very shapes that requests are read with. */
const shapeOf = (shape: z.ZodType): Schema => {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io: 'input' }) as Record<string, unknown>;
  return schema;
};

const text = { type: 'string' } as const;
const url = { type: 'string', format: 'uri' } as const;

const object = (properties: Record<string, unknown>, required = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
});

/** RFC 9457. Members may be added; programs go by `type`, and by `code` for one field. */
const problem = object(
  {
    type: text,
    title: text,
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: text,
    instance: text,
    requestId: text,
    errors: { type: 'array', items: object({ pointer: text, code: text, message: text }) },
  },
  ['type', 'title', 'status', 'detail', 'instance', 'requestId'],
);

const tokenRequest = object(
  {
    grant_type: { const: 'client_credentials' },
    scope: { ...text, description: 'Separated by spaces. Without it: every scope of the client.' },
    client_id: { ...text, description: 'Only without HTTP Basic authentication.' },
    client_secret: { ...text, description: 'Only without HTTP Basic authentication.' },
  },
  ['grant_type'],
);

const tokenAnswer = object({
  access_token: text,
  token_type: { const: 'Bearer' },
  expires_in: { type: 'integer', minimum: 1, maximum: 900 },
  scope: text,
});

const oauthRefusal = object({
  error: {
    enum: [
      'invalid_request',
      'invalid_client',
      'invalid_scope',
      'unauthorized_client',
      'unsupported_grant_type',
    ],
  },
  error_description: text,
});

const serverMetadata = object({
  issuer: url,
  token_endpoint: url,
  token_endpoint_auth_methods_supported: { type: 'array', items: text },
  grant_types_supported: { type: 'array', items: text },
  response_types_supported: { type: 'array', items: text },
  scopes_supported: { type: 'array', items: text },
  service_documentation: url,
});

/** A signed credential of VCDM 2.0 or 1.1. */
const verifiableCredential = object(
  { '@context': { type: 'array', minItems: 1 }, type: {}, issuer: {}, credentialSubject: {}, proof: {} },
  ['@context', 'type', 'issuer', 'credentialSubject', 'proof'],
);

/** VC Data Model 2.0, 4.13.1: the JWS is in the `data:` URL. */
const envelopedCredential = object({
  '@context': { type: 'array', minItems: 1 },
  id: { type: 'string', pattern: '^data:application/vc\\+jwt,' },
  type: { const: 'EnvelopedVerifiableCredential' },
});

const verifyOptions = {
  checks: { type: 'array', items: text, description: 'Without it: every check.' },
  returnProblemDetails: { type: 'boolean', default: true },
  returnResults: { type: 'boolean', default: false },
};

const verifyRequest = object(
  {
    verifiableCredential: {
      description: 'The signed credential: with proofs, in an envelope, or as compact JWS (`vc+jwt`).',
    },
    options: { type: 'object', properties: { ...verifyOptions, returnCredential: { type: 'boolean' } } },
  },
  ['verifiableCredential'],
);

const presentationRequest = object(
  {
    verifiablePresentation: { description: 'The presentation, signed by its holder or not.' },
    options: {
      type: 'object',
      properties: {
        ...verifyOptions,
        challenge: text,
        domain: text,
        returnPresentation: { type: 'boolean' },
      },
    },
  },
  ['verifiablePresentation'],
);

const verificationResult = object(
  {
    verified: { type: 'boolean', description: 'True only when every check passed.' },
    verdict: text,
    checkedAt: { type: 'string', format: 'date-time' },
    checks: {
      type: 'array',
      items: object({
        name: text,
        outcome: { enum: ['passed', 'failed', 'could-not-tell'] },
        reason: text,
        evidence: { type: 'object' },
      }),
    },
  },
  ['verified', 'verdict', 'checkedAt', 'checks'],
);

const presentationResult = object({
  verified: {
    type: 'boolean',
    description: 'True only when the holder is proven and every credential is verified.',
  },
  checkedAt: { type: 'string', format: 'date-time' },
  holder: object({ outcome: text }),
  credentials: { type: 'array', items: verificationResult },
});

/** The parts that operations refer to. */
export const schemas: Readonly<Record<string, Schema>> = {
  Problem: problem,
  TokenRequest: tokenRequest,
  TokenAnswer: tokenAnswer,
  OAuthRefusal: oauthRefusal,
  ServerMetadata: serverMetadata,
  IssueRequest: shapeOf(issueBody),
  IssueAnswer: object({ verifiableCredential: { anyOf: [verifiableCredential, envelopedCredential] } }),
  StatusRequest: shapeOf(statusBody),
  StatusAnswer: { type: 'object', maxProperties: 0 },
  VerifyRequest: verifyRequest,
  VerificationResult: verificationResult,
  VerifyPresentationRequest: presentationRequest,
  PresentationResult: presentationResult,
  VerifiableCredential: verifiableCredential,
  DidDocument: object({ id: text, verificationMethod: { type: 'array' } }, ['id', 'verificationMethod']),
};
