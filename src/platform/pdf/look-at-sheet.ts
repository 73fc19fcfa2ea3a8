import { createCanvas } from '@napi-rs/canvas';
import { PDFName, PDFNumber, PDFRawStream, type PDFDocument as WeighedDocument } from 'pdf-lib';
import { getDocument, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { readBounded, unpack } from './bounded-pdf.ts';
import { type GreyPicture, greyOf } from './grey-picture.ts';
import type { UnreadablePdfReason } from './read-attachments.ts';

/** One line of text as it stands on the page; `left` and `top` are shares of the page, from its upper left corner. */
export type SheetLine = { text: string; left: number; top: number };

/** What somebody sees who opens the PDF: how many pages, and the first of them as text and as picture. */
export type SheetLook = { pages: number; lines: SheetLine[]; picture: GreyPicture };

/** The longer side of the picture: A4 at 150 dpi, where the codes can still be read. */
const pictureSide = 1754;

const maxUnpackedBytes = 64 * 1024 * 1024;
const maxImagePoints = 24_000_000;
const maxTextItems = 5_000;

const assets = (folder: string): string => {
  const url = import.meta.resolve('pdfjs-dist/package.json');
  return new URL(`${folder}/`, url).href.slice('file://'.length);
};

/** Unpacks every stream once within the limit; pictures are bounded by their points, JPEG is left to the decoder. */
const weigh = (document: WeighedDocument): { heavy: boolean } => {
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream)) continue;
    const [width, height] = ['Width', 'Height'].map((name) => object.dict.lookup(PDFName.of(name)));
    if (width instanceof PDFNumber && height instanceof PDFNumber) {
      if (width.asNumber() * height.asNumber() > maxImagePoints) return { heavy: true };
    }
    if (object.dict.lookup(PDFName.of('Filter')) !== PDFName.of('DCTDecode')) unpack(object);
  }
  return { heavy: false };
};

type TextItem = { str: string; hasEOL: boolean; transform: number[] };

/** Items of one line follow each other; a line ends where the writer says so, or where the height changes. */
const linesOf = (items: readonly TextItem[], [, , width, height]: readonly number[]): SheetLine[] => {
  const lines: (SheetLine & { y: number })[] = [];
  let open = false;
  for (const { str, hasEOL, transform } of items.slice(0, maxTextItems)) {
    const [x = 0, y = 0] = transform.slice(4);
    const last = lines.at(-1);
    if (open && last && Math.abs(last.y - y) < 1) last.text += str;
    else if (str.trim() !== '')
      lines.push({ text: str, left: x / (width || 1), top: 1 - y / (height || 1), y });
    open = !hasEOL && lines.length > 0;
  }
  return lines.map(({ text, left, top }) => ({ text: text.trim(), left, top }));
};

const draw = async (page: PDFPageProxy): Promise<GreyPicture> => {
  const natural = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: pictureSide / Math.max(natural.width, natural.height) });
  const [width, height] = [Math.round(viewport.width), Math.round(viewport.height)];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  await page.render({
    // The canvas of a server stands in for the browser's.
    canvas: canvas as never,
    viewport,
    background: 'white',
  }).promise;
  return { width, height, grey: greyOf(context.getImageData(0, 0, width, height).data) };
};

const look = async (data: Uint8Array): Promise<SheetLook> => {
  const document = await getDocument({
    data,
    useSystemFonts: false,
    disableFontFace: true,
    standardFontDataUrl: assets('standard_fonts'),
    cMapUrl: assets('cmaps'),
    wasmUrl: assets('wasm'),
    maxImageSize: maxImagePoints,
    verbosity: 0,
  }).promise;
  const page = await document.getPage(1);
  const { items } = await page.getTextContent();
  const lines = linesOf(
    items.filter((item): item is typeof item & TextItem => 'str' in item),
    page.view,
  );
  return { pages: document.numPages, lines, picture: await draw(page) };
};

/**
 * Draws and reads the first page of a stranger's PDF. What unpacks to too much, or is packed in a way that cannot be
 * bounded, is refused before it is drawn; scripts never run. For a thread of its own (`askThread`): it costs a second of a
 * processor, and serves one document only.
 */
export const lookAtSheet = async (pdf: Uint8Array): Promise<SheetLook | { refused: UnreadablePdfReason }> => {
  const weighed = await readBounded(pdf, maxUnpackedBytes, weigh);
  if ('refused' in weighed) return weighed;
  if (weighed.heavy) return { refused: 'unpacks-too-large' };
  return look(Uint8Array.from(pdf)).catch(() => ({ refused: 'damaged' as const }));
};
