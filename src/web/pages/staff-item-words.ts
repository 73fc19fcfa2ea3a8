import type { Item, Loss, QuestionFault } from '../../learning/index.ts';
import { formats, type Language, type Words } from '../../platform/i18n.ts';

/** Codes about questions, as sentences. */

type Coded = { code: string; params?: Record<string, string | number> };

/** Numbers as the language writes them, but for the one that decides the plural. */
const spoken = (params: Record<string, string | number>, { language }: Words) =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'number' && name !== 'count' ? formats(language).number(value) : value,
    ]),
  );

const worded = (words: Words, group: string, { code, params = {} }: Coded): string => {
  const key = `items:${group}.${code}`;
  return words.has(key) ? words(key, spoken(params, words)) : words(`items:${group}.other`, { code });
};

/** `options.2.text.en`: the third option, in English. */
const placeOf = (words: Words, field: string): string => {
  const [part = '', index = ''] = field.split('.');
  const language = /\.(en|fr)$/.exec(field)?.[1];
  const names = words.has(`items:parts.${part}`) ? words(`items:parts.${part}`) : '';
  const numbered = /^\d+$/.test(index) ? `${names} ${Number(index) + 1}` : names;
  return [numbered, language ? words(`web:languages.${language}`) : '']
    .filter((one) => one !== '')
    .join(', ');
};

/** One fault of a question as a sentence, with the part it is about. */
export const faultText = (words: Words, fault: QuestionFault): string => {
  const place = placeOf(words, fault.field);
  const text = worded(words, 'faults', fault);
  return place === '' ? text : words('items:placed', { place, text });
};

export const fileFaultText = (words: Words, fault: Coded & { line?: number }): string => {
  const text = worded(words, 'file-faults', fault);
  return fault.line === undefined ? text : words('items:in-line', { line: fault.line, text });
};

export const noteText = (words: Words, note: Coded): string => worded(words, 'notes', note);

export const lossText = (words: Words, { code }: Pick<Loss, 'code'>): string => words(`items:losses.${code}`);

/** How an item is called, in the reader's language or, marked, in the other. */
export const titleOf = (
  { title }: Pick<Item, 'title'>,
  language: Language,
): { text: string; lang: Language } => {
  const other = language === 'en' ? 'fr' : 'en';
  return title[language] === '' && title[other] !== ''
    ? { text: title[other], lang: other }
    : { text: title[language], lang: language };
};
