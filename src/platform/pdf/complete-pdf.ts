import { createHash } from 'node:crypto';
import {
  AFRelationship,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHeader,
  PDFHexString,
  type PDFObject,
  PDFRef,
  PDFString,
} from 'pdf-lib';

/** A file inside the PDF. `Source`: the document was made from it (ISO 32000-2, 7.11.3, AFRelationship). */
export type PdfAttachment = {
  name: string;
  mime: string;
  bytes: Uint8Array;
  relationship: 'Source';
  description: string;
  modified: Date;
};

/** `date` is stated as the time of creation and of the last change. */
export type PdfMetadata = { title: string; language: string; author: string; date: Date };

/** Puts a file into a PDF; tags and everything else stay. */
export const attach = async (pdf: Uint8Array, attachment: PdfAttachment): Promise<Uint8Array> => {
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  await addAttachment(document, attachment);
  return document.save();
};

/**
 * Makes a fresh drawing a finished document: title shown in the window, language, author, attachments. Whatever differs
 * between two drawings of one text by one browser (times, numbering of tags) is replaced by what follows from
 * the content, so that they are the same bytes.
 */
export const completePdf = async (
  pdf: Uint8Array,
  { title, language, author, date }: PdfMetadata,
  attachments: readonly PdfAttachment[] = [],
): Promise<Uint8Array> => {
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  document.context.header = PDFHeader.forVersion(1, 7);
  document.setTitle(title, { showInWindowTitleBar: true });
  document.setLanguage(language);
  document.setAuthor(author);
  document.setCreationDate(date);
  document.setModificationDate(date);
  renumberTags(document);
  for (const attachment of attachments) await addAttachment(document, attachment);
  return withIdentifier(document);
};

const addAttachment = (document: PDFDocument, attachment: PdfAttachment): Promise<void> =>
  document.attach(attachment.bytes, attachment.name, {
    mimeType: attachment.mime,
    description: attachment.description,
    creationDate: attachment.modified,
    modificationDate: attachment.modified,
    afRelationship: AFRelationship[attachment.relationship],
  });

/** Chromium names tags after the page's elements, whose numbers go on rising in a warm page: count from one again. */
const renumberTags = (document: PDFDocument): void => {
  const tags = new Set<string>();
  const objects = document.context.enumerateIndirectObjects().map(([, object]) => object);
  for (const object of objects) eachTag(object, (name) => tags.add(name) && undefined);
  const renamed = new Map([...tags].sort().map((name, i) => [name, `node${String(i + 1).padStart(8, '0')}`]));
  for (const object of objects) eachTag(object, (name) => renamed.get(name));
};

const tagName = /^node\d{8}$/;

/** Shows every tag name within an object; an answer replaces it. References are not followed: their target is visited itself. */
const eachTag = (object: PDFObject, visit: (name: string) => string | undefined): void => {
  const replacement = (value: PDFObject): PDFString | undefined => {
    if (!(value instanceof PDFString) || !tagName.test(value.asString())) return undefined;
    const name = visit(value.asString());
    return name ? PDFString.of(name) : undefined;
  };
  if (object instanceof PDFDict) {
    for (const [key, value] of object.entries()) {
      const name = replacement(value);
      if (name) object.set(key, name);
      else if (!(value instanceof PDFRef)) eachTag(value, visit);
    }
  }
  if (object instanceof PDFArray) {
    object.asArray().forEach((value, i) => {
      const name = replacement(value);
      if (name) object.set(i, name);
      else if (!(value instanceof PDFRef)) eachTag(value, visit);
    });
  }
};

/** The file identifier (ISO 32000-1, 14.4) follows from the content instead of the hour. */
const withIdentifier = async (document: PDFDocument): Promise<Uint8Array> => {
  const digest = createHash('sha256')
    .update(await document.save())
    .digest('hex')
    .slice(0, 32);
  const identifier = PDFArray.withContext(document.context);
  identifier.push(PDFHexString.of(digest));
  identifier.push(PDFHexString.of(digest));
  document.context.trailerInfo.ID = identifier;
  return document.save();
};
