/**
 * A text without white space and without the differences that only typesetting makes: writers of PDFs place letters one by
 * one, so where a space is can only be guessed. `origins` leads from each remaining unit back into the given text.
 */
export type Squashed = { text: string; origins: readonly number[] };

/** White space, zero-width characters and soft hyphens: nothing that a reader sees. */
const invisible = /[\s\p{Cf}]/u;

/** Look-alikes that fonts and writers exchange. */
const alike: Readonly<Record<string, string>> = { ʼ: '’', "'": '’', '‐': '-', '‑': '-', '–': '-', '—': '-' };

export const squash = (given: string): Squashed => {
  const origins: number[] = [];
  let text = '';
  let at = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(given)) {
    for (const character of segment.normalize('NFKC')) {
      if (invisible.test(character)) continue;
      const one = alike[character] ?? character;
      text += one;
      for (let i = 0; i < one.length; i += 1) origins.push(at);
    }
    at += segment.length;
  }
  return { text, origins };
};
