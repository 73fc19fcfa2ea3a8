import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFonts } from '../fonts.ts';
import { createBundle } from './bundle.ts';
import type { Snapshot } from './snapshot.ts';

export type OfflineVerifier = {
  /** The page as one file, with the snapshot inside: works from disk, without network. */
  html(snapshot: Snapshot): Promise<string>;
};

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** The faces that every visitor needs; other alphabets fall back to what the device has. */
const boardedFaces = [
  'source-sans-3-latin-400-normal.woff2',
  'source-sans-3-latin-600-normal.woff2',
  'source-serif-4-latin-600-normal.woff2',
];

const faces = (): string =>
  readFonts()
    .filter(({ file }) => boardedFaces.includes(file))
    .map(
      ({ family, weight, style, unicodeRange, body }) =>
        `@font-face{font-family:"${family}";font-weight:${weight};font-style:${style};` +
        `src:url(data:font/woff2;base64,${body.toString('base64')})format("woff2");unicode-range:${unicodeRange}}`,
    )
    .join('\n');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing can be fetched, sent or run but what is in the file (Content Security Policy 3, by hashes). */
const policyOf = (script: string, style: string): string =>
  [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'font-src data:',
    'img-src data: blob:',
    'media-src blob: mediastream:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** JSON inside HTML: no `<` can end the element it stands in. */
const asScriptText = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export const createOfflineVerifier = (cacheDir: string): OfflineVerifier => {
  const script = createBundle(cacheDir);
  const template = read('page/page.hbs');
  let style: string | undefined;

  return {
    html: async (snapshot) => {
      style ??= `${faces()}\n${read('../assets/site.css')}\n${read('page/page.css')}`;
      const parts: Record<string, string> = {
        policy: policyOf(await script(), style),
        title: escaped(snapshot.operator),
        style,
        snapshot: asScriptText(snapshot),
        script: await script(),
      };
      return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? '');
    },
  };
};
