import { askThread, ThreadFailedError, type ThreadFailure } from './in-thread.ts';

/** Why a PDF was not read. */
export type UnreadablePdfReason =
  | 'not-a-pdf'
  | 'too-large'
  | 'encrypted'
  | 'unpacks-too-large'
  | 'too-slow'
  | 'damaged';

/** A PDF from outside that can't be read, or that asks for more than its reading may cost. */
export class UnreadablePdfError extends Error {
  readonly reason: UnreadablePdfReason;
  constructor(reason: UnreadablePdfReason) {
    super(`unreadable PDF: ${reason}`);
    this.name = 'UnreadablePdfError';
    this.reason = reason;
  }
}

export type ReadAttachment = { name: string; bytes: Uint8Array };
/** What the worker answers. */
export type AttachmentAnswer = { attachments: ReadAttachment[] } | { refused: UnreadablePdfReason };

const maxBytes = 5 * 1024 * 1024;
const limits = { milliseconds: 5_000, heapMegabytes: 192 };
const program = new URL('attachment-worker.ts', import.meta.url);

/**
 * The files inside a PDF that a stranger brought. It is parsed in a thread of its own with a limit of time and memory, and
 * no stream in it may unpack to more than a few megabytes: a bomb ends the thread, not the service.
 * @throws UnreadablePdfError
 */
export const readAttachments = async (pdf: Uint8Array): Promise<ReadAttachment[]> => {
  assertPdf(pdf);
  const answer = await askThread<AttachmentAnswer>(program, pdf, limits).catch((error: unknown) => {
    throw refusalOf(error);
  });
  if ('refused' in answer) throw new UnreadablePdfError(answer.refused);
  return answer.attachments;
};

/** @throws UnreadablePdfError for what is too large or does not begin as a PDF does */
export const assertPdf = (pdf: Uint8Array): void => {
  if (pdf.byteLength > maxBytes) throw new UnreadablePdfError('too-large');
  if (!Buffer.from(pdf.subarray(0, 1024)).includes('%PDF-', 0, 'latin1'))
    throw new UnreadablePdfError('not-a-pdf');
};

const failures: Record<ThreadFailure, UnreadablePdfReason> = {
  'too-slow': 'too-slow',
  'out-of-memory': 'unpacks-too-large',
  'no-answer': 'damaged',
};

/** The refusal that stands for a thread's silence. */
export const refusalOf = (error: unknown): unknown =>
  error instanceof ThreadFailedError ? new UnreadablePdfError(failures[error.reason]) : error;
