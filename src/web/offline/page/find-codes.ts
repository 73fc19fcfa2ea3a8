import jsQR from 'jsqr';

/** RGBA, four bytes a pixel, row by row: what a canvas calls ImageData. */
export type Picture = { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number };

type Part = { x: number; y: number; width: number; height: number };

/** A sheet has two codes; a poster of codes is nobody's certificate. */
const maxCodes = 4;

/**
 * The texts of the QR codes in a picture. The decoder finds one code at a time, so each that was read is painted over and
 * the rest is looked at again: as a whole, then in overlapping parts, where a small code is easier to tell from its surroundings.
 * `enough` ends the search early.
 */
export const findCodes = (picture: Picture, enough: (texts: readonly string[]) => boolean): string[] => {
  const rest: Picture = { ...picture, data: Uint8ClampedArray.from(picture.data) };
  const found: string[] = [];
  for (const part of [wholeOf(picture), ...partsOf(picture)]) {
    for (let text = readOne(rest, part); text !== undefined; text = readOne(rest, part)) {
      if (!found.includes(text)) found.push(text);
      if (found.length >= maxCodes || enough(found)) return found;
    }
  }
  return found;
};

const wholeOf = ({ width, height }: Picture): Part => ({ x: 0, y: 0, width, height });

/** Four by three parts of half the sides, each overlapping its neighbours. */
const partsOf = ({ width, height }: Picture): Part[] => {
  const [w, h] = [Math.floor(width / 2), Math.floor(height / 2)];
  return [2, 1, 0].flatMap((row) =>
    [3, 2, 1, 0].map((column) => ({
      x: Math.floor((column * (width - w)) / 3),
      y: Math.floor((row * (height - h)) / 2),
      width: w,
      height: h,
    })),
  );
};

const readOne = (picture: Picture, part: Part): string | undefined => {
  const { data, width, height } = cut(picture, part);
  const code = jsQR.default(data, width, height, { inversionAttempts: 'dontInvert' });
  if (!code) return undefined;
  const { topLeftCorner, topRightCorner, bottomLeftCorner, bottomRightCorner } = code.location;
  const corners = [topLeftCorner, topRightCorner, bottomLeftCorner, bottomRightCorner];
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const [left, top] = [Math.min(...xs) + part.x, Math.min(...ys) + part.y];
  paintOver(picture, {
    x: Math.floor(left),
    y: Math.floor(top),
    width: Math.ceil(Math.max(...xs) + part.x - left) + 1,
    height: Math.ceil(Math.max(...ys) + part.y - top) + 1,
  });
  return code.data;
};

const cut = ({ data, width }: Picture, part: Part): Picture => {
  const rows = new Uint8ClampedArray(part.width * part.height * 4);
  for (let row = 0; row < part.height; row += 1) {
    const from = ((part.y + row) * width + part.x) * 4;
    rows.set(data.subarray(from, from + part.width * 4), row * part.width * 4);
  }
  return { data: rows, width: part.width, height: part.height };
};

const paintOver = ({ data, width, height }: Picture, part: Part): void => {
  for (let y = Math.max(0, part.y); y < Math.min(height, part.y + part.height); y += 1) {
    const from = (y * width + Math.max(0, part.x)) * 4;
    data.fill(255, from, (y * width + Math.min(width, part.x + part.width)) * 4);
  }
};
