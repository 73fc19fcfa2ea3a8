/** What a visitor can refuse. Everything else that the service keeps on a device is needed for what was asked of it. */
export const optionalPurposes = ['audience'] as const;
export type OptionalPurpose = (typeof optionalPurposes)[number];

export type CookieChoice = Readonly<Record<OptionalPurpose, boolean>>;

/** CNIL, cookie guidelines: the choice, yes or no, is remembered for six months and then asked again. */
export const choiceDays = 182;

export const refuseAll: CookieChoice = { audience: false };
export const acceptAll: CookieChoice = { audience: true };

/** The cookie carries the choice itself and no identifier: `audience=1`. */
export const writeChoice = (choice: CookieChoice): string =>
  optionalPurposes.map((purpose) => `${purpose}=${choice[purpose] ? 1 : 0}`).join('&');

/** Reads the cookie; nothing when no choice was made, or when it is not one that we write. */
export const readChoice = (cookie: string | undefined): CookieChoice | undefined => {
  const given = new URLSearchParams(cookie ?? '');
  const complete = optionalPurposes.every((purpose) => ['0', '1'].includes(given.get(purpose) ?? ''));
  return complete ? { audience: given.get('audience') === '1' } : undefined;
};
