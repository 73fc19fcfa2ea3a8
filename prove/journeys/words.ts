import { readdirSync, readFileSync } from 'node:fs';
import { createInstance } from 'i18next';

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];
export type WordParams = Record<string, string | number>;
/** The texts of `src/locales` as a stranger would look them up: `owner:key.path`. @throws for a key that is not there */
export type Words = ((key: string, params?: WordParams) => string) & { readonly language: Language };

const folder = new URL('../../src/locales/', import.meta.url);

export const wordsIn = (language: Language): Words => {
  const files = readdirSync(new URL(`${language}/`, folder)).filter((file) => file.endsWith('.json'));
  const texts = Object.fromEntries(
    files.map((file) => [
      file.slice(0, -'.json'.length),
      JSON.parse(readFileSync(new URL(`${language}/${file}`, folder), 'utf8')),
    ]),
  );
  const instance = createInstance({
    resources: { [language]: texts },
    ns: Object.keys(texts),
    fallbackLng: false,
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  void instance.init();
  const translate = instance.getFixedT(language);
  const words = (key: string, params: WordParams = {}): string => {
    const text: unknown = translate(key, params);
    if (typeof text !== 'string' || text === key.replace(/^[^:]*:/, ''))
      throw new Error(`no text ${key} in ${language}`);
    return text;
  };
  return Object.assign(words, { language });
};
