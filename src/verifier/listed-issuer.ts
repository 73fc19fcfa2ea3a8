import type { Localised } from '../platform/i18n.ts';

/**
 * What is known of an issuer that is not us. That it is listed says whose DID it is, not what its certificates are worth.
 * `from` and `until` are the first and last day, in UTC, on which what it signs may be taken for its own.
 */
export type ListedIssuer = {
  readonly did: string;
  readonly name: string;
  readonly from: string;
  readonly until?: string;
  /** Who established that, how, and what it is good for. */
  readonly note: Localised;
};

/** Whether the list vouched for the DID on the day. */
export const isListedOn = ({ from, until }: ListedIssuer, day: Date): boolean => {
  const date = day.toISOString().slice(0, 10);
  return from <= date && (until === undefined || date <= until);
};
