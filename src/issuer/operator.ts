import type { Config } from '../platform/config.ts';
import type { Language, Translations } from '../platform/i18n.ts';
import type { Issuer } from './compose-credential.ts';

/** Who issues, as credentials show it. */
export type Operator = { baseUrl: string; issuer(did: string, language: Language): Issuer };

export const createOperator = (
  { baseUrl, operator }: Pick<Config, 'baseUrl' | 'operator'>,
  translations: Pick<Translations, 'words'>,
): Operator => ({
  baseUrl,
  issuer: (did, language) => ({
    did,
    name: operator.name,
    url: baseUrl,
    email: operator.email,
    country: operator.country,
    address: operator.address,
    official: operator.signatory.name,
    description: translations.words(language)('achievement:issuer-description'),
  }),
});
