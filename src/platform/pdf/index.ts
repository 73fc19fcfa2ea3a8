export { attach, completePdf, type PdfAttachment, type PdfMetadata } from './complete-pdf.ts';
export { NoBrowserError } from './launch-browser.ts';
export {
  createPdfPrinter,
  DrawingTimeoutError,
  type PdfOptions,
  type PdfPrinter,
  type PngOptions,
  type Sheet,
} from './pdf-printer.ts';
export {
  type ReadAttachment,
  readAttachments,
  UnreadablePdfError,
  type UnreadablePdfReason,
} from './read-attachments.ts';
