/** Letters that Unicode does not take apart, as people write them without the sign. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** The words of a name without case, accents and what stands between them. */
const wordsOf = (name: string): string[] =>
  name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => plain[letter] ?? letter)
    .split(/[^\p{L}\p{Nd}]+/u)
    .filter((word) => word !== '');

/** Letters put in, left out, exchanged or swapped with their neighbour (optimal string alignment). */
const mistakesBetween = (one: string, other: string): number => {
  const [a, b] = [[...one], [...other]];
  const rows: number[][] = [[...b.keys(), b.length]];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const at = (r: number, c: number): number => (r === i ? row[c] : rows[r]?.[c]) ?? 0;
      const exchanged = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        exchanged,
        swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    rows.push(row);
  }
  return rows.at(-1)?.at(-1) ?? 0;
};

/** All of the fewer words stand among the more. */
const isAmong = (fewer: readonly string[], more: readonly string[]): boolean => {
  const left = [...more];
  return fewer.every((word) => {
    const index = left.indexOf(word);
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
};

/** Two mistakes are a slip of the pen; a given name and a family name are what a person is known by. */
const atMost = { mistakes: 2, addedWords: 2 };
const aPersonHas = 2;

/**
 * Whether one spelling of a name may be made into the other without anybody looking: accents, case, order, a slip of one or
 * two letters behind the first, a further name that was left out or is too many. Everything else could be somebody else.
 */
export const isSmallCorrection = (from: string, to: string): boolean => {
  const [before, after] = [wordsOf(from), wordsOf(to)];
  if (before.length === 0 || after.length === 0) return false;
  if (before.join('') === after.join('')) return true;
  const [fewer, more] = before.length <= after.length ? [before, after] : [after, before];
  if (fewer.length >= aPersonHas && more.length - fewer.length <= atMost.addedWords && isAmong(fewer, more))
    return true;
  if (before.length !== after.length) return false;
  const pairs = before.map((word, index) => [word, after[index] ?? ''] as const);
  const mistakes = pairs.reduce((sum, [one, other]) => sum + mistakesBetween(one, other), 0);
  return mistakes <= atMost.mistakes && pairs.every(([one, other]) => one[0] === other[0]);
};
