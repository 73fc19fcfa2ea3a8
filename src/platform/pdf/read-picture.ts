import { createCanvas, loadImage } from '@napi-rs/canvas';
import { type GreyPicture, greyOf } from './grey-picture.ts';

/** What a camera takes is 12 to 50 million points; four bytes each have to be held while it is unpacked. */
const maxPoints = 50_000_000;
/** Enough for the finest code on a whole sheet; more only makes the search slow. */
const maxSide = 2000;

export type UnreadablePicture = 'picture-too-large' | 'picture-unreadable';

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte);

const isPng = (bytes: Uint8Array): boolean =>
  startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const isJpeg = (bytes: Uint8Array): boolean => startsWith(bytes, 0xff, 0xd8, 0xff);

/** Whether bytes begin as a PNG or JPEG does. Told by the content, never by a name. */
export const looksLikePicture = (bytes: Uint8Array): boolean => isPng(bytes) || isJpeg(bytes);

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Of a JPEG, the size in its frame header (ITU-T T.81, B.2.2): SOF0 to SOF15 without DHT, JPG and DAC. */
const jpegPoints = (bytes: Uint8Array): number | undefined => {
  const view = viewOf(bytes);
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return view.getUint16(at + 5) * view.getUint16(at + 7);
    // Fill bytes may stand before a marker; a segment says its own length.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
};

/** How many points it unpacks to, read without unpacking it. */
const pointsOf = (bytes: Uint8Array): number | undefined => {
  if (isJpeg(bytes)) return jpegPoints(bytes);
  if (!isPng(bytes) || bytes.length < 33) return undefined;
  const view = viewOf(bytes);
  return view.getUint32(16) * view.getUint32(20);
};

/**
 * Unpacks a stranger's PNG or JPEG, as it looks on white paper, at most 2,000 points wide and high. What would unpack to
 * more than 50 million points is refused unopened. For a thread of its own (`askThread`).
 */
export const readPicture = async (
  bytes: Uint8Array,
): Promise<GreyPicture | { refused: UnreadablePicture }> => {
  const points = pointsOf(bytes);
  if (points === undefined || points === 0) return { refused: 'picture-unreadable' };
  if (points > maxPoints) return { refused: 'picture-too-large' };
  const image = await loadImage(Buffer.from(bytes)).catch(() => undefined);
  if (!image) return { refused: 'picture-unreadable' };
  const scale = Math.min(1, maxSide / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  ) as [number, number];
  const context = createCanvas(width, height).getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  return { width, height, grey: greyOf(context.getImageData(0, 0, width, height).data) };
};
