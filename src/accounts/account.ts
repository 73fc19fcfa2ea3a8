import { z } from 'zod';
import { isCountry } from '../platform/countries.ts';
import { languages } from '../platform/i18n.ts';

export type AccountId = string;

export const roles = [
  'learner',
  'author',
  'examiner',
  'billing',
  'support',
  'privacy',
  'administrator',
] as const;
export type Role = (typeof roles)[number];
export const isStaffRole = (role: Role): boolean => role !== 'learner';

export const accountStates = ['pending_verification', 'active', 'locked', 'restricted', 'closed'] as const;
export type AccountState = (typeof accountStates)[number];

/** A person of this service. A closed account has no name and no address left. */
export type Account = {
  id: AccountId;
  state: AccountState;
  givenName: string;
  familyName: string;
  email: string;
  country: string;
  language: 'en' | 'fr';
  roles: readonly Role[];
  registeredAt: Date;
  confirmedAt: Date | undefined;
  /** Sessions carry the number they were opened under; raising it ends them all. */
  sessionEpoch: number;
  passwordHash: string;
};

/** What sign-in, pages and staff may see: everything but the secrets. */
export type AccountSummary = Omit<Account, 'passwordHash' | 'sessionEpoch'>;

export const toSummary = ({
  passwordHash: _hash,
  sessionEpoch: _epoch,
  ...summary
}: Account): AccountSummary => summary;

/**
 * Letters of any script with what stands between them in names. The joiners U+200C and U+200D belong to names in Persian or
 * Hindi, and would only make look-alikes of Latin ones. Left out: control characters, bidi overrides, markup, pictures.
 */
const nameShape =
  /^(?:[\p{L}\p{Nd}\p{Zs}'’‘ʼʻ.,()\-‐‑–·]|(?<=[\p{L}\p{M}])\p{M}|(?<=[\p{L}\p{M}])(?<!\p{Script=Latin})[\u200c\u200d](?=\p{L}))*$/u;
const hasLetter = /\p{L}/u;
/** More marks on one letter than any spelling needs: text that runs over its neighbours. */
const towering = /\p{M}{5}/u;
/** `evil.example` would become a link in the letters of others; `J. R. Tolkien` and `Ma. Teresa` stay possible. */
const looksLikeLink = /\.[\p{L}\p{M}]{2,}/u;

const withSingleBlanks = z.string().transform((name) =>
  name
    .normalize('NFC')
    .trim()
    .replaceAll(/\p{Zs}+/gu, ' '),
);
const nameText = z
  .string()
  .max(100)
  .refine((name) => name === '' || (nameShape.test(name) && hasLetter.test(name) && !towering.test(name)), {
    error: 'not-a-name',
    abort: true,
  })
  .refine((name) => !looksLikeLink.test(name), 'name-like-link');

/** A given or family name: 1 to 100 characters, in NFC, blanks made single. */
export const personName = withSingleBlanks.pipe(nameText.min(1));

/** The address as typed, with its domain in lower case (RFC 5321, 2.4: only the domain ignores case for certain). */
export const emailAddress = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email())
  .transform((address) => {
    const at = address.lastIndexOf('@');
    return `${address.slice(0, at)}@${address.slice(at + 1).toLowerCase()}`;
  });

/** Two spellings of one mailbox are one account: whole address in lower case. */
export const emailKeyOf = (email: string): string => email.trim().toLowerCase();

export const countryCode = z.string().refine(isCountry, 'not-a-country');
export const preferredLanguage = z.enum(languages);

/** What a person says about themself, at registration and later. */
export const profileShape = z.strictObject({
  /** Empty for a person with a single name, which then is the family name. */
  givenName: withSingleBlanks.pipe(nameText),
  familyName: personName,
  country: countryCode,
  language: preferredLanguage,
});
export type Profile = z.infer<typeof profileShape>;

/** The name as it is printed on a certificate. */
export const fullName = ({ givenName, familyName }: Pick<Account, 'givenName' | 'familyName'>): string =>
  `${givenName} ${familyName}`.trim();

/** A restricted account (GDPR art. 18) is still its owner's to read. */
export const maySignIn = ({ state }: Pick<Account, 'state'>): boolean =>
  state === 'active' || state === 'restricted';
