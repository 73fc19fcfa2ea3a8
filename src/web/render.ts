import { readdirSync } from 'node:fs';
import type { Request, Response } from 'express';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { contextOf } from '../platform/http/context.ts';
import { type Language, languages } from '../platform/i18n.ts';
import type { Template, Templates } from '../platform/templates.ts';
import { addresses } from './addresses.ts';
import { type Assets, readAssets } from './assets.ts';
import { asksForChoice } from './cookie-choice.ts';
import { isChosen } from './form.ts';

/**
 * One page. `view` is a file of `src/web/views/` without its ending (`account/sign-in`), `title` is written already in
 * the reader's language. `wide` gives the whole 72 rem to tables and lists; reading pages keep a line of 60-75
 * characters. `bare` leaves out the header's navigation, for an exam.
 */
export type Page = {
  view: string;
  title: string;
  data?: object;
  status?: number;
  noindex?: boolean;
  wide?: boolean;
  bare?: boolean;
  /** What a link to the page shows where it is passed on (ogp.me). */
  openGraph?: { title: string; description: string; image?: string };
  /** A view that is a whole document by itself, without header, footer and script. */
  frameless?: boolean;
};

/** Draws the page in the reader's language and ends the response. */
export type Render = (request: Request, response: Response, page: Page) => void;

/** What the header shows of the signed-in person. */
export type Viewer = { givenName: string; familyName: string; roles: readonly string[] };

type RenderDeps = {
  templates: Templates;
  clock: Clock;
  operator: Config['operator'];
  production: boolean;
  /** Public origin, without a slash at the end. */
  baseUrl: string;
  viewer(request: Request): Viewer | undefined;
  /** The token of the session's forms; asked only when a page draws one, since asking opens a session. */
  csrf(request: Request): string | undefined;
  /** Told of every page shown; the request says whether its reader allowed counting. */
  counts?(request: Request, visit: { view: string; language: Language; status: number }): void;
  assets?: Assets;
};

const viewsFolder = new URL('./views/', import.meta.url);

const compileViews = (templates: Templates): ReadonlyMap<string, Template> => {
  const names = readdirSync(viewsFolder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.hbs') && !name.startsWith('partials/'))
    .map((name) => name.slice(0, -'.hbs'.length));
  return new Map(names.map((name) => [name, templates.load(new URL(`${name}.hbs`, viewsFolder))]));
};

const templateOf = (views: ReadonlyMap<string, Template>, name: string): Template => {
  const template = views.get(name);
  if (!template) throw new Error(`no view ${name}`);
  return template;
};

const isStaff = (viewer: Viewer | undefined): boolean =>
  viewer?.roles.some((role) => role !== 'learner') ?? false;

/** `/learn/course` lies under `/learn`; everything lies under `/`, which therefore marks nothing but itself. */
const liesUnder = (path: string, address: string): boolean =>
  path === address || (address !== '/' && path.startsWith(`${address}/`));

const navigation = (path: string, viewer: Viewer | undefined) => {
  const { courses, verify, learning, certificates, account, staff } = addresses;
  const open = { courses, verify };
  const own = viewer ? { learning, certificates, account } : {};
  const all = { ...open, ...own, ...(isStaff(viewer) ? { staff } : {}) };
  return Object.entries(all).map(([key, address]) => ({
    key,
    address,
    current: path === address ? 'page' : liesUnder(path, address) ? 'true' : undefined,
  }));
};

/** Everything the frame shows, beside what the page gave. `path` keeps its query, `pathname` does not. */
const frameOf = (deps: RenderDeps, request: Request, response: Response) => {
  const { language, path, requestId } = contextOf(response);
  const pathname = path.split('?')[0] ?? '/';
  const viewer = deps.viewer(request);
  return {
    operator: deps.operator,
    production: deps.production,
    baseUrl: deps.baseUrl,
    addresses,
    year: deps.clock.now().getUTCFullYear(),
    requestId,
    viewer,
    staff: isStaff(viewer),
    path,
    pathname,
    navigation: navigation(pathname, viewer),
    canonical: `${deps.baseUrl}/${language}${pathname}`,
    alternates: languages.map((other) => ({
      language: other,
      url: `${deps.baseUrl}/${other}${pathname}`,
      href: `/${other}${path}`,
      current: other === language,
    })),
    csrfToken: () => deps.csrf(request),
  };
};

/**
 * Compiles every view once, so a broken template stops the start. Pages of a signed-in person are kept by no cache;
 * others may be kept by the reader's own browser and are asked for again.
 * @throws while drawing, when a view, a partial or a word is missing.
 */
export const createRender = (deps: RenderDeps): Render => {
  const assets = deps.assets ?? readAssets();
  deps.templates.addHelper('asset', (name: string) => assets.url(name));
  deps.templates.addHelper('chosen', isChosen);
  deps.templates.addPartials(new URL('partials/', viewsFolder));
  const views = compileViews(deps.templates);
  const layout = templateOf(views, 'layout');

  return (request, response, page) => {
    const { words, language } = contextOf(response);
    const status = page.status ?? 200;
    const frame = frameOf(deps, request, response);
    const body = templateOf(views, page.view)(words, { ...frame, title: page.title, ...page.data });
    const inFrame = (): string =>
      layout(words, {
        ...frame,
        body,
        title: page.title,
        status,
        invalid: status === 422,
        noindex: page.noindex === true || status >= 400,
        wide: page.wide === true,
        bare: page.bare === true,
        // The page of the choice asks by itself; nobody is asked in the middle of an exam.
        cookieBanner: page.bare !== true && page.view !== 'privacy/cookies' && asksForChoice(request),
        home: frame.pathname === '/',
        openGraph: page.openGraph,
      });
    const html = page.frameless ? body : inFrame();
    if (!response.get('Cache-Control')) {
      response.set('Cache-Control', frame.viewer ? 'no-store' : 'private, no-cache');
    }
    response.status(status).type('html').send(html);
    deps.counts?.(request, { view: page.view, language, status });
  };
};
