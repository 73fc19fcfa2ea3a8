/** A cell that a spreadsheet would take for a formula is shown to it as text. */
const cell = (text: string): string => {
  const harmless = /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

/** Rows as CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read it rightly). */
export const toCsv = (rows: readonly (readonly string[])[]): string => `\uFEFF${rows.map(line).join('')}`;

/** The text of a cell as it was before `toCsv` kept spreadsheets from taking it for a formula. */
export const cellText = (cell: string): string => cell.replace(/^'(?='*[=+\-@\t\r])/, '');
