import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireRole } from '../../accounts/index.ts';
import {
  exportFormats,
  type ImportLine,
  type ItemImport,
  importFormats,
  newLines,
  renderPrompt,
} from '../../learning/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { languages, type Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import { readUpload } from '../read-upload.ts';
import { filterIn, type StaffItemDeps } from './staff-item-deps.ts';
import { faultText, fileFaultText, lossText, noteText } from './staff-item-words.ts';

/** 2,000 questions of a textbook are about 2 MB; twice that may still be one document of the database. */
const limits = { maxFileBytes: 3_000_000, maxFieldBytes: 1000, maxFiles: 1 };
/** How long a page of an import under way waits before it asks again, in seconds. */
const again = 2;
const shownLines = 500;

const tagName = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const uploadForm = z.strictObject({
  format: z.enum(importFormats),
  language: z.enum(languages),
  tag: z.string().trim().max(64).regex(tagName, 'not-a-tag'),
});

type WithFile = { file?: Uint8Array | undefined };
const author = requireRole('author', 'administrator');

/** Reads the one form that carries a file, before its token is checked: the token is one of its fields. */
export const createItemUpload = (): Router => {
  const router = Router();
  router.post('/staff/items/import', author, async (request, response, next) => {
    const { fields, files } = await readUpload(request, limits);
    request.body = { ...fields };
    (response.locals as WithFile).file = files.file;
    next();
  });
  return router;
};

const formatOptions = (words: Words, formats: readonly string[]) =>
  formats.map((value) => ({
    value,
    label: words(`items:formats.${value}`),
    hint: words(`items:format-hints.${value}`),
  }));

const lineView = (line: ImportLine, words: Words, { id, state }: ItemImport) => {
  const { language } = words;
  const prompt = line.question?.prompt;
  const other = language === 'en' ? 'fr' : 'en';
  const spoken = prompt && prompt[language] !== '' ? language : other;
  const isNew = line.faults.length === 0 && line.known === undefined;
  return {
    number: line.number,
    line: line.line,
    name: line.name,
    kind: line.kind && words(`items:kinds.${line.kind}`),
    promptHtml: prompt && renderPrompt(prompt[spoken]).line,
    promptLang: spoken,
    faults: line.faults.map((fault) => faultText(words, fault)),
    notes: line.notes.map((note) => noteText(words, note)),
    known: line.known !== undefined && line.known !== '0' ? line.known : undefined,
    repeated: line.known === '0',
    item: state === 'done' && isNew ? `${id}-${line.number}` : undefined,
    state: line.faults.length > 0 ? 'refused' : isNew ? 'new' : 'known',
  };
};

/** Questions from and for other tools: read, look, confirm; choose, see what is lost, take the file. */
export const createItemExchangePages = ({ render, items }: StaffItemDeps): Router => {
  type Problems = {
    faults?: readonly FieldFault[];
    file?: readonly { line?: number; code: string; params?: Record<string, string | number> }[];
  };

  const showUpload = (
    request: Request,
    response: Response,
    { faults = [], file = [] }: Problems = {},
  ): void => {
    const { words, language } = contextOf(response);
    const labels = {
      file: words('items:import.file'),
      format: words('items:import.format'),
      tag: words('items:import.tag'),
      language: words('items:import.language'),
    };
    const values = { language, format: 'moodle-xml', ...((request.body ?? {}) as object) };
    render(request, response, {
      view: 'staff/item-import',
      title: words('items:import.title'),
      status: faults.length + file.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        form: formOf({ values, faults, words, labels }),
        formatChoices: formatOptions(words, importFormats),
        languages: languages.map((value) => ({ value, label: words(`web:languages.${value}`) })),
        fileFaults: file.map((fault) => fileFaultText(words, fault)),
      },
    });
  };

  const upload: RequestHandler = async (request, response) => {
    const { file } = response.locals as WithFile;
    const form = check(uploadForm, request.body);
    const missing: FieldFault[] = file ? [] : [{ pointer: '/file', code: 'required' }];
    if (!form.ok || !file)
      return showUpload(request, response, { faults: [...(form.ok ? [] : form.faults), ...missing] });
    const { format, language, tag } = form.value;
    const by = accountOf(request).id;
    const preview = await items.imports.preview({ file, format, name: tag, language, tag, by });
    if (preview.outcome === 'refused') return showUpload(request, response, { file: preview.faults });
    response.redirect(303, `/${contextOf(response).language}/staff/items/imports/${preview.importId}`);
  };

  const importIn = (request: Request): Promise<ItemImport> =>
    items.imports.byId(String(request.params.importId), accountOf(request).id);

  const showImport: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const found = await importIn(request);
    if (found.state === 'confirmed') response.set('Refresh', String(again));
    const lines = found.lines.map((line) => lineView(line, words, found));
    const refused = lines.filter(({ state }) => state === 'refused');
    render(request, response, {
      view: 'staff/item-import-preview',
      title: words(found.state === 'previewed' ? 'items:preview.title' : 'items:report.title'),
      wide: true,
      noindex: true,
      data: {
        found,
        running: found.state === 'confirmed',
        done: found.state === 'done',
        fresh: newLines(found.lines).length,
        refused: refused.length,
        known: lines.length - refused.length - newLines(found.lines).length,
        total: lines.length,
        format: words(`items:formats.${found.format}`),
        // What needs somebody stands first.
        lines: [...refused, ...lines.filter(({ state }) => state !== 'refused')].slice(0, shownLines),
        unshown: Math.max(0, lines.length - shownLines),
      },
    });
  };

  const confirm: RequestHandler = async (request, response) => {
    const importId = String(request.params.importId);
    await items.imports.confirm(importId, accountOf(request).id);
    response.redirect(303, `/${contextOf(response).language}/staff/items/imports/${importId}`);
  };

  const formatIn = (request: Request) => exportFormats.find((format) => format === request.query.format);

  const showExport: RequestHandler = async (request, response) => {
    const { words, language } = contextOf(response);
    const { filter, query } = filterIn(request);
    const format = formatIn(request);
    const exported = format && (await items.export(format, filter));
    const counts = new Map<string, number>();
    for (const { code } of exported?.losses ?? []) counts.set(code, (counts.get(code) ?? 0) + 1);
    const address = new URLSearchParams({ ...query, ...(format ? { format } : {}) });
    render(request, response, {
      view: 'staff/item-export',
      title: words('items:export.title'),
      noindex: true,
      data: {
        count: await items.count(filter),
        form: formOf({ values: { format: format ?? 'moodle-xml' }, words }),
        formatChoices: formatOptions(words, exportFormats),
        query: Object.entries(query).map(([name, value]) => ({ name, value })),
        chosen: format && words(`items:formats.${format}`),
        losses: [...counts].map(([code, count]) => ({ text: lossText(words, { code }), count })),
        href: format && `/${language}/staff/items/export/file?${address}`,
      },
    });
  };

  const download: RequestHandler = async (request, response) => {
    const format = formatIn(request);
    if (!format) throw new DomainError('not-found', 'not-found');
    const { bytes, type, extension } = await items.export(format, filterIn(request).filter);
    response.attachment(`${contextOf(response).words('items:export.file')}.${extension}`);
    // With it go all keys: nobody on the way keeps a copy.
    response.type(type).set('Cache-Control', 'no-store');
    response.send(Buffer.from(bytes));
  };

  const router = Router();
  router.get('/staff/items/import', (request, response) => showUpload(request, response));
  router.post('/staff/items/import', upload);
  router.get('/staff/items/imports/:importId', showImport);
  router.post('/staff/items/imports/:importId/confirm', confirm);
  router.get('/staff/items/export', showExport);
  router.get('/staff/items/export/file', download);
  return router;
};
