import { decodeProtectedHeader } from 'jose';
import type { Clock } from '../../platform/clock.ts';
import { OAuthRefusal, readOAuthForm } from '../../platform/http/oauth.ts';
import { type JsonObject, openCredential, verifyPresentedJwt } from '../../vc/index.ts';
import type { Report } from '../../verifier/index.ts';
import { checkHolder } from '../check-holder.ts';
import { hashOf } from '../claim-link.ts';
import { clientIdOf, type QueryId, queries } from './authorization-request.ts';
import { isState, nonceOf, type PresentationOutcome } from './presentation-request.ts';
import type { RequestStore } from './request-store.ts';

type ReceiveDeps = {
  requests: RequestStore;
  clock: Clock;
  baseUrl: string;
  verify(credential: unknown): Promise<Report>;
  /** The certificate number in the id of a credential of ours. */
  numberOf(credentialId: string): string | undefined;
};

type Presented = { did: string; credential: unknown; document: JsonObject };

const refuse = (description: string): OAuthRefusal => new OAuthRefusal('invalid_request', description);

const understood = ['vp_token', 'state', 'error', 'error_description'] as const;

const isQueryId = (id: string): id is QueryId => Object.hasOwn(queries, id);

/** One presentation, under the name of one of the two queries (OpenID4VP 1.0, 8.1). */
const presentationIn = (vpToken: string): unknown => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(vpToken);
  } catch {
    throw refuse('vp_token is not JSON');
  }
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  const [[id, presentations] = ['', []]] = entries;
  if (entries.length !== 1 || !isQueryId(id) || !Array.isArray(presentations) || presentations.length !== 1)
    throw refuse('vp_token must have one presentation, under the id of a credential query');
  return presentations[0];
};

/** A JWT of VC Data Model 2.0 says so; the one that the standard describes is of 1.1. */
const isOfVersion2 = (jwt: string): boolean => {
  try {
    return decodeProtectedHeader(jwt).typ?.toLowerCase().endsWith('vp+jwt') ?? false;
  } catch {
    return false;
  }
};

const subjectOf = ({ credentialSubject: subject }: JsonObject): unknown => {
  const subjects = [subject].flat();
  return subjects.length === 1 ? (subjects[0] as JsonObject | null)?.id : undefined;
};

/** With a signature that does not hold nothing else counts. */
const unreadable = ['unsupported_format', 'not_authentic', 'could_not_check'];

/**
 * Receives what a wallet answers (OpenID4VP 1.0, 8.2): who presents is proven for this request, then the one credential is
 * verified, and whether it is about them. What proves nothing is refused and leaves the request open; the first answer that
 * proves who sent it, or says no, is the only one.
 * @throws OAuthRefusal `invalid_request`
 */
export const createReceivePresentation = (deps: ReceiveDeps) => {
  const { requests, clock, baseUrl } = deps;

  const provenBy = async (presentation: unknown, secret: string) => {
    const now = clock.now();
    const [nonce, audience] = [nonceOf(secret), clientIdOf(secret, baseUrl)];
    if (typeof presentation === 'string' && !isOfVersion2(presentation))
      return verifyPresentedJwt(presentation, { nonce, audience, now });
    const { holder, credentials } = await checkHolder(presentation, {
      challenge: nonce,
      domain: audience,
      now,
    });
    return holder.outcome === 'proven' ? { ...holder, credentials } : holder;
  };

  const read = async (presentation: unknown, secret: string): Promise<Presented> => {
    const proven = await provenBy(presentation, secret);
    if (proven.outcome !== 'proven')
      throw refuse(`the presentation does not prove its holder for this request: ${proven.reason}`);
    const [credential, ...more] = proven.credentials;
    if (credential === undefined || more.length > 0)
      throw refuse('the presentation must have one credential');
    const opened = openCredential(credential);
    if (!opened.ok || ![opened.document.type].flat().includes('OpenBadgeCredential'))
      throw refuse('the credential is not the one that was asked for');
    return { did: proven.did, credential, document: opened.document };
  };

  const judge = async ({ did, credential, document }: Presented): Promise<PresentationOutcome> => {
    const report = await deps.verify(credential);
    const { verdict } = report;
    if (unreadable.includes(verdict)) return { kind: 'presented', verdict };
    const subject = subjectOf(document);
    if (typeof subject !== 'string') return { kind: 'not-theirs', why: 'no-holder' };
    if (subject !== did) return { kind: 'not-theirs', why: 'other-holder' };
    const ours = report.checks.some(({ name, outcome }) => name === 'issuer' && outcome === 'passed');
    const identifier = ours ? deps.numberOf(report.facts?.credentialId ?? '') : undefined;
    return { kind: 'presented', verdict, ...(identifier === undefined ? {} : { identifier }) };
  };

  return async (secret: string, body: string): Promise<void> => {
    const request = await requests.byRequest(hashOf(secret), clock.now());
    if (!request || request.outcome) throw refuse('the request is not known, was answered, or has run out');
    const sent = readOAuthForm(body, understood);
    if (!isState(secret, sent.state ?? '')) throw refuse('state is not the one of this request');
    if (sent.error === undefined && sent.vp_token === undefined) throw refuse('vp_token is missing');
    const outcome: PresentationOutcome =
      sent.vp_token === undefined
        ? { kind: 'declined' }
        : await judge(await read(presentationIn(sent.vp_token), secret));
    if (!(await requests.answer(request.requestHash, outcome, clock.now())))
      throw refuse('the request was answered before, or has run out');
  };
};

export type ReceivePresentation = ReturnType<typeof createReceivePresentation>;
