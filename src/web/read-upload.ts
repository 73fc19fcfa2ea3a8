import busboy from 'busboy';
import type { Request } from 'express';
import { DomainError } from '../platform/errors.ts';

/** A form with files, read into memory and never onto a disk. A file left empty is not there. */
export type Upload = {
  fields: Readonly<Record<string, string>>;
  files: Readonly<Record<string, Uint8Array>>;
  /** What the senders call the files. */
  names: Readonly<Record<string, string>>;
  /** Fields whose file was past the limit: what came of it is dropped. Only where `dropsTooLarge` is asked for. */
  tooLarge: readonly string[];
};

type Limits = {
  maxFileBytes: number;
  maxFieldBytes: number;
  maxFiles: number;
  /** A file past the limit is left out, and the rest of the form is read all the same. */
  dropsTooLarge?: boolean;
};

const isMultipart = (request: Request): boolean =>
  request.is('multipart/form-data') === 'multipart/form-data';

/**
 * Reads `multipart/form-data` within the limits.
 * @throws DomainError `unsupported-type` for another type, `too-large` past a limit, `malformed` for a broken body
 */
export const readUpload = (request: Request, limits: Limits): Promise<Upload> => {
  if (!isMultipart(request)) throw new DomainError('unsupported-type', 'unsupported-type');
  return new Promise((resolve, reject) => {
    // Without a prototype: a sender may name a field anything, also `__proto__`.
    const fields = Object.create(null) as Record<string, string>;
    const files = Object.create(null) as Record<string, Uint8Array>;
    const names = Object.create(null) as Record<string, string>;
    const largeOnes: string[] = [];
    const refuse = (error: DomainError): void => {
      request.unpipe(parser);
      // What is still under way is read and dropped, so that the browser gets to see the answer.
      request.resume();
      reject(error);
    };
    const tooLarge = (): void => refuse(new DomainError('too-large', 'too-large'));
    const broken = (): void => refuse(new DomainError('malformed', 'malformed'));
    const parser = parserFor(request, limits);
    parser.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) tooLarge();
      else fields[name] = value;
    });
    parser.on('file', (name, stream, { filename }) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => {
        if (!limits.dropsTooLarge) return tooLarge();
        largeOnes.push(name);
        chunks.length = 0;
      });
      // A body that breaks off inside a file is a fault of this stream too; unheard, it would end the process.
      stream.on('error', broken);
      stream.on('close', () => {
        const bytes = Buffer.concat(chunks);
        if (bytes.length === 0 || largeOnes.includes(name)) return;
        files[name] = new Uint8Array(bytes);
        names[name] = filename ?? '';
      });
    });
    for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) parser.on(limit, tooLarge);
    parser.on('error', broken);
    parser.on('close', () => resolve({ fields, files, names, tooLarge: largeOnes }));
    request.pipe(parser);
  });
};

const parserFor = (request: Request, { maxFileBytes, maxFieldBytes, maxFiles }: Limits): busboy.Busboy => {
  try {
    return busboy({
      headers: request.headers,
      // Browsers write names of files as UTF-8.
      defParamCharset: 'utf8',
      limits: { fileSize: maxFileBytes, fieldSize: maxFieldBytes, files: maxFiles, fields: 20, parts: 25 },
    });
  } catch {
    throw new DomainError('malformed', 'malformed');
  }
};
