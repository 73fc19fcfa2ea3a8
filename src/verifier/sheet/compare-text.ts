import type { SheetDifference, SheetField } from './sheet.ts';
import { squash } from './squash.ts';

/** A text that has to stand on the sheet, with the signed field that it shows, if it shows one. */
export type ExpectedText = { text: string; field: SheetField | undefined };

type Span = { from: number; to: number };

/** Below this, a found text is not a changed version of an expected one, but another text. */
const likeness = 0.45;
/** What is left over in single characters is noise of the writer: a full stop, a hyphen at a line's end. */
const noise = /^[\p{P}\p{S}\d]?$/u;

/**
 * Compares the text of a page with what has to stand there. Order and spaces do not count: programs that print to PDF
 * change both. Each expected text uses up its place, so that a text which has to stand twice must be there twice.
 */
export const compareText = (
  page: readonly string[],
  expected: readonly ExpectedText[],
): readonly SheetDifference[] => {
  const whole = page.join('\n');
  const { text, origins } = squash(whole);
  const used = new Array<boolean>(text.length).fill(false);
  const missing = [...expected]
    .sort((a, b) => b.text.length - a.text.length)
    .filter(({ text: wanted }) => !useUp(squash(wanted).text, text, used));
  const left = spansLeft(used).flatMap((span) => byLines(span, whole, origins));
  return pair(
    missing,
    left.filter((one) => !noise.test(one)),
  );
};

const useUp = (wanted: string, text: string, used: boolean[]): boolean => {
  if (wanted === '') return true;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (used.slice(at, at + wanted.length).includes(true)) continue;
    used.fill(true, at, at + wanted.length);
    return true;
  }
  return false;
};

const spansLeft = (used: readonly boolean[]): Span[] => {
  const spans: Span[] = [];
  used.forEach((taken, i) => {
    if (taken) return;
    const last = spans.at(-1);
    if (last?.to === i) last.to = i + 1;
    else spans.push({ from: i, to: i + 1 });
  });
  return spans;
};

/** What was left over, as it is written on the page, line by line. */
const byLines = ({ from, to }: Span, whole: string, origins: readonly number[]): string[] =>
  whole
    .slice(origins[from], (origins[to - 1] ?? 0) + 1)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const pair = (missing: readonly ExpectedText[], left: readonly string[]): SheetDifference[] => {
  const free = [...left];
  const changed = missing.map(({ text, field }): SheetDifference => {
    const ranked = free
      .map((printed) => ({ printed, share: shareAlike(squash(text).text, squash(printed).text) }))
      .sort((a, b) => b.share - a.share);
    const [best] = ranked;
    if (!best || best.share < likeness) return { kind: 'text-missing', field, genuine: text };
    free.splice(free.indexOf(best.printed), 1);
    return { kind: 'text-changed', field, genuine: text, printed: best.printed };
  });
  return [...changed, ...free.map((printed): SheetDifference => ({ kind: 'text-added', printed }))];
};

/** Long texts are compared by their beginnings: a page of hostile text must not cost a second. */
const comparedAtMost = 400;

/** The share of characters that two texts have in common, in order: twice the longest common subsequence over both. */
const shareAlike = (one: string, other: string): number => {
  const [a, b] = [one.slice(0, comparedAtMost), other.slice(0, comparedAtMost)];
  let row = new Array<number>(b.length + 1).fill(0);
  for (const letter of a) {
    const next = [0];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(b[j - 1] === letter ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0));
    }
    row = next;
  }
  return (2 * (row[b.length] ?? 0)) / Math.max(1, a.length + b.length);
};
