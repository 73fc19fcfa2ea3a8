export { attach, completePdf, type PdfAttachment, type PdfMetadata } from './complete-pdf.ts';
export type { GreyPicture } from './grey-picture.ts';
export { askThread } from './in-thread.ts';
export { NoBrowserError } from './launch-browser.ts';
export type { SheetLine } from './look-at-sheet.ts';
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
export { looksLikePicture } from './read-picture.ts';
