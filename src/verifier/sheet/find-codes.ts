import jsqr from 'jsqr';
import type { GreyPicture } from '../../platform/pdf/index.ts';

export type Point = { x: number; y: number };

/** A QR code on a page: what it says, and its corners in points of the picture. */
export type FoundCode = { text: string; topLeft: Point; topRight: Point; bottomLeft: Point };

/** A sheet has one or two; more are looked for only so that none can hide behind others. */
const atMost = 4;

type Window = { left: number; top: number; width: number; height: number };

/** A window of this share of the longer side holds one code of a sheet whole, and rarely two. */
const windowShare = 0.16;

/** Windows that overlap by half: two codes side by side confuse the reader. */
const windowsOf = ({ width, height }: GreyPicture): Window[] => {
  const side = Math.round(Math.max(width, height) * windowShare);
  const starts = (length: number): number[] => {
    const steps = Math.ceil((length - side) / (side / 2));
    return Array.from({ length: Math.max(0, steps) + 1 }, (_, i) =>
      Math.max(0, Math.min(length - side, Math.round((i * side) / 2))),
    );
  };
  // Sheets bear their codes at the foot.
  return starts(height)
    .reverse()
    .flatMap((top) => starts(width).map((left) => ({ left, top, width: side, height: side })));
};

/** Grey as opaque RGBA; a 32-bit write per point, since a page has two million of them. */
const pixelsOf = (grey: Uint8Array, stride: number, window: Window): Uint8ClampedArray => {
  const points = new Uint32Array(window.width * window.height);
  let at = 0;
  for (let y = window.top; y < window.top + window.height; y += 1) {
    const row = y * stride + window.left;
    for (let x = 0; x < window.width; x += 1) {
      points[at] = 0xff000000 | ((grey[row + x] ?? 255) * 0x010101);
      at += 1;
    }
  }
  return new Uint8ClampedArray(points.buffer);
};

/** Darker than paper in a code, also on a grey copy. */
const dark = 128;
/** Half of a code is dark, and it fills a good part of its window; paper and plain text stay far below. */
const leastDarkShare = 0.06;

/** Whether a window may hold a code at all: reading one costs a hundred times as much as this look at every 16th point. */
const mayHoldCode = (grey: Uint8Array, stride: number, window: Window): boolean => {
  let [seen, darkOnes] = [0, 0];
  for (let y = window.top; y < window.top + window.height; y += 4) {
    for (let x = window.left; x < window.left + window.width; x += 4) {
      seen += 1;
      if ((grey[y * stride + x] ?? 255) < dark) darkOnes += 1;
    }
  }
  return darkOnes > seen * leastDarkShare;
};

/** Whitens a found code, with the corner that only its three marks let infer, so that the next search finds another. */
const whiten = (grey: Uint8Array, stride: number, { topLeft, topRight, bottomLeft }: FoundCode): void => {
  const fourth = { x: topRight.x + bottomLeft.x - topLeft.x, y: topRight.y + bottomLeft.y - topLeft.y };
  const corners = [topLeft, topRight, bottomLeft, fourth];
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const rows = grey.length / stride;
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y <= Math.min(rows - 1, Math.max(...ys)); y += 1) {
    const from = y * stride + Math.max(0, Math.floor(Math.min(...xs)));
    grey.fill(255, from, y * stride + Math.min(stride, Math.ceil(Math.max(...xs)) + 1));
  }
};

/**
 * The QR codes that can be read in a picture, until `enough` is content with what was found. On a sheet, where codes are
 * small, the windows come first: each costs a thirtieth of the half second that the whole page takes. What people
 * photograph or cut out is mostly one large code: there the whole comes first.
 */
export const findCodes = (
  { width, height, grey }: GreyPicture,
  enough: (found: readonly FoundCode[]) => boolean,
  kind: 'sheet' | 'photograph' = 'sheet',
): readonly FoundCode[] => {
  const work = Uint8Array.from(grey);
  const found: FoundCode[] = [];
  const whole: Window = { left: 0, top: 0, width, height };
  const windows = windowsOf({ width, height, grey });
  for (const window of kind === 'sheet' ? [...windows, whole] : [whole, ...windows]) {
    if (!mayHoldCode(work, width, window) && window !== whole) continue;
    while (found.length < atMost) {
      const one = readCode(work, width, window);
      if (!one) break;
      found.push(one);
      whiten(work, width, one);
    }
    if (enough(found)) break;
  }
  return found;
};

const readCode = (grey: Uint8Array, stride: number, window: Window): FoundCode | undefined => {
  const code = jsqr.default(pixelsOf(grey, stride, window), window.width, window.height, {
    inversionAttempts: 'dontInvert',
  });
  if (!code || code.data === '') return undefined;
  const { topLeftCorner, topRightCorner, bottomLeftCorner } = code.location;
  const at = ({ x, y }: Point): Point => ({ x: x + window.left, y: y + window.top });
  return {
    text: code.data,
    topLeft: at(topLeftCorner),
    topRight: at(topRightCorner),
    bottomLeft: at(bottomLeftCorner),
  };
};
