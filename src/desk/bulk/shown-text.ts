const longest = 200;

/** A text of a stranger as a table can show it: one line, without signs that change the direction or hide, and cut. */
export const shownText = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, longest);
