import { readFileSync } from 'node:fs';

/** What a piece of a password is: known from leaks, next to each other on a keyboard, repeated, the person's own, or chance. */
export type PieceKind = 'common' | 'sequence' | 'repeated' | 'personal' | 'chance';

/** How hard a password is to guess, in bits, and how many of its characters are of which kind. */
export type Guess = { bits: number; covered: Readonly<Partial<Record<PieceKind, number>>> };

type Piece = { length: number; bits: number; kind: PieceKind };
type Way = { bits: number; from: number; piece: Piece | undefined };
/** Prices of repeated units, so that each is found once; without it nothing repeated is looked for. */
type UnitPrices = Map<string, number>;

/** Prices of pieces in bits: what somebody pays who tries the likely ones first. */
const price = {
  word: 13,
  disguise: 1,
  personal: 3,
  sequence: 7,
  run: 7,
  year: 7,
  date: 15,
  again: 2,
} as const;

let known: ReadonlySet<string> | undefined;
/** Passwords and words from public breaches, French ones too; one a line, in lower case. */
const isKnown = (text: string): boolean => {
  known ??= new Set(
    readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
      .split('\n')
      .filter(Boolean),
  );
  return known.has(text);
};

const longestWord = 32;
const shortestWord = 4;

/** Rows, columns and zigzags of QWERTY, AZERTY and QWERTZ keyboards, the keypad, the alphabet, the digits. */
const walks = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  ...['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertyuiopasdfghjklzxcvbnm'],
  ...['azertyuiop', 'qsdfghjklm', 'wxcvbn', 'azertyuiopqsdfghjklmwxcvbn'],
  ...['qwertzuiop', 'yxcvbnm'],
  ...['1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p', '1aqw2zsx3edc4rfv5tgb6yhn7uj8ik9ol0pm'],
  ...['qazwsxedcrfvtgbyhnujmikolp', 'aqwzsxedcrfvtgbyhnujikolpm'],
  ...['1q2w3e4r5t6y7u8i9o0p', '1a2z3e4r5t6y7u8i9o0p', 'q1w2e3r4t5y6u7i8o9p0', 'a1z2e3r4t5y6u7i8o9p0'],
  ...['147258369', '741852963', '159753', '123654789'],
];
const bothWays = walks.flatMap((walk) => [walk, [...walk].reverse().join('')]);
const isWalk = (text: string): boolean => text.length >= 3 && bothWays.some((walk) => walk.includes(text));

const disguises: Record<string, string> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  '€': 'e',
  $: 's',
};
/** `1` and `!` stand for i or for l. */
const undisguise = (text: string, one: 'i' | 'l'): string =>
  text.replaceAll(/[0-9@€$!|]/g, (sign) => disguises[sign] ?? ('1!|'.includes(sign) ? one : sign));

/** Lower case without accents, one character for each of the password. */
export const folded = (text: string): string =>
  [...text].map((letter) => [...letter.normalize('NFD').toLowerCase()][0] ?? letter).join('');

const year = /^(?:19|20)\d\d$/;
const date =
  /^(?:(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;

const wordBits = (text: string): number | undefined => {
  if (isKnown(text)) return price.word;
  const plain = [undisguise(text, 'i'), undisguise(text, 'l')];
  return plain.some((one) => one !== text && isKnown(one)) ? price.word + price.disguise : undefined;
};

const pieceOf = (text: string, personal: ReadonlySet<string>): Piece | undefined => {
  const piece = (kind: PieceKind, bits: number): Piece => ({ length: text.length, bits, kind });
  if (personal.has(text) || personal.has(undisguise(text, 'i'))) return piece('personal', price.personal);
  if (isWalk(text)) return piece('sequence', price.sequence);
  if (/^(.)\1{2,}$/su.test(text)) return piece('repeated', price.run);
  if (year.test(text)) return piece('sequence', price.year);
  if (date.test(text)) return piece('sequence', price.date);
  const bits = text.length >= shortestWord ? wordBits(text) : undefined;
  return bits === undefined ? undefined : piece('common', bits);
};

/** One character by itself: a digit, a letter, a sign; a sign again is hardly a choice. */
const chance = (text: string, at: number): Piece => {
  const sign = text[at] ?? '';
  if (/\d/.test(sign)) return { length: 1, bits: 3.33, kind: 'chance' };
  if (/[a-z]/.test(sign)) return { length: 1, bits: 4.7, kind: 'chance' };
  if (/\p{L}/u.test(sign)) return { length: 1, bits: 7, kind: 'chance' };
  return { length: 1, bits: text.indexOf(sign) < at ? 1 : 4, kind: 'chance' };
};

const unitBits = (unit: string, personal: ReadonlySet<string>, prices: UnitPrices): number => {
  const bits = prices.get(unit) ?? cheapest(unit, personal).bits;
  prices.set(unit, bits);
  return bits;
};

/** `abcabc` at this place: the price of `abc`, and of knowing that it comes again. */
const repetitions = (
  text: string,
  at: number,
  personal: ReadonlySet<string>,
  prices: UnitPrices,
): Piece[] => {
  const found: Piece[] = [];
  for (let size = 2; at + 2 * size <= text.length && size <= longestWord; size += 1) {
    const unit = text.slice(at, at + size);
    let times = 1;
    while (text.startsWith(unit, at + times * size)) times += 1;
    if (times < 2) continue;
    const bits = unitBits(unit, personal, prices) + price.again;
    found.push({ length: times * size, bits, kind: 'repeated' });
  }
  return found;
};

const piecesAt = (
  text: string,
  at: number,
  personal: ReadonlySet<string>,
  prices: UnitPrices | undefined,
): Piece[] => {
  const pieces = [chance(text, at), ...(prices ? repetitions(text, at, personal, prices) : [])];
  for (let end = at + 3; end <= Math.min(text.length, at + longestWord); end += 1) {
    const piece = pieceOf(text.slice(at, end), personal);
    if (piece) pieces.push(piece);
  }
  return pieces;
};

/** The cheapest way to put the text together, piece by piece from the left. */
const cheapest = (text: string, personal: ReadonlySet<string>, prices?: UnitPrices): Guess => {
  const ways: Way[] = [{ bits: 0, from: 0, piece: undefined }];
  for (let at = 0; at < text.length; at += 1) {
    const here = ways[at]?.bits ?? 0;
    for (const piece of piecesAt(text, at, personal, prices)) {
      const end = at + piece.length;
      const bits = here + piece.bits;
      if (bits < (ways[end]?.bits ?? Number.POSITIVE_INFINITY)) ways[end] = { bits, from: at, piece };
    }
  }
  return { bits: ways[text.length]?.bits ?? 0, covered: coverage(ways, text.length) };
};

const coverage = (ways: readonly Way[], length: number): Guess['covered'] => {
  const covered: Partial<Record<PieceKind, number>> = {};
  for (let at = length; at > 0; ) {
    const { piece, from } = ways[at] as Way;
    if (piece) covered[piece.kind] = (covered[piece.kind] ?? 0) + piece.length;
    at = from;
  }
  return covered;
};

/**
 * An estimate in the manner of zxcvbn (Wheeler, USENIX Security 2016): a password is as strong as the cheapest way to put it
 * together from common words, keyboard walks, years, repetitions and what belongs to the person.
 * @param personal words of the person, folded by `folded`
 */
export const guessPassword = (password: string, personal: ReadonlySet<string>): Guess => {
  const text = folded(password);
  const prices: UnitPrices = new Map();
  const whole = cheapest(text, personal, prices);
  const single = text.replaceAll(/(.)\1+/gsu, '$1');
  if (single.length > text.length / 2) return whole;
  // `aabbccdd` is `abcd`, typed twice.
  const doubled = cheapest(single, personal, prices);
  return doubled.bits + price.again < whole.bits
    ? { bits: doubled.bits + price.again, covered: { repeated: text.length } }
    : whole;
};
