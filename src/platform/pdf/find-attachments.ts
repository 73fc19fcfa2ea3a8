import { constants, inflateSync } from 'node:zlib';
import {
  EncryptedPDFError,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  type PDFObject,
  PDFObjectStreamParser,
  PDFRawStream,
  PDFString,
  PDFXRefStreamParser,
} from 'pdf-lib';
import type { AttachmentAnswer, ReadAttachment } from './read-attachments.ts';

/** What all streams of one document may unpack to together. */
const maxUnpacked = 24 * 1024 * 1024;
let bytesLeft = maxUnpacked;
const maxAttachments = 20;

/** Kept beside the throwing: pdf-lib puts errors of its own in the place of those that it meets. */
let unpacksTooLarge = false;
const tooLarge = (): Error => {
  unpacksTooLarge = true;
  return new Error('unpacks to too much');
};

/**
 * Unpacks plain and deflated streams, within what is left. Other filters and chains of them, which could multiply past any
 * limit, are refused: what PDF writers put around objects and attached files is one deflate.
 */
const unpack = (stream: PDFRawStream): Uint8Array => {
  const filter = stream.dict.lookup(PDFName.of('Filter'));
  const single = filter instanceof PDFArray && filter.size() === 1 ? filter.lookup(0) : filter;
  const bytes = single === undefined ? stream.contents : inflate(stream.contents, single);
  bytesLeft -= bytes.byteLength;
  if (bytesLeft < 0) throw tooLarge();
  return bytes;
};

const inflate = (packed: Uint8Array, filter: PDFObject): Uint8Array => {
  if (filter !== PDFName.of('FlateDecode')) throw new Error('filter not read here');
  try {
    return inflateSync(packed, { maxOutputLength: bytesLeft, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw error;
  }
};

/** pdf-lib unpacks these two kinds of stream while it parses, without a limit: hand it the unpacked bytes instead. */
let areBound = false;
const boundParsers = (): void => {
  if (areBound) return;
  areBound = true;
  const objects = PDFObjectStreamParser.forStream;
  const references = PDFXRefStreamParser.forStream;
  PDFObjectStreamParser.forStream = (stream, wait) => objects(plain(stream), wait);
  PDFXRefStreamParser.forStream = (stream) => references(plain(stream));
};

const plain = (stream: PDFRawStream): PDFRawStream => {
  const bytes = unpack(stream);
  const dict = stream.dict.clone();
  dict.delete(PDFName.of('Filter'));
  return PDFRawStream.of(dict, bytes);
};

/**
 * The files inside a PDF, or why it is not read. It bends the parser of its whole thread or page to its bounds and counts
 * for one document: call it in a place of its own, for one document at a time.
 */
export const findAttachments = async (pdf: Uint8Array): Promise<AttachmentAnswer> => {
  boundParsers();
  bytesLeft = maxUnpacked;
  unpacksTooLarge = false;
  try {
    const document = await PDFDocument.load(pdf, { updateMetadata: false, throwOnInvalidObject: true });
    const found: ReadAttachment[] = [];
    for (const [, object] of document.context.enumerateIndirectObjects()) collect(object, found, 0);
    return { attachments: found };
  } catch (error) {
    if (unpacksTooLarge) return { refused: 'unpacks-too-large' };
    // Its errors are no instances of their own classes.
    const encrypted = error instanceof Error && error.message === new EncryptedPDFError().message;
    return { refused: encrypted ? 'encrypted' : 'damaged' };
  }
};

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
