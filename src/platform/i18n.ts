import { readdirSync, readFileSync } from 'node:fs';
import { createInstance, type i18n, type Resource } from 'i18next';

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];
/** A text that exists in every language of the product. */
export type Localised = Readonly<Record<Language, string>>;

export const isLanguage = (value: unknown): value is Language => languages.includes(value as Language);

export type WordParams = Record<string, string | number>;
/**
 * Translates `owner:key.path` (a file of `locales/<language>/`), e.g. `web:home.title`. Plural forms by `count`
 * (`_one`, `_many`, `_other`). A missing key throws: half a page in another language is a fault, not a fallback.
 */
export type Words = {
  (key: string, params?: WordParams): string;
  readonly language: Language;
  /** Whether the key exists in this language. */
  has(key: string): boolean;
};

export type Translations = {
  words(language: Language): Words;
  /** Every namespace with its raw tree, for the test that keeps languages complete. */
  readonly resources: Resource;
};

/** Reads `<dir>/<language>/<owner>.json` for every language, once. */
export const createTranslations = (dir: URL): Translations => {
  const resources = readResources(dir);
  const instance = createInstance({
    resources,
    ns: Object.keys(resources[languages[0]] ?? {}),
    supportedLngs: languages,
    fallbackLng: false,
    initAsync: false,
    // Handlebars escapes; escaping twice would show entities to people.
    interpolation: { escapeValue: false },
  });
  void instance.init();
  const perLanguage = new Map(languages.map((language) => [language, wordsOf(instance, language)]));
  return { resources, words: (language) => perLanguage.get(language) as Words };
};

const readResources = (dir: URL): Resource => {
  const resources: Resource = {};
  for (const language of languages) {
    const folder = new URL(`${language}/`, dir);
    resources[language] = Object.fromEntries(
      readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .map((file) => [
          file.slice(0, -'.json'.length),
          JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
        ]),
    );
  }
  return resources;
};

const wordsOf = (instance: i18n, language: Language): Words => {
  const translate = instance.getFixedT(language);
  const has = (key: string): boolean => instance.exists(key, { lng: language });
  const words = (key: string, params: WordParams = {}): string => {
    const text: unknown = translate(key, params);
    if (typeof text !== 'string' || (text === key.replace(/^[^:]*:/, '') && !has(key))) {
      throw new Error(`no text ${key} in ${language}`);
    }
    return text;
  };
  return Object.assign(words, { language, has });
};

/**
 * The first language of an `Accept-Language` header (RFC 9110, 12.5.4) that the product speaks, by its quality values;
 * English otherwise.
 */
export const acceptedLanguage = (header: string | undefined): Language => {
  const ranked = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...params] = part.trim().toLowerCase().split(';');
      const q = params.map((p) => p.trim()).find((p) => p.startsWith('q='));
      return { tag: tag.split('-')[0] ?? '', quality: q ? Number(q.slice(2)) || 0 : 1 };
    })
    .filter(({ tag, quality }) => quality > 0 && isLanguage(tag))
    .sort((a, b) => b.quality - a.quality);
  const first = ranked[0]?.tag;
  return isLanguage(first) ? first : 'en';
};

/** Intl's formatters cost about a millisecond to make and nothing to keep. */
const kept = new Map<string, unknown>();
const keep = <T>(key: readonly string[], make: () => T): T => {
  const name = key.join('\n');
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name) as T;
};

const formatsOf = (language: Language, timeZone: string) => {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const dates = (name: string, options: Intl.DateTimeFormatOptions) => {
    const format = keep(
      [locale, timeZone, name],
      () => new Intl.DateTimeFormat(locale, { ...options, timeZone }),
    );
    // French writes the first of a month as an ordinal, which Intl does not.
    return (value: Date): string =>
      language === 'fr' ? format.format(value).replace(/^1(?=\s)/, '1er') : format.format(value);
  };
  const numbers = (name: string, options: Intl.NumberFormatOptions) =>
    keep([locale, 'number', name], () => new Intl.NumberFormat(locale, options));
  return {
    date: dates('date', { dateStyle: 'long' }),
    dateTime: dates('date and time', { dateStyle: 'long', timeStyle: 'medium' }),
    time: dates('time', { timeStyle: 'medium' }),
    number: (value: number): string => numbers('plain', {}).format(value),
    percent: (share: number): string =>
      numbers('percent', { style: 'percent', maximumFractionDigits: 0 }).format(share),
    /** `minor` is in the smallest unit of the ISO 4217 currency (cents for EUR). */
    money: (minor: number, currency: string): string => {
      const format = numbers(currency, { style: 'currency', currency });
      return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    },
    country: (code: string): string =>
      keep([locale, 'regions'], () => new Intl.DisplayNames(locale, { type: 'region' })).of(code) ?? code,
  };
};
export type Formats = ReturnType<typeof formatsOf>;

/** Dates, times, numbers and money as people write them in the language. Instants are shown in the given zone. */
export const formats = (language: Language, timeZone = 'Europe/Paris'): Formats =>
  keep(['formats', language, timeZone], () => formatsOf(language, timeZone));
