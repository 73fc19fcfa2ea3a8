import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { type Request, type Response, Router } from 'express';
import { fontFaces, readFonts } from './fonts.ts';

type Asset = { name: string; url: string; type: string; body: Buffer };

export type Assets = {
  /** The address of a file of `src/web/assets/`, with the hash of its content. @throws for an unknown name. */
  url(name: string): string;
  /** The file behind `/assets/<stem>.<hash>.<ending>`; `fresh` when the hash is that of the present content. */
  find(path: string): { asset: Asset; fresh: boolean } | undefined;
};

const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

const assetOf = (name: string, body: Buffer): Asset => {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  const dot = name.lastIndexOf('.');
  const ending = name.slice(dot + 1);
  const type = types[ending] ?? 'application/octet-stream';
  return { name, url: `/assets/${name.slice(0, dot)}.${hash}.${ending}`, type, body };
};

/** The same rules without blanks and comments: phones fetch it once for all pages. */
const withoutBlanks = (css: string): Buffer =>
  Buffer.from(transformSync(css, { loader: 'css', minifyWhitespace: true, target: 'esnext' }).code);

/** Reads every asset once: our own files, and the fonts, whose addresses are written into `site.css`. */
export const readAssets = (folder = new URL('./assets/', import.meta.url)): Assets => {
  const fonts = readFonts().map((font) => ({ ...font, asset: assetOf(font.file, font.body) }));
  const faces = fontFaces(fonts.map((font) => ({ ...font, url: font.asset.url })));
  const files = readdirSync(folder)
    .filter((name) => Object.hasOwn(types, name.slice(name.lastIndexOf('.') + 1)))
    .map((name) => {
      const body = readFileSync(new URL(name, folder));
      return assetOf(name, name === 'site.css' ? withoutBlanks(`${body}${faces}`) : body);
    });
  const all = [...files, ...fonts.map((font) => font.asset)];
  const byName = new Map(all.map((asset) => [asset.name, asset]));
  return {
    url: (name) => {
      const asset = byName.get(name);
      if (!asset) throw new Error(`no asset ${name}`);
      return asset.url;
    },
    find: (path) => {
      const asset = byName.get(path.replace(/\.[0-9a-f]{12}(\.[a-z0-9]+)$/, '$1').replace(/^\/assets\//, ''));
      return asset && { asset, fresh: asset.url === path };
    },
  };
};

const send = (response: Response, asset: Asset, fresh: boolean): void => {
  // A page kept from an earlier release asks for an earlier hash: it gets today's file, which no cache may keep.
  response.set('Cache-Control', fresh ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.set('Content-Type', asset.type).send(asset.body);
};

/** Serves `/assets/…` from memory, for ever under its hash. Needs no session: mount it before them. */
export const createAssets = (assets: Assets = readAssets()): Router => {
  const router = Router();
  router.get('/assets/:file', (request: Request, response: Response, next) => {
    const found = assets.find(request.path);
    if (!found) return next();
    send(response, found.asset, found.fresh);
  });
  // Credentials name the mark by this address for ever, whatever is drawn there.
  router.get('/mark.svg', (_request, response) => response.redirect(302, assets.url('mark.svg')));
  router.get('/favicon.ico', (_request, response) => response.redirect(302, assets.url('mark.svg')));
  return router;
};
