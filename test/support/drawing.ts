import { readdirSync, readFileSync } from 'node:fs';
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFString } from 'pdf-lib';
import { createPdfPrinter, type PdfPrinter, type Sheet } from '../../src/platform/pdf/index.ts';
import { browserDir } from './shared-printer.ts';

export const openPrinter = (settings: Partial<Parameters<typeof createPdfPrinter>[0]> = {}): PdfPrinter =>
  createPdfPrinter({ tmpDir: browserDir, timeoutMs: 60_000, ...settings });

/** A real printer that also remembers what it was given to draw. */
export const recording = (printer: PdfPrinter): { printer: PdfPrinter; bodies: string[] } => {
  const bodies: string[] = [];
  const sheet = (css: string, still?: string): Sheet => {
    const real = printer.sheet(css, still);
    return {
      pdf: (body, options) => {
        bodies.push(body);
        return real.pdf(body, options);
      },
      png: real.png,
    };
  };
  return { printer: { ...printer, sheet }, bodies };
};

const text = (value: unknown): string | undefined =>
  value instanceof PDFString || value instanceof PDFHexString ? value.decodeText() : undefined;

/** What a reading program finds in a PDF. */
export const inspect = async (pdf: Uint8Array) => {
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  const dicts = document.context
    .enumerateIndirectObjects()
    .map(([, object]) => object)
    .filter((object) => object instanceof PDFDict);
  const of = (type: string) => dicts.filter((dict) => dict.get(PDFName.of('Type')) === PDFName.of(type));
  const tags = dicts.filter((dict) => dict.has(PDFName.of('S')) && dict.has(PDFName.of('P')));
  return {
    pages: document.getPageCount(),
    size: document.getPage(0).getSize(),
    title: document.getTitle(),
    author: document.getAuthor(),
    created: document.getCreationDate(),
    showsTitle: document.catalog.getViewerPreferences()?.getDisplayDocTitle(),
    language: text(document.catalog.lookup(PDFName.of('Lang'))),
    marked: String(document.catalog.lookup(PDFName.of('MarkInfo'))).includes('/Marked true'),
    tagged: document.catalog.has(PDFName.of('StructTreeRoot')),
    roles: tags.map((tag) => String(tag.get(PDFName.of('S')))),
    alternatives: tags.flatMap((tag) => text(tag.lookup(PDFName.of('Alt'))) ?? []),
    embeddedFonts: of('FontDescriptor').map((font) =>
      ['FontFile', 'FontFile2', 'FontFile3'].some((key) => font.has(PDFName.of(key))),
    ),
    fontNames: of('FontDescriptor').map((font) => String(font.get(PDFName.of('FontName')))),
    associated: associatedFiles(document),
  };
};

const associatedFiles = (document: PDFDocument): string[] => {
  const files = document.catalog.lookup(PDFName.of('AF'));
  if (!(files instanceof PDFArray)) return [];
  return files.asArray().map((file) => {
    const specification = document.context.lookup(file, PDFDict);
    return `${text(specification.lookup(PDFName.of('UF')))} ${specification.get(PDFName.of('AFRelationship'))}`;
  });
};

/** Processes whose command line holds the text, on Linux; zombies have none. */
export const processesWith = (part: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(part);
      } catch {
        return false;
      }
    })
    .map(Number);

/** Asks until the answer is yes. @throws when it never is */
export const until = async (isSo: () => boolean, milliseconds = 10_000): Promise<void> => {
  const end = Date.now() + milliseconds;
  while (!isSo()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
