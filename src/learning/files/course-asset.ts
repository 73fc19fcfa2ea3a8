import { createHash } from 'node:crypto';
import { createCanvas, loadImage } from '@napi-rs/canvas';

/**
 * A file of a course, as its version lists it: a document to take along, a video with its captions, a picture inside a
 * page. `sha256` is that of the author's bytes, lower-case hex; what is served may have been encoded anew.
 */
export type CourseAsset = { name: string; mediaType: MediaType; size: number; sha256: string };

const mediaTypes = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  webm: 'video/webm',
  mp4: 'video/mp4',
  vtt: 'text/vtt',
} as const;
type Extension = keyof typeof mediaTypes;
export type MediaType = (typeof mediaTypes)[Extension];

/** Bytes. A version of a course lies in one document each; its files in one document each too, of at most 16 MB. */
export const largestAsset = 12 * 1024 * 1024;

/** The name of a file: lower-case words joined by hyphens or points, and an extension that is known. */
export const assetName = new RegExp(`^[a-z0-9]+([-.][a-z0-9]+)*\\.(${Object.keys(mediaTypes).join('|')})$`);

const startsWith = (bytes: Buffer, text: string, at = 0): boolean =>
  bytes.subarray(at, at + text.length).toString('latin1') === text;

const isText = (bytes: Buffer): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return !bytes.includes(0);
  } catch {
    return false;
  }
};

const isZip = (bytes: Buffer): boolean => startsWith(bytes, 'PK\u0003\u0004');

/** Whether bytes are what a name claims: told by how they begin. */
const looksLike: Readonly<Record<Extension, (bytes: Buffer) => boolean>> = {
  pdf: (bytes) => startsWith(bytes, '%PDF-'),
  csv: isText,
  odt: isZip,
  ods: isZip,
  docx: isZip,
  xlsx: isZip,
  png: (bytes) => startsWith(bytes, '\u0089PNG'),
  jpg: (bytes) => startsWith(bytes, '\u00ff\u00d8\u00ff'),
  webp: (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8),
  webm: (bytes) => startsWith(bytes, '\u001aE\u00df\u00a3'),
  mp4: (bytes) => startsWith(bytes, 'ftyp', 4),
  vtt: (bytes) => startsWith(bytes, 'WEBVTT') && isText(bytes),
};

/** Whether bytes begin as a file of this kind does, whatever it is called. */
export const looksLikeFile = (kind: Extension, bytes: Buffer): boolean => looksLike[kind](bytes);

export const mediaTypeOf = (kind: Extension): MediaType => mediaTypes[kind];

const extensionOf = (name: string): Extension | undefined =>
  assetName.test(name) ? (name.split('.').at(-1) as Extension) : undefined;

const isPicture = (mediaType: MediaType): boolean => mediaType.startsWith('image/');
const isVideo = (mediaType: MediaType): boolean => mediaType.startsWith('video/');

export const assetKind = (name: string): 'picture' | 'video' | 'captions' | 'document' | undefined => {
  const extension = extensionOf(name);
  if (!extension) return undefined;
  const mediaType = mediaTypes[extension];
  if (isPicture(mediaType)) return 'picture';
  if (isVideo(mediaType)) return 'video';
  return extension === 'vtt' ? 'captions' : 'document';
};

/** What is wrong with a file of a course, in words for its author; nothing when it may be used. */
export const assetFault = (name: string, bytes: Buffer): string | undefined => {
  const extension = extensionOf(name);
  if (!extension) return `must be lower-case words with one of: ${Object.keys(mediaTypes).join(', ')}`;
  if (bytes.length === 0) return 'is empty';
  if (bytes.length > largestAsset) return `is larger than ${largestAsset / 1024 / 1024} MB`;
  return looksLike[extension](bytes) ? undefined : `is not a ${extension} file, whatever its name says`;
};

/** @throws when `assetFault` finds something */
export const assetOf = (name: string, bytes: Buffer): CourseAsset => {
  const extension = extensionOf(name);
  if (!extension) throw new Error(`no media type for ${name}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, mediaType: mediaTypes[extension], size: bytes.length, sha256 };
};

/** Points on the longer side: enough for a page, also on a screen of double density. */
const longestSide = 1600;

/**
 * The bytes to serve. A picture is drawn anew, so that nothing but its points remains: no place, no camera, no second
 * file behind the first.
 * @throws when a picture cannot be read
 */
export const servedBytes = async ({ mediaType }: CourseAsset, bytes: Buffer): Promise<Buffer> => {
  if (!isPicture(mediaType)) return bytes;
  const picture = await loadImage(bytes);
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = createCanvas(width, height);
  canvas.getContext('2d').drawImage(picture, 0, 0, width, height);
  if (mediaType === 'image/png') return canvas.encode('png');
  return canvas.encode(mediaType === 'image/webp' ? 'webp' : 'jpeg', 85);
};
