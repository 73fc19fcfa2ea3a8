import type { Request } from 'express';
import { type CookieChoice, readChoice, refuseAll } from '../privacy/index.ts';

/** Carries the choice itself and no identifier. */
export const choiceCookie = 'choice';

/**
 * What the visitor wants: chosen on our pages, or said by the browser for every site (Global Privacy Control, the header
 * `Sec-GPC: 1`), which counts as a refusal until they choose otherwise here; or not known yet.
 */
export type StandingChoice = { kind: 'chosen' | 'signal'; choice: CookieChoice } | { kind: 'none' };

export const sendsPrivacySignal = (request: Request): boolean => request.headers['sec-gpc'] === '1';

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** The first cookie of that name; a header that cannot be read has none. */
const cookieOf = (request: Request, name: string): string | undefined => {
  const pair = (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair === undefined ? undefined : decoded(pair.slice(name.length + 1));
};

export const standingChoice = (request: Request): StandingChoice => {
  const choice = readChoice(cookieOf(request, choiceCookie));
  if (choice) return { kind: 'chosen', choice };
  return sendsPrivacySignal(request) ? { kind: 'signal', choice: refuseAll } : { kind: 'none' };
};

/** Verification and other public pages stand before the sessions: they set no cookie, ask nothing and count nobody. */
const isBehindSession = (request: Request): boolean =>
  (request as { session?: unknown }).session !== undefined;

/** Whether the page should ask: nothing was chosen yet, and the page is one of those that may set a cookie. */
export const asksForChoice = (request: Request): boolean =>
  isBehindSession(request) && standingChoice(request).kind === 'none';

/** Whether this page view may be counted: only after a yes. */
export const allowsCounting = (request: Request): boolean => {
  const standing = standingChoice(request);
  return isBehindSession(request) && standing.kind !== 'none' && standing.choice.audience;
};
