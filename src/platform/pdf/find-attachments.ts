import { PDFArray, PDFDict, PDFHexString, PDFName, type PDFObject, PDFRawStream, PDFString } from 'pdf-lib';
import { readBounded, unpack } from './bounded-pdf.ts';
import type { AttachmentAnswer, ReadAttachment } from './read-attachments.ts';

/** What the objects and attached files of one document may unpack to together. */
const maxUnpacked = 24 * 1024 * 1024;
const maxAttachments = 20;

/** The files inside a PDF, or why it is not read; see `readBounded` for where to call it. */
export const findAttachments = (pdf: Uint8Array): Promise<AttachmentAnswer> =>
  readBounded(pdf, maxUnpacked, (document) => {
    const found: ReadAttachment[] = [];
    for (const [, object] of document.context.enumerateIndirectObjects()) collect(object, found, 0);
    return { attachments: found };
  });

/** Every file specification with an embedded file (ISO 32000-1, 7.11.3), however the catalogue leads to it. */
const collect = (object: PDFObject, found: ReadAttachment[], depth: number): void => {
  if (depth > 4 || found.length >= maxAttachments) return;
  if (object instanceof PDFDict) {
    const file = fileOf(object);
    if (file) found.push(file);
    else for (const value of object.values()) collect(value, found, depth + 1);
  }
  if (object instanceof PDFArray) for (const value of object.asArray()) collect(value, found, depth + 1);
};

const fileOf = (specification: PDFDict): ReadAttachment | undefined => {
  const embedded = specification.lookup(PDFName.of('EF'));
  if (!(embedded instanceof PDFDict)) return undefined;
  const stream = embedded.lookup(PDFName.of('UF')) ?? embedded.lookup(PDFName.of('F'));
  const name = specification.lookup(PDFName.of('UF')) ?? specification.lookup(PDFName.of('F'));
  if (!(stream instanceof PDFRawStream)) return undefined;
  const text = name instanceof PDFString || name instanceof PDFHexString ? name.decodeText() : '';
  return { name: text, bytes: Uint8Array.from(unpack(stream)) };
};
