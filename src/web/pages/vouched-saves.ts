import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { createForgetfulMap } from '../../platform/forgetful-map.ts';
import { attemptIdOf } from './learn-attempt-address.ts';

/** How long a check of session, account, enrolment and browser vouches for the saves that come after it. */
const vouchedSeconds = 60;
const mostAttempts = 2000;

/** Who may save, as it was found while the sitting of the attempt stood at `recalled`. */
export type Voucher = { accountId: string; recalled: number };

type Kept = Voucher & { key: Buffer; since: number };

/** Headers by which a save is judged, beside the session that the cookie names. */
const judgedHeaders = ['x-csrf-token', 'origin', 'sec-fetch-site', 'x-safeexambrowser-configkeyhash'];

/**
 * A digest of everything in a request by which it is judged who may save: whoever shows the same is judged the same. None
 * for what cannot be told from its headers alone.
 */
const keyOf = ({ originalUrl, headers, body }: Request): Buffer | undefined => {
  const shown = judgedHeaders.map((name) => headers[name] ?? null);
  const [token] = shown;
  if (!headers.cookie || !token || Object.hasOwn(Object(body), '_csrf')) return undefined;
  return createHash('sha256')
    .update(JSON.stringify([originalUrl, headers.cookie, ...shown]))
    .digest();
};

/**
 * Remembers for a minute, in this process, who was found to be allowed to save what. Nothing here lets a save in by
 * itself: it is written only while nothing was recalled since (`docs/decisions/0024-vouched-saves.md`).
 */
export const createVouchers = (now: () => Date) => {
  const kept = createForgetfulMap<Kept>(mostAttempts);

  /** A clock that was put back makes nothing last longer. */
  const isFresh = ({ since }: Kept): boolean => {
    const age = now().getTime() - since;
    return age >= 0 && age < vouchedSeconds * 1000;
  };

  return {
    /** What vouches for a request, if something like it was judged in the last minute. */
    of: (request: Request): Voucher | undefined => {
      const found = kept.get(attemptIdOf(request));
      if (!found || !isFresh(found)) return undefined;
      const key = keyOf(request);
      return key && timingSafeEqual(key, found.key) ? found : undefined;
    },

    /** To be asked before a request is judged: keeps what came of it, found while the sitting stood at `recalled`. */
    prepare: (request: Request, recalled: number | undefined): ((accountId: string) => void) | undefined => {
      const key = keyOf(request);
      if (!key || recalled === undefined) return undefined;
      const since = now().getTime();
      const attemptId = attemptIdOf(request);
      return (accountId) => {
        kept.set(attemptId, { accountId, recalled, key, since });
      };
    },
  };
};
