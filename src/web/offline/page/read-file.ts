import { findAttachments } from '../../../platform/pdf/find-attachments.ts';
import { compactJwsIn, looksCompact } from '../../../verifier/portable.ts';
import { findCodes, type Picture } from './find-codes.ts';

/** What was brought, as far as it can be checked; or why not, as a key of the page's words. */
export type Brought =
  /** `from`: it lay in a PDF, whose page may say anything. */
  | { ok: true; document: unknown; from?: 'pdf' }
  | { ok: true; snapshot: string }
  | { ok: false; reason: BroughtFault };
export type BroughtFault =
  | 'empty'
  | 'too-large'
  | 'not-readable'
  | 'pdf-unreadable'
  | 'pdf-without-credential'
  | 'no-code'
  | 'online-code';

const maxBytes = 5 * 1024 * 1024;
/** A file of newer lists may be larger than any certificate. */
const maxSnapshotBytes = 50 * 1024 * 1024;
/** Enough for the finest code on a whole page; more only makes the search slow. */
const maxSide = 2400;

const no = (reason: BroughtFault): Brought => ({ ok: false, reason });

/** Text as typed, pasted, scanned or read from a file. */
export const readText = (typed: string): Brought => {
  const text = typed.replace(/^\uFEFF/, '').trim();
  if (text === '') return no('empty');
  if (looksCompact(text)) return { ok: true, document: text };
  if (/^https?:\/\/\S+$/i.test(text)) return no('online-code');
  if (text.startsWith('{') && text.slice(0, 200).includes('"offline-snapshot-1"'))
    return { ok: true, snapshot: text };
  if (text.length > maxBytes) return no('too-large');
  const token = compactJwsIn(text);
  if (token) return { ok: true, document: token };
  try {
    return { ok: true, document: JSON.parse(text) };
  } catch {
    return no('not-readable');
  }
};

/** The type is told by the content, never by a name. */
export const readFile = async (file: Blob): Promise<Brought> => {
  if (file.size === 0) return no('empty');
  if (file.size > maxSnapshotBytes) return no('too-large');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1024));
  if (/^(\u00ef\u00bb\u00bf)?\s*([{[J]|"?eyJ)/.test(head)) return readText(new TextDecoder().decode(bytes));
  if (file.size > maxBytes * 4) return no('too-large');
  if (head.includes('%PDF-')) return readPdf(bytes);
  return readPicture(file);
};

const readPdf = async (bytes: Uint8Array): Promise<Brought> => {
  const answer = await findAttachments(bytes);
  if ('refused' in answer) return no('pdf-unreadable');
  const documents = answer.attachments
    .filter(({ name }) => /\.(json|jsonld)$/i.test(name))
    .map(({ bytes: attached }) => readText(new TextDecoder().decode(attached)))
    .filter((brought) => 'document' in brought);
  // Other data may be attached too: the credential is what carries a proof.
  const secured = documents.find(
    ({ document }) => typeof document === 'object' && document !== null && 'proof' in document,
  );
  const found = secured ?? documents[0];
  return found ? { ...found, from: 'pdf' } : no('pdf-without-credential');
};

const readPicture = async (file: Blob): Promise<Brought> => {
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap) return no('not-readable');
  const scale = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
  const picture = pictureOf(bitmap, Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  bitmap.close();
  return readCodes(findCodes(picture, (texts) => texts.some(looksCompact)));
};

export const pictureOf = (source: CanvasImageSource, width: number, height: number): Picture => {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  // Transparent pictures are on paper.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return { data: data as Uint8ClampedArray<ArrayBuffer>, width, height };
};

/** Of the two codes of a sheet, the one that verifies without network. */
export const readCodes = (texts: readonly string[]): Brought => {
  const [text] = [...texts].sort((a, b) => Number(looksCompact(b)) - Number(looksCompact(a)));
  return text === undefined ? no('no-code') : readText(text);
};
