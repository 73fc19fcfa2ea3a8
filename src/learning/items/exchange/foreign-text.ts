import type { Language, Localised } from '../../../platform/i18n.ts';
import { markdownCodes } from '../../course-markdown.ts';
import { htmlToMarkdown, plainToMarkdown } from './html-to-markdown.ts';

/** How Moodle's formats say that a text is to be read. */
export type TextFormat = 'html' | 'moodle' | 'plain' | 'markdown';

/** A text of another tool. `everywhere`: it says no language, so it may serve for all. */
export type ForeignText = {
  text: Localised;
  everywhere: boolean;
  faults: readonly string[];
  notes: readonly string[];
};

/** With all its marks; a text of the bank has at most a fifth of it. Longer ones are not worth the time. */
const longest = 40_000;

const only = (text: string, language: Language): Localised => ({
  en: language === 'en' ? text : '',
  fr: language === 'fr' ? text : '',
});

/** Moodle's own format is HTML in which line breaks count. */
const autoHtml = (text: string): string =>
  /<(p|br|div|ul|ol|table|pre)\b/i.test(text)
    ? text
    : text
        .trim()
        .split(/\n{2,}/)
        .map((block) => `<p>${block.replaceAll('\n', '<br>')}</p>`)
        .join('');

/** Reads a text into our Markdown, in the languages it says it is in, else in the language of the file. */
export const readForeignText = (text: string, format: TextFormat, language: Language): ForeignText => {
  if (text.length > longest)
    return { text: { en: '', fr: '' }, everywhere: true, faults: ['too-long'], notes: [] };
  if (format === 'plain') {
    return { text: only(plainToMarkdown(text), language), everywhere: true, faults: [], notes: [] };
  }
  if (format === 'markdown' && !/class="multilang"|\{\s*mlang/.test(text)) {
    const own = text.replaceAll('\r\n', '\n').trim();
    return { text: only(own, language), everywhere: true, faults: markdownCodes(own), notes: [] };
  }
  const read = htmlToMarkdown(format === 'moodle' ? autoHtml(text) : text);
  if ('markdown' in read) {
    return { text: only(read.markdown, language), everywhere: true, faults: read.faults, notes: read.notes };
  }
  return {
    text: { en: read.en.markdown, fr: read.fr.markdown },
    everywhere: false,
    faults: [...new Set([...read.en.faults, ...read.fr.faults])],
    notes: [...new Set([...read.en.notes, ...read.fr.notes])],
  };
};

/** What is compared with a typed answer: no marks at all. */
export const typedText = (text: string, language: Language): ForeignText => ({
  text: only(text.replaceAll(/\s+/g, ' ').trim(), language),
  everywhere: true,
  faults: [],
  notes: [],
});

/** A text without any language of its own, in every language. */
export const everywhere = ({ text, everywhere: is }: ForeignText): Localised => {
  const said = text.en === '' ? text.fr : text.en;
  return is ? { en: said, fr: said } : text;
};
