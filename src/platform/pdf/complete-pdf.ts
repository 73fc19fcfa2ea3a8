import { createHash } from 'node:crypto';
import {
  AFRelationship,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHeader,
  PDFHexString,
  PDFName,
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

/**
 * Chromium names tags after the page's elements, whose numbers go on rising in a warm page and now and then change
 * places: count from one, in the order of the tags themselves.
 */
const renumberTags = (document: PDFDocument): void => {
  const objects = document.context.enumerateIndirectObjects().map(([, object]) => object);
  const order = objects.flatMap((object) => {
    const id = object instanceof PDFDict ? object.get(PDFName.of('ID')) : undefined;
    return id instanceof PDFString && tagName.test(id.asString()) ? [id.asString()] : [];
  });
  const renamed = new Map(order.map((name, i) => [name, `node${String(i + 1).padStart(8, '0')}`]));
  for (const object of objects) eachTag(object, (name) => renamed.get(name));
  sortTagNames(objects);
};

const isTag = (value: PDFObject | undefined): value is PDFString =>
  value instanceof PDFString && tagName.test(value.asString());

/** The tree that finds tags by name keeps its leaves sorted (ISO 32000-1, 7.9.6). */
const sortTagNames = (objects: readonly PDFObject[]): void => {
  const leaves = objects.flatMap((object) => {
    const names = object instanceof PDFDict ? object.get(PDFName.of('Names')) : undefined;
    return names instanceof PDFArray && names.size() > 0 && isTag(names.get(0)) ? [{ object, names }] : [];
  });
  const pairs = leaves.flatMap(({ names }) =>
    Array.from({ length: names.size() / 2 }, (_, i) => [names.get(2 * i), names.get(2 * i + 1)] as const),
  );
  const sorted = pairs.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  for (const { object, names } of leaves) {
    const own = sorted.splice(0, names.size() / 2);
    for (const [i, [name, target]] of own.entries()) {
      if (!name || !target) continue;
      names.set(2 * i, name);
      names.set(2 * i + 1, target);
    }
    const limits = object instanceof PDFDict ? object.get(PDFName.of('Limits')) : undefined;
    const [first, last] = [own[0]?.[0], own.at(-1)?.[0]];
    if (!(limits instanceof PDFArray) || !first || !last) continue;
    limits.set(0, first);
    limits.set(1, last);
  }
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
