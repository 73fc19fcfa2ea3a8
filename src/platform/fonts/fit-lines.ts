/** How a text is set: its lines, and the type size in the unit of the width that was given. */
export type FittedText = { size: number; lines: string[] };
/** One way to set it: in this many lines, as large as fits between the two sizes. */
export type FitStep = { lines: number; largest: number; smallest: number };

type Room = { width: number; steps: readonly [FitStep, ...FitStep[]] };

/** Share of the width that is used: advance widths leave out the rare kerning pairs that widen. */
const safety = 0.985;

/** A no-break space stays where it was typed. */
const breakable = /[ \t\r\n]+/;

/**
 * Sets a text as large as it fits, trying the steps in order: shrink first, wrap next, in lines as even as can be. A text
 * too long for every step gets the last step's smallest size and as many lines as it needs, words cut if they must be.
 * @param widthOf width of a piece of text at type size 1
 */
export const fitLines = (text: string, widthOf: (text: string) => number, room: Room): FittedText => {
  const words = text.normalize('NFC').trim().split(breakable);
  const width = room.width * safety;
  for (const { lines: count, largest, smallest } of room.steps) {
    const lines = evenLines(words, count, widthOf);
    const size = Math.min(largest, width / Math.max(...lines.map(widthOf)));
    if (size >= smallest) return { size: Math.floor(size * 10) / 10, lines };
  }
  const { smallest } = room.steps.at(-1) ?? room.steps[0];
  return {
    size: smallest,
    lines: fill(
      words.flatMap((word) => cut(word, width / smallest, widthOf)),
      width / smallest,
      widthOf,
    ),
  };
};

/** The narrowest column that needs no more than `count` lines, found by halving. */
const evenLines = (words: readonly string[], count: number, widthOf: (text: string) => number): string[] => {
  let wide = widthOf(words.join(' '));
  let narrow = count === 1 ? wide : Math.max(...words.map(widthOf));
  let best = fill(words, wide, widthOf);
  while (count > 1 && wide - narrow > 0.05) {
    const middle = (wide + narrow) / 2;
    const lines = fill(words, middle, widthOf);
    if (lines.length <= count) {
      wide = middle;
      best = lines;
    } else narrow = middle;
  }
  return best;
};

const fill = (words: readonly string[], width: number, widthOf: (text: string) => number): string[] => {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

const cut = (word: string, width: number, widthOf: (text: string) => number): string[] => {
  if (widthOf(word) <= width) return [word];
  const pieces: string[] = [''];
  for (const letter of word) {
    const last = pieces.at(-1) ?? '';
    if (widthOf(last + letter) <= width) pieces[pieces.length - 1] = last + letter;
    else pieces.push(letter);
  }
  return pieces;
};
