import { constants, inflateSync } from 'node:zlib';
import {
  EncryptedPDFError,
  PDFArray,
  PDFDocument,
  PDFName,
  type PDFObject,
  PDFObjectStreamParser,
  PDFRawStream,
  PDFXRefStreamParser,
} from 'pdf-lib';
import type { UnreadablePdfReason } from './read-attachments.ts';

/** What all streams that are unpacked of one document may come to together. */
let bytesLeft = 0;

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
export const unpack = (stream: PDFRawStream): Uint8Array => {
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
 * Runs a reading of the parsed document, or answers why it is not read. It bends the parser of its whole thread or page to
 * its bounds and counts for one document: call it in a place of its own, for one document at a time.
 */
export const readBounded = async <Answer>(
  pdf: Uint8Array,
  maxUnpackedBytes: number,
  read: (document: PDFDocument) => Answer,
): Promise<Answer | { refused: UnreadablePdfReason }> => {
  bytesLeft = maxUnpackedBytes;
  unpacksTooLarge = false;
  boundParsers();
  try {
    return read(await PDFDocument.load(pdf, { updateMetadata: false, throwOnInvalidObject: true }));
  } catch (error) {
    if (unpacksTooLarge) return { refused: 'unpacks-too-large' };
    // Its errors are no instances of their own classes.
    const encrypted = error instanceof Error && error.message === new EncryptedPDFError().message;
    return { refused: encrypted ? 'encrypted' : 'damaged' };
  }
};
