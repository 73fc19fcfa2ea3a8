import { readAttachments } from '../platform/pdf/index.ts';
import { looksCompact } from '../vc/index.ts';

/** What somebody brought: pasted text, or the bytes of a file. */
export type Input = { kind: 'text'; text: string } | { kind: 'file'; bytes: Uint8Array };

export type ReadInput =
  | { ok: true; document: unknown; from: 'json' | 'pdf' | 'code' }
  | {
      ok: false;
      reason:
        | 'empty'
        | 'too-large'
        | 'not-json'
        | 'pdf-unreadable'
        | 'pdf-without-credential'
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

const readPdf = async (bytes: Uint8Array): Promise<ReadInput> => {
  const attachments = await readAttachments(bytes).catch(() => undefined);
  if (!attachments) return { ok: false, reason: 'pdf-unreadable' };
  const found = attachments
    .filter(({ name }) => attachmentName.test(name))
    .map(({ bytes: attached }) => readJson(Buffer.from(attached).toString('utf8'), 'pdf'));
  // Other data may be attached too: the credential is what carries a proof.
  return found.find(isSecured) ?? found[0] ?? { ok: false, reason: 'pdf-without-credential' };
};

const isSecured = (read: ReadInput): boolean =>
  read.ok && typeof read.document === 'object' && read.document !== null && 'proof' in read.document;

/** Finds the credential in what was brought. The type is told by the content, never by a name or a header. */
export const readInput = async (input: Input): Promise<ReadInput> => {
  if (input.kind === 'text') {
    const text = input.text.trim();
    if (text === '') return { ok: false, reason: 'empty' };
    if (looksCompact(text)) return { ok: true, document: text, from: 'code' };
    return text.length > maxInputBytes ? { ok: false, reason: 'too-large' } : readJson(text, 'json');
  }
  const { bytes } = input;
  if (bytes.length === 0) return { ok: false, reason: 'empty' };
  if (bytes.length > maxInputBytes) return { ok: false, reason: 'too-large' };
  const text = Buffer.from(bytes).toString('utf8');
  if (/^\uFEFF?\s*[{[]/.test(text)) return readJson(text, 'json');
  return startsWith(bytes, '%PDF-') ? readPdf(bytes) : { ok: false, reason: 'unknown-type' };
};
