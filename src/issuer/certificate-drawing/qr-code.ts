import qrcode from 'qrcode';

/** A QR code as one SVG path of unit squares, and the side of its square with the quiet zone, in modules. */
export type QrCode = { path: string; side: number };

/** Four modules of white on every side (ISO/IEC 18004, 9.1). */
const quiet = 4;

/** The characters of one mode (ISO/IEC 18004, 7.4.4): three of them take as much room as two bytes. */
const alphanumeric = /^[0-9A-Z $%*+\-./:]+$/;

/** Error correction M: a fold or a coffee ring may cover 15 % of it. */
export const qrCodeOf = (text: string): QrCode => {
  const content = alphanumeric.test(text) ? [{ data: text, mode: 'alphanumeric' as const }] : text;
  const { modules } = qrcode.create(content, { errorCorrectionLevel: 'M' });
  const runs: string[] = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue;
      let end = column + 1;
      while (end < modules.size && modules.get(row, end)) end += 1;
      runs.push(`M${column + quiet} ${row + quiet}h${end - column}v1h${column - end}z`);
      column = end;
    }
  }
  return { path: runs.join(''), side: modules.size + 2 * quiet };
};
