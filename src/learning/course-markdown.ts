/** The Markdown that authors may use is what a reader without HTML, images or foreign schemes can show. */
const forbidden = [
  { code: 'no-html', pattern: /(?<!\\)<\/?[a-z!]/i, message: 'raw HTML is not allowed' },
  { code: 'no-image', pattern: /(?<!\\)!\[/, message: 'images are not allowed' },
  { code: 'no-title', pattern: /^#(?!#)/, message: 'headings begin at ##' },
  {
    code: 'no-foreign-link',
    pattern: /(?<!\\)\]\((?!https:\/\/)/,
    message: 'links must begin with https://',
  },
] as const;

export type MarkdownCode = (typeof forbidden)[number]['code'];

/** Code is shown as it is written, so anything may stand in it. */
const withoutCode = (line: string): string => line.replaceAll(/(`+)(?:(?!\1).)+\1/g, '');

const brokenIn = (line: string) => forbidden.filter(({ pattern }) => pattern.test(withoutCode(line)));

/** What one line of an author's Markdown may not contain, in words; empty when all is well. */
export const markdownComplaints = (line: string): string[] => brokenIn(line).map(({ message }) => message);

/** The same for a text of several lines, as codes. A block of code may contain anything. */
export const markdownCodes = (text: string): MarkdownCode[] => {
  const lines = text.replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '').split('\n');
  return [...new Set(lines.flatMap((line) => brokenIn(line).map(({ code }) => code)))];
};

/** A picture of the course itself, with words for those who do not see it: `![what it shows](files/name.png)`. */
const ownPicture = /!\[[^\]\n]*[^\]\s][^\]\n]*\]\(files\/([a-z0-9][a-z0-9.-]*)\)/g;

/** The names of the pictures that a page shows, in order. */
export const pictureNames = (markdown: string): string[] =>
  [...markdown.matchAll(ownPicture)].map(([, name]) => name ?? '');

/** What is left to complain about: pages may show pictures of their course, questions and short texts may not. */
export const withoutPictures = (line: string): string => line.replaceAll(ownPicture, '');
