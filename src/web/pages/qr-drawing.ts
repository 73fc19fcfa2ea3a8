import qrcode from 'qrcode';

/** A QR code as one SVG path on a square of `size` units, with the quiet zone of 4 modules that ISO/IEC 18004 asks for. */
export type QrDrawing = { size: number; path: string };

const quietZone = 4;

/** `L` for long texts on a screen, which has no dirt: fewer and larger modules. */
export const qrDrawing = (text: string, errorCorrectionLevel: 'L' | 'M' = 'M'): QrDrawing => {
  const { modules } = qrcode.create(text, { errorCorrectionLevel });
  const { size, data } = modules;
  const rows = Array.from({ length: size }, (_, row) =>
    Array.from(data.subarray(row * size, (row + 1) * size), (dark) => (dark ? '#' : ' ')).join(''),
  );
  const path = rows.flatMap((row, y) =>
    [...row.matchAll(/#+/g)].map(
      ({ index, 0: run }) => `M${index + quietZone} ${y + quietZone}h${run.length}v1h-${run.length}z`,
    ),
  );
  return { size: size + 2 * quietZone, path: path.join('') };
};
