import { Worker } from 'node:worker_threads';

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
const maxMilliseconds = 5_000;

/**
 * The files inside a PDF that a stranger brought. It is parsed in a thread of its own with a limit of time and memory, and
 * no stream in it may unpack to more than a few megabytes: a bomb ends the thread, not the service.
 * @throws UnreadablePdfError
 */
export const readAttachments = async (pdf: Uint8Array): Promise<ReadAttachment[]> => {
  if (pdf.byteLength > maxBytes) throw new UnreadablePdfError('too-large');
  if (!Buffer.from(pdf.subarray(0, 1024)).includes('%PDF-', 0, 'latin1'))
    throw new UnreadablePdfError('not-a-pdf');
  const answer = await askWorker(pdf);
  if ('refused' in answer) throw new UnreadablePdfError(answer.refused);
  return answer.attachments;
};

const askWorker = async (pdf: Uint8Array): Promise<AttachmentAnswer> => {
  const worker = new Worker(new URL('attachment-worker.ts', import.meta.url), {
    workerData: pdf,
    env: {},
    // What the parser says of a stranger's file belongs in no log.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 192, stackSizeMb: 4 },
  });
  try {
    return await new Promise<AttachmentAnswer>((resolve, reject) => {
      const late = setTimeout(() => reject(new UnreadablePdfError('too-slow')), maxMilliseconds);
      worker.once('message', resolve);
      // Out of memory, or a fault that the thread could not tell.
      worker.once('error', () => reject(new UnreadablePdfError('unpacks-too-large')));
      worker.once('exit', () => {
        clearTimeout(late);
        reject(new UnreadablePdfError('damaged'));
      });
    });
  } finally {
    await worker.terminate();
  }
};
