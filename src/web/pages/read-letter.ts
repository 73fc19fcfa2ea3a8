/** A letter of the mail folder, as far as a page shows it. */
export type ReadLetter = {
  from: string;
  to: string;
  subject: string;
  date: string;
  text: string;
  html: string | undefined;
  attachments: readonly { filename: string; type: string; size: number }[];
};

type Part = { headers: ReadonlyMap<string, string>; body: Buffer };

const encodedWord = /=\?([\w-]+)\?([bq])\?([^?]*)\?=/gi;

const unquote = (text: string): Buffer =>
  Buffer.from(
    text
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** RFC 2047: the words of a header that are not plain ASCII. */
const decodeHeader = (value: string): string =>
  value
    .replace(/(\?=)\s+(=\?)/g, '$1$2')
    .replace(encodedWord, (_, charset: string, encoding: string, text: string) => {
      const bytes =
        encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : unquote(text.replaceAll('_', ' '));
      return new TextDecoder(charset).decode(bytes);
    });

const readPart = (raw: Buffer): Part => {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw
    .subarray(0, end < 0 ? raw.length : end)
    .toString('utf8')
    .replace(/\r\n[ \t]+/g, ' ');
  const headers = new Map(
    head.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { headers, body: end < 0 ? Buffer.alloc(0) : raw.subarray(end + 4) };
};

const typeOf = (part: Part): string =>
  (part.headers.get('content-type') ?? 'text/plain').split(';')[0]?.trim().toLowerCase() ?? 'text/plain';

const decoded = (part: Part): Buffer => {
  const encoding = part.headers.get('content-transfer-encoding')?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(part.body.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return unquote(part.body.toString('latin1'));
  return part.body;
};

const filenameOf = (part: Part): string => {
  const disposition = part.headers.get('content-disposition') ?? '';
  const extended = /filename\*(?:0\*)?=utf-8''([^;\s]+)/i.exec(disposition)?.[1];
  if (extended) return decodeURIComponent(extended);
  return decodeHeader(/filename="?([^";]+)/i.exec(disposition)?.[1] ?? '');
};

/** The leaves of a multipart body (RFC 2046, 5.1), in order. */
const leaves = (part: Part): Part[] => {
  const boundary = /boundary="?([^";]+)/i.exec(part.headers.get('content-type') ?? '')?.[1];
  if (!typeOf(part).startsWith('multipart/') || !boundary) return [part];
  return part.body
    .toString('latin1')
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((section) => leaves(readPart(Buffer.from(section.replace(/^\r\n|\r\n$/g, ''), 'latin1'))));
};

/** Reads a file that our own mail folder wrote; it is no reader of letters from elsewhere. */
export const readLetter = (raw: Buffer): ReadLetter => {
  const whole = readPart(raw);
  const all = leaves(whole);
  const isAttachment = (part: Part) => part.headers.get('content-disposition')?.startsWith('attachment');
  const body = (type: string) => all.find((part) => typeOf(part) === type && !isAttachment(part));
  const text = body('text/plain');
  const html = body('text/html');
  const header = (name: string) => decodeHeader(whole.headers.get(name) ?? '');
  return {
    from: header('from'),
    to: header('to'),
    subject: header('subject'),
    date: header('date'),
    text: text ? decoded(text).toString('utf8') : '',
    html: html && decoded(html).toString('utf8'),
    attachments: all
      .filter(isAttachment)
      .map((part) => ({ filename: filenameOf(part), type: typeOf(part), size: decoded(part).length })),
  };
};
