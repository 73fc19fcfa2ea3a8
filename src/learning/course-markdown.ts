/** The Markdown that authors may use is what a reader without HTML, images or foreign schemes can show. */
const forbidden: readonly [RegExp, string][] = [
  [/(?<!\\)<\/?[a-z!]/i, 'raw HTML is not allowed'],
  [/!\[/, 'images are not allowed'],
  [/^#(?!#)/, 'headings begin at ##'],
  [/\]\((?!https:\/\/)/, 'links must begin with https://'],
];

/** Code is shown as it is written, so anything may stand in it. */
const withoutCode = (line: string): string => line.replaceAll(/(`+)(?:(?!\1).)+\1/g, '');

/** What one line of an author's Markdown may not contain, in words; empty when all is well. */
export const markdownComplaints = (line: string): string[] =>
  forbidden.filter(([pattern]) => pattern.test(withoutCode(line))).map(([, message]) => message);
