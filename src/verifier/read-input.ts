import { readAttachments, UnreadablePdfError } from '../platform/pdf/index.ts';
import {
  type BadgeFault,
  compactJwsIn,
  looksCompact,
  presentedCredentials,
  readBakedBadge,
} from '../vc/index.ts';

/** What somebody brought: pasted text, or the bytes of a file. */
export type Input = { kind: 'text'; text: string } | { kind: 'file'; bytes: Uint8Array };

export type ReadInput =
  /** `presented`: it lay in a presentation. Who presents it is for whoever asked for that to find out. */
  | { ok: true; document: unknown; from: 'json' | 'jwt' | 'pdf' | 'code' | 'badge'; presented?: true }
  | {
      ok: false;
      reason:
        | 'empty'
        | 'too-large'
        | 'not-json'
        | 'pdf-unreadable'
        | 'pdf-too-slow'
        | 'pdf-without-credential'
        | 'presentation-empty'
        | 'presentation-of-several'
        | BadgeFault
        | 'unknown-type';
    };

/** Plenty for a certificate with its picture; everything is held in memory and forgotten. */
export const maxInputBytes = 5 * 1024 * 1024;

const attachmentName = /\.(json|jsonld)$/i;

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  Buffer.from(bytes.subarray(0, 1024)).includes(text, 0, 'latin1');

const readJson = (text: string, from: 'json' | 'pdf'): ReadInput => {
  try {
    return { ok: true, document: JSON.parse(text.replace(/^\uFEFF/, '')), from };
  } catch {
    return { ok: false, reason: 'not-json' };
  }
};

const readText = (text: string): ReadInput => {
  const token = compactJwsIn(text);
  return token === undefined ? readJson(text, 'json') : { ok: true, document: token, from: 'jwt' };
};

/** What took too long may be whole: a service with much to do is no fault of the file. */
const refusalOf = (error: unknown): ReadInput => {
  const late = error instanceof UnreadablePdfError && error.reason === 'too-slow';
  return { ok: false, reason: late ? 'pdf-too-slow' : 'pdf-unreadable' };
};

const readPdf = async (bytes: Uint8Array): Promise<ReadInput> => {
  const attachments = await readAttachments(bytes).catch(refusalOf);
  if (!Array.isArray(attachments)) return attachments;
  const found = attachments
    .filter(({ name }) => attachmentName.test(name))
    .map(({ bytes: attached }) => readJson(Buffer.from(attached).toString('utf8'), 'pdf'));
  // Other data may be attached too: the credential is what carries a proof.
  return found.find(isSecured) ?? found[0] ?? { ok: false, reason: 'pdf-without-credential' };
};

const isSecured = (read: ReadInput): boolean =>
  read.ok && typeof read.document === 'object' && read.document !== null && 'proof' in read.document;

/** A picture with a credential baked in; other pictures are not read here. */
const readPicture = (bytes: Uint8Array): ReadInput => {
  const badge = readBakedBadge(bytes);
  if (!badge) return { ok: false, reason: 'unknown-type' };
  return 'fault' in badge
    ? { ok: false, reason: badge.fault }
    : { ok: true, document: badge.credential, from: 'badge' };
};

/** Of a presentation the one credential in it: a page shows one verdict. */
const outOfPresentation = (read: ReadInput): ReadInput => {
  const presented = read.ok ? presentedCredentials(read.document) : undefined;
  if (!read.ok || !presented) return read;
  const [document, ...more] = presented;
  if (more.length > 0) return { ok: false, reason: 'presentation-of-several' };
  return document === undefined
    ? { ok: false, reason: 'presentation-empty' }
    : { ...read, document, presented: true };
};

/**
 * Finds the credential in what was brought: a JSON text, a JWT (`vc+jwt`, `vp+jwt`), a PDF, a badge, the text of a printed code.
 * The type is told by the content, never by a name or a header.
 */
export const readInput = async (input: Input): Promise<ReadInput> => outOfPresentation(await readAny(input));

const readAny = async (input: Input): Promise<ReadInput> => {
  if (input.kind === 'text') {
    const text = input.text.trim();
    if (text === '') return { ok: false, reason: 'empty' };
    if (looksCompact(text)) return { ok: true, document: text, from: 'code' };
    return text.length > maxInputBytes ? { ok: false, reason: 'too-large' } : readText(text);
  }
  const { bytes } = input;
  if (bytes.length === 0) return { ok: false, reason: 'empty' };
  if (bytes.length > maxInputBytes) return { ok: false, reason: 'too-large' };
  const text = Buffer.from(bytes).toString('utf8');
  if (/^\uFEFF?\s*([{[]|"?eyJ)/.test(text)) return readText(text);
  return startsWith(bytes, '%PDF-') ? readPdf(bytes) : readPicture(bytes);
};
