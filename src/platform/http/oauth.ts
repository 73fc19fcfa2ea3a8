import express, { type ErrorRequestHandler, type RequestHandler } from 'express';

type RefusalOptions = {
  status?: number;
  /** The `WWW-Authenticate` header that goes with a refusal of 401. */
  challenge?: string;
};

/**
 * A refusal in the words of OAuth 2.0 (RFC 6749, 5.2) and of what is built on it: `error` is a registered code, the message
 * is for whoever writes the client, in ASCII without quotes and backslashes.
 */
export class OAuthRefusal extends Error {
  readonly error: string;
  readonly status: number;
  readonly challenge: string | undefined;

  constructor(error: string, description: string, { status = 400, challenge }: RefusalOptions = {}) {
    super(description);
    this.name = 'OAuthRefusal';
    this.error = error;
    this.status = status;
    this.challenge = challenge;
  }
}

const form = 'application/x-www-form-urlencoded';

/** Reads a form as text, for `readOAuthForm`: parsers of forms drop what was sent twice. */
export const oauthFormBody = (limit = '8kb'): RequestHandler => express.text({ type: form, limit });

/**
 * The parameters of a token request that are understood: unknown ones are ignored, empty ones count as left out, none may
 * come twice (RFC 6749, 3.2).
 * @throws OAuthRefusal `invalid_request`
 */
export const readOAuthForm = <Name extends string>(
  body: string,
  understood: readonly Name[],
): Partial<Record<Name, string>> => {
  const sent = new URLSearchParams(body);
  const parameters: Partial<Record<Name, string>> = {};
  for (const name of understood) {
    const values = sent.getAll(name);
    if (values.length > 1) throw new OAuthRefusal('invalid_request', `${name} was sent more than once`);
    if (values[0]) parameters[name] = values[0];
  }
  return parameters;
};

/** @throws OAuthRefusal `invalid_request` for any other type of body */
export const requireOAuthForm: RequestHandler = (request, _response, next) => {
  if (!request.is(form)) throw new OAuthRefusal('invalid_request', `the body must be ${form}`);
  next();
};

/** RFC 6750, 2.1: the scheme in any case, then one b64token. */
const bearer = /^bearer +([\w\-.~+/]+=*) *$/i;

/** The access token of an `Authorization` header, or nothing where it is none. */
export const bearerTokenIn = (header: string | undefined): string | undefined =>
  bearer.exec(header ?? '')?.[1];

/** Tokens and refusals alike are for nobody else (RFC 6749, 5.1). */
export const notKept: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
  next();
};

/** Answers refusals as JSON. What body parsers complain about is `unreadable`: the code that says so at this endpoint. */
export const answerOAuthRefusal = (unreadable: string): ErrorRequestHandler => {
  const asRefusal = (error: unknown): OAuthRefusal | undefined => {
    if (error instanceof OAuthRefusal) return error;
    const { status } = (error ?? {}) as { status?: unknown };
    const isUnreadable = typeof status === 'number' && status >= 400 && status < 500;
    return isUnreadable ? new OAuthRefusal(unreadable, 'the body cannot be read') : undefined;
  };

  return (error, _request, response, next) => {
    const refusal = asRefusal(error);
    if (!refusal) return next(error);
    if (refusal.challenge) response.set('WWW-Authenticate', refusal.challenge);
    response.status(refusal.status).json({ error: refusal.error, error_description: refusal.message });
  };
};
