import { readFileSync } from 'node:fs';

/** One file of a face: the alphabet it draws, and its bytes. */
export type Font = {
  family: string;
  weight: number;
  style: 'normal' | 'italic';
  unicodeRange: string;
  file: string;
  body: Buffer;
};

const alphabets = ['latin', 'latin-ext', 'vietnamese', 'greek', 'cyrillic'] as const;
const textFaces = ['400-normal', '400-italic', '600-normal'] as const;

/** Identifiers are Latin capitals and digits, so the monospaced face needs no other alphabet. */
const families = [
  { family: 'Source Sans 3', slug: 'source-sans-3', faces: textFaces, alphabets },
  { family: 'Source Serif 4', slug: 'source-serif-4', faces: textFaces, alphabets },
  { family: 'Source Code Pro', slug: 'source-code-pro', faces: ['400-normal'], alphabets: ['latin'] },
] as const;

const fileOf = (slug: string, path: string): URL =>
  new URL(import.meta.resolve(`@fontsource/${slug}/${path}`));

const familyFonts = ({ family, slug, faces, alphabets }: (typeof families)[number]): Font[] => {
  const ranges = JSON.parse(readFileSync(fileOf(slug, 'unicode.json'), 'utf8')) as Record<string, string>;
  return alphabets.flatMap((alphabet) =>
    faces.map((face) => {
      const file = `${slug}-${alphabet}-${face}.woff2`;
      return {
        family,
        weight: Number(face.slice(0, 3)),
        style: face.endsWith('italic') ? 'italic' : 'normal',
        unicodeRange: ranges[alphabet] ?? '',
        file,
        body: readFileSync(fileOf(slug, `files/${file}`)),
      };
    }),
  );
};

/** The fonts of the pages (SIL Open Font Licence), from the packages they are published in. */
export const readFonts = (): Font[] => families.flatMap(familyFonts);

/** `@font-face` rules; a browser fetches only the alphabets that a page uses. */
export const fontFaces = (fonts: readonly (Font & { url: string })[]): string =>
  fonts
    .map(
      (font) =>
        `@font-face{font-family:"${font.family}";font-weight:${font.weight};font-style:${font.style};` +
        `font-display:swap;src:url(${font.url})format("woff2");unicode-range:${font.unicodeRange}}`,
    )
    .join('\n');
