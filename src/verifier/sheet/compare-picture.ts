import type { GreyPicture, SheetLine } from '../../platform/pdf/index.ts';
import type { Alignment } from './align.ts';
import type { Place, SheetDifference } from './sheet.ts';

/** The side of a compared cell, in points of the genuine picture: 1.4 mm on A4, about a small letter. */
const cell = 8;
/** How far the lines of two drawings may lie apart, in points. */
const play = 2;

/**
 * How much darker or lighter a cell may be on the whole (of 255), and how many neighbouring cells make a difference.
 * A page that lies exactly over the genuine one was drawn by the same strokes; one that was scaled was drawn anew.
 */
const strict = { tolerance: 18, cells: 2 };
const lenient = { tolerance: 44, cells: 5 };

/** Cells this near to each other belong to one place. */
const nearby = 4;
const reportedAtMost = 8;

/** Sums of all points above and left, so that the mean of any rectangle costs four look-ups. */
const summed = ({ width, height, grey }: GreyPicture) => {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += grey[y * width + x] ?? 255;
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row;
    }
  }
  const at = (x: number, y: number): number => sums[y * (width + 1) + x] ?? 0;
  /** White beyond the edge: a page that was moved shows its paper there. */
  return (left: number, top: number, right: number, bottom: number): number => {
    const area = Math.max(1, (right - left) * (bottom - top));
    const [l, r] = [left, right].map((x) => Math.min(width, Math.max(0, x))) as [number, number];
    const [t, b] = [top, bottom].map((y) => Math.min(height, Math.max(0, y))) as [number, number];
    const inside = Math.max(0, r - l) * Math.max(0, b - t);
    return (at(r, b) - at(l, b) - at(r, t) + at(l, t) + 255 * (area - inside)) / area;
  };
};

const isExact = ({ a, b, c, d }: Alignment): boolean => a === 1 && b === 0 && c === 1 && d === 0;

type Grid = { columns: number; rows: number; differs: Uint8Array };

type Means = ReturnType<typeof summed>;

const gridOf = (
  { width, height }: GreyPicture,
  { meanOf, shownMean }: { meanOf: Means; shownMean: Means },
  alignment: Alignment,
  tolerance: number,
): Grid => {
  const [columns, rows] = [Math.floor(width / cell), Math.floor(height / cell)];
  const differs = new Uint8Array(columns * rows);
  const shifts = isExact(alignment) ? [0] : [-play, 0, play];
  const { a, b, c, d } = alignment;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [x, y] = [column * cell, row * cell];
      const wanted = meanOf(x, y, x + cell, y + cell);
      const closest = Math.min(
        ...shifts.flatMap((across) =>
          shifts.map((down) => {
            const [left, top] = [Math.round(a * x + b + across), Math.round(c * y + d + down)];
            const [right, bottom] = [left + Math.round(a * cell), top + Math.round(c * cell)];
            return Math.abs(
              wanted - shownMean(left, top, Math.max(left + 1, right), Math.max(top + 1, bottom)),
            );
          }),
        ),
      );
      if (closest > tolerance) differs[row * columns + column] = 1;
    }
  }
  return { columns, rows, differs };
};

type Patch = { left: number; top: number; right: number; bottom: number; cells: number };

/** Neighbouring cells that differ, gathered into patches. */
const patchesOf = ({ columns, rows, differs }: Grid): Patch[] => {
  const open = Uint8Array.from(differs);
  const patches: Patch[] = [];
  for (let start = 0; start < open.length; start += 1) {
    if (open[start] !== 1) continue;
    const patch = { left: columns, top: rows, right: 0, bottom: 0, cells: 0 };
    const queue = [start];
    open[start] = 0;
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const [x, y] = [at % columns, Math.floor(at / columns)];
      patch.left = Math.min(patch.left, x);
      patch.right = Math.max(patch.right, x + 1);
      patch.top = Math.min(patch.top, y);
      patch.bottom = Math.max(patch.bottom, y + 1);
      patch.cells += 1;
      for (let dy = -nearby; dy <= nearby; dy += 1) {
        for (let dx = -nearby; dx <= nearby; dx += 1) {
          const next = (y + dy) * columns + x + dx;
          if (x + dx < 0 || x + dx >= columns || open[next] !== 1) continue;
          open[next] = 0;
          queue.push(next);
        }
      }
    }
    patches.push(patch);
  }
  return patches;
};

/** The line of the genuine sheet that stands in or closest to the place. */
const lineNear = (place: Place, lines: readonly SheetLine[]): string => {
  const middle = place.top + place.height / 2;
  const reach = (line: SheetLine): number =>
    Math.abs(line.top - middle) + (line.left > place.left + place.width ? 0.2 : 0);
  return [...lines].sort((one, other) => reach(one) - reach(other))[0]?.text ?? '';
};

export type PictureSide = { picture: GreyPicture; lines: readonly SheetLine[] };

/**
 * The places where a page looks different from the genuine sheet, by the best of the given alignments; nothing when no
 * alignment was given. Catches what its text layer does not tell: something laid over the page, another letter drawn.
 */
export const comparePicture = (
  genuine: PictureSide,
  shown: GreyPicture,
  given: readonly Alignment[],
): readonly SheetDifference[] | undefined => {
  if (given.length === 0) return undefined;
  const means = { meanOf: summed(genuine.picture), shownMean: summed(shown) };
  const tried = given.map((alignment) => {
    const { tolerance, cells } = isExact(alignment) ? strict : lenient;
    const grid = gridOf(genuine.picture, means, alignment, tolerance);
    const patches = patchesOf(grid).filter((patch) => patch.cells >= cells);
    return { grid, patches, weight: patches.reduce((sum, patch) => sum + patch.cells, 0) };
  });
  const best = tried.sort((one, other) => one.weight - other.weight)[0];
  if (!best) return undefined;
  const { columns, rows } = best.grid;
  return best.patches
    .sort((one, other) => other.cells - one.cells)
    .slice(0, reportedAtMost)
    .map(({ left, top, right, bottom }) => {
      const place = {
        left: left / columns,
        top: top / rows,
        width: (right - left) / columns,
        height: (bottom - top) / rows,
      };
      return { kind: 'picture-differs', near: lineNear(place, genuine.lines), place };
    });
};
