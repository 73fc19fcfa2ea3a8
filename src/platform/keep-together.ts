import type { MarkdownIt } from 'markdown-it';

/** A blank before `;`, `:`, `!`, `?`, `»` or after `«`, and the one inside `9 h 45`, `5 %`, `60 €`. */
const places: readonly [RegExp, string][] = [
  [/ (?=[;:!?»](?:\s|$|[).,»…]))/g, '\u00a0'],
  [/(?<=«) /g, '\u00a0'],
  [/(?<=\d) (?=(?:h|%|€)(?:[^\p{L}\p{N}]|$))/gu, '\u00a0'],
  [/(?<=\d\u00a0h) (?=\d)/g, '\u00a0'],
];

/** The text with no-break blanks where a line must not end, as French is set. English has none of these blanks. */
export const keepTogether = (text: string): string =>
  places.reduce((kept, [place, blank]) => kept.replace(place, blank), text);

/** Authors type plain blanks: what is drawn keeps together what belongs together. Code stays as it is typed. */
export const keepsTogether = (markdown: MarkdownIt): void => {
  markdown.core.ruler.push('keep-together', ({ tokens }) => {
    for (const { children } of tokens) {
      for (const child of children ?? []) {
        if (child.type === 'text') child.content = keepTogether(child.content);
      }
    }
  });
};
