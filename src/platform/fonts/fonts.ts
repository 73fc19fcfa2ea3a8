import { readFileSync } from 'node:fs';
import { type FontMetrics, readWoff } from './woff.ts';

export type FontFamily = 'Source Serif 4' | 'Source Sans 3' | 'Source Code Pro';
export type FontFace = { family: FontFamily; weight: 400 | 600 | 700; style: 'normal' | 'italic' };

/** Whether a text can be drawn; `missing` holds each letter (with its marks) that cannot, once. */
export type Coverage = { covered: boolean; missing: string[] };

/** The faces of documents (SIL OFL 1.1): Source Serif 4 and Source Sans 3 for texts, Source Code Pro for identifiers. */
export type Fonts = {
  /** `@font-face` rules with the files inside, for a renderer that fetches nothing. About 100 kB a face. */
  css(faces: readonly FontFace[]): string;
  /**
   * Tells before issue whether a name will be drawn by these fonts, in either family, so that it never shows as boxes.
   * A letter and its combining marks must be in one file: a mark borrowed from another font sits in the wrong place.
   */
  coverageOf(text: string): Coverage;
  /** Width of a line at type size 1, from the files' own advance widths; kerning, mostly negative, is left out. */
  widthOf(text: string, face: FontFace): number;
};

const packages: Record<FontFamily, string> = {
  'Source Serif 4': 'source-serif-4',
  'Source Sans 3': 'source-sans-3',
  'Source Code Pro': 'source-code-pro',
};
const regular: readonly FontFace[] = [
  { family: 'Source Serif 4', weight: 400, style: 'normal' },
  { family: 'Source Sans 3', weight: 400, style: 'normal' },
];

type Range = { first: number; last: number };
type Subset = {
  name: string;
  unicodeRange: string;
  ranges: Range[];
  metrics(): FontMetrics;
  woff2(): Buffer;
};

/** Reads the packaged files when they are first asked for, and keeps what it read for the whole process. */
export const createFonts = (): Fonts => {
  const glyphIn = (subset: Subset, codePoint: number): number | undefined =>
    subset.ranges.some(({ first, last }) => first <= codePoint && codePoint <= last)
      ? subset.metrics().advance(codePoint)
      : undefined;
  const draws = (face: FontFace, cluster: string): boolean =>
    subsetsOf(face).some((subset) =>
      [...cluster].every((letter) => glyphIn(subset, letter.codePointAt(0) ?? 0) !== undefined),
    );

  /** Names are made of few letters: what is known of one is kept. */
  const known = new Map<string, boolean>();
  const isDrawn = (cluster: string): boolean => {
    const drawn = known.get(cluster) ?? regular.every((face) => draws(face, cluster));
    if (known.size >= keptClusters) known.clear();
    known.set(cluster, drawn);
    return drawn;
  };

  return {
    css: (faces) => faces.flatMap((face) => subsetsOf(face).map((subset) => rule(face, subset))).join('\n'),
    coverageOf: (text) => {
      const clusters = new Set(clustersOf(text));
      const missing = [...clusters].filter((cluster) => !isDrawn(cluster));
      return { covered: missing.length === 0, missing };
    },
    widthOf: (text, face) => {
      let total = 0;
      for (const letter of text.normalize('NFC')) {
        const codePoint = letter.codePointAt(0) ?? 0;
        const advances = subsetsOf(face).map((subset) => glyphIn(subset, codePoint));
        // A letter that no file has (refused before issue) counts as a wide one.
        total += advances.find((advance) => advance !== undefined) ?? 1000;
      }
      return total / 1000;
    },
  };
};

/** More than the letters of all alphabets that are drawn; a hostile text has any number of letters with marks. */
const keptClusters = 5000;

/** Of these each is a cluster of its own. */
const simpleLetters = /^[\u0020-\u007e\u00a0-\u02af]*$/;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const clustersOf = (text: string): string[] => {
  const composed = text.normalize('NFC');
  if (simpleLetters.test(composed)) return [...composed];
  return Array.from(segmenter.segment(composed), ({ segment }) => segment);
};

const remember = <T>(read: (face: FontFace) => T): ((face: FontFace) => T) => {
  const kept = new Map<string, T>();
  return (face) => {
    const key = `${face.family} ${face.weight} ${face.style}`;
    const value = kept.get(key) ?? read(face);
    kept.set(key, value);
    return value;
  };
};

/** Of one face, read once. */
const subsetsOf = remember((face: FontFace) => readSubsets(face));

/** The `.woff` twin of each `.woff2` holds the same font and is read without undoing WOFF2's transformations. */
const readSubsets = ({ family, weight, style }: FontFace): Subset[] => {
  const home = new URL('.', import.meta.resolve(`@fontsource/${packages[family]}/package.json`));
  const unicodeRanges: Record<string, string> = JSON.parse(
    readFileSync(new URL('unicode.json', home), 'utf8'),
  );
  return Object.entries(unicodeRanges).map(([name, unicodeRange]) => {
    const file = (ending: string): Buffer =>
      readFileSync(new URL(`files/${packages[family]}-${name}-${weight}-${style}.${ending}`, home));
    let metrics: FontMetrics | undefined;
    return {
      name,
      unicodeRange,
      ranges: rangesOf(unicodeRange),
      woff2: () => file('woff2'),
      metrics: () => {
        metrics ??= readWoff(file('woff'));
        return metrics;
      },
    };
  });
};

/** `U+0000-00FF,U+0131` as numbers. */
const rangesOf = (unicodeRange: string): Range[] =>
  unicodeRange.split(',').map((part) => {
    const [first = '', last = first] = part.trim().replace(/^U\+/i, '').split('-');
    return { first: Number.parseInt(first, 16), last: Number.parseInt(last, 16) };
  });

const rule = ({ family, weight, style }: FontFace, subset: Subset): string =>
  `@font-face{font-family:"${family}";font-weight:${weight};font-style:${style};` +
  `src:url(data:font/woff2;base64,${subset.woff2().toString('base64')}) format("woff2");` +
  `unicode-range:${subset.unicodeRange}}`;
