import { type Language, type Localised, languages } from '../../../platform/i18n.ts';
import { exportHtml } from '../../render-markdown.ts';

// What XML 1.0 cannot contain at all, not even escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
const unspeakable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export const xmlText = (text: string): string =>
  text
    .replaceAll(unspeakable, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

export const cdata = (text: string): string =>
  `<![CDATA[${text.replaceAll(unspeakable, '').replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

/** One paragraph needs no element around it. */
const bare = (html: string): string => {
  const [, inner] = /^<p>((?:(?!<\/?p>)[\s\S])*)<\/p>$/.exec(html) ?? [];
  return inner ?? html;
};

export const htmlIn = (text: Localised, language: Language): string => bare(exportHtml(text[language]));

/** Every language in its own span, the way that Moodle's filter for several languages knows. */
export const multilangHtml = (text: Localised): string =>
  languages
    .filter((language) => text[language] !== '')
    .map((language) => `<span lang="${language}" class="multilang">${htmlIn(text, language)}</span>`)
    .join('');
