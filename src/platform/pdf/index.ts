export { NoBrowserError } from './launch-browser.ts';
export {
  createPdfPrinter,
  DrawingTimeoutError,
  type PdfOptions,
  type PdfPrinter,
  type PngOptions,
  type Sheet,
} from './pdf-printer.ts';
