import type { BatchEntry } from '../certificate-store.ts';

/** A cell that a spreadsheet would take for a formula is shown to it as text. */
const cell = (text: string): string => {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

/**
 * The certificates of a batch as CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read it rightly): row of
 * the file, holder, number, address, state. An erased holder has no name.
 */
export const linksCsv = (entries: readonly BatchEntry[], baseUrl: string): string =>
  `\uFEFF${line(['row', 'holder', 'number', 'address', 'state'])}${entries
    .map(({ row, holderName = '', identifier, state }) =>
      line([String(row), holderName, identifier, `${baseUrl}/v/${identifier}`, state]),
    )
    .join('')}`;
