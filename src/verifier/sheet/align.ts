import type { GreyPicture } from '../../platform/pdf/index.ts';
import type { FoundCode } from './find-codes.ts';

/** Leads from a point of the genuine picture to the same place of another: `x' = a·x + b`, `y' = c·y + d`. */
export type Alignment = { a: number; b: number; c: number; d: number };

type Box = { left: number; top: number; right: number; bottom: number };

/** Darker than paper, also on a grey copy. */
const ink = 190;

/** The box around everything printed. */
const inkBox = ({ width, height, grey }: GreyPicture): Box | undefined => {
  const box = { left: width, top: height, right: -1, bottom: -1 };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((grey[y * width + x] ?? 255) >= ink) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  }
  return box.right > box.left && box.bottom > box.top ? box : undefined;
};

const between = (from: Box, to: Box): Alignment => {
  const a = (to.right - to.left) / (from.right - from.left);
  const c = (to.bottom - to.top) / (from.bottom - from.top);
  return { a, b: to.left - a * from.left, c, d: to.top - c * from.top };
};

const codeBox = ({ topLeft, topRight, bottomLeft }: FoundCode): Box => ({
  left: (topLeft.x + bottomLeft.x) / 2,
  right: topRight.x,
  top: (topLeft.y + topRight.y) / 2,
  bottom: bottomLeft.y,
});

/** Turned, mirrored or blown up pages are not compared: the figures would mean nothing. */
const isSane = ({ a, c }: Alignment): boolean => a > 0.2 && a < 3 && Math.abs(a / c - 1) < 0.05;

type Side = { picture: GreyPicture; code: FoundCode | undefined };

/**
 * The ways in which one picture may lie over the other: as it is, when the pages are of one size; by everything that is
 * printed; by the code that both carry. Printing to PDF scales and moves a page.
 */
export const alignments = (genuine: Side, shown: Side): readonly Alignment[] => {
  const { width, height } = genuine.picture;
  const sameSize = Math.abs(width - shown.picture.width) <= 2 && Math.abs(height - shown.picture.height) <= 2;
  const [from, to] = [inkBox(genuine.picture), inkBox(shown.picture)];
  return [
    ...(sameSize ? [{ a: 1, b: 0, c: 1, d: 0 }] : []),
    ...(from && to ? [between(from, to)] : []),
    ...(genuine.code && shown.code ? [between(codeBox(genuine.code), codeBox(shown.code))] : []),
  ].filter(isSane);
};
