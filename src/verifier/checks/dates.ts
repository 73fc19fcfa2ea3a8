import type { JsonObject } from '../../vc/index.ts';
import { type Check, couldNotTell, failed, passed } from '../report.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The validity period, under the names of VCDM 2.0 or of 1.1. */
export const periodOf = (
  credential: JsonObject,
): { from: string | undefined; until: string | undefined } => ({
  from: text(credential.validFrom) ?? text(credential.issuanceDate),
  until: text(credential.validUntil) ?? text(credential.expirationDate),
});

const isUnreadable = (date: string | undefined): boolean =>
  date !== undefined && Number.isNaN(new Date(date).getTime());

/** Is it valid today (VC Data Model 2.0, 4.9)? */
export const checkDates = (credential: JsonObject, now: Date): Check => {
  const { from, until } = periodOf(credential);
  const evidence = { ...(from ? { from } : {}), ...(until ? { until } : {}) };
  // A year beyond those of ECMAScript would compare as neither before nor after: never a pass.
  if ([from, until].some(isUnreadable)) return couldNotTell('dates', 'dates-unreadable', evidence);
  if (from && new Date(from) > now) return failed('dates', 'not-yet-valid', evidence);
  if (until && new Date(until) <= now) return failed('dates', 'expired', evidence);
  return passed('dates', until ? 'within-dates' : 'no-end-date', evidence);
};
