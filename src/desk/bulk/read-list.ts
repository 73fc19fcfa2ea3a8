import { CsvError, parse } from 'csv-parse/sync';
import { readIdentifier } from '../../issuer/index.ts';
import { numberIn } from '../number-in.ts';
import { type BulkItem, maxItems } from './bulk-check.ts';
import { shownText } from './shown-text.ts';

/** Why a whole list or archive is not taken: worded as `problems:fields.<code>`. */
export type BroughtFault = { code: string; params?: Record<string, string | number> };
export type ReadList = { ok: true; items: readonly BulkItem[] } | { ok: false; fault: BroughtFault };

const refuse = (code: string, params?: BroughtFault['params']): ReadList => ({
  ok: false,
  fault: { code, ...(params ? { params } : {}) },
});

/**
 * Lists come out of spreadsheets: UTF-8 with or without a byte order mark, UTF-16 with one, or the 8-bit set of an older
 * Windows. Numbers are plain letters and digits in all of them, so a wrong guess spoils no number.
 */
const decode = (bytes: Uint8Array): string | undefined => {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  const text = tryDecode(bytes, encoding) ?? new TextDecoder('windows-1252').decode(bytes);
  return text.includes('\0') ? undefined : text;
};

const tryDecode = (bytes: Uint8Array, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const delimiterOf = (text: string): string => {
  const [first = ''] = text.split(/\r?\n/, 1);
  return [';', '\t', ','].find((one) => first.includes(one)) ?? ',';
};

const folded = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();

/** What people call the column, in a header. */
const columnNames = new Set(
  [
    'number',
    'certificate number',
    'certificate',
    'certificate id',
    'identifier',
    'id',
    'address',
    'url',
    'link',
    'numéro',
    'numéro de certificat',
    'n° de certificat',
    'certificat',
    'identifiant',
    'adresse',
    'lien',
  ].map(folded),
);

const looksRight = (cell: string): boolean => readIdentifier(numberIn(cell)).outcome !== 'not-an-identifier';

/** The cell that is meant: that of the named column, else the first that looks like a number, else the first one. */
const cellOf = (cells: readonly string[], column: number): string =>
  (column >= 0 ? cells[column] : cells.find(looksRight)) ?? cells.find((cell) => cell.trim() !== '') ?? '';

type Row = { row: number; cells: readonly string[] };

const itemsOf = (rows: readonly Row[], column: number): BulkItem[] => {
  const seen = new Map<string, number>();
  return rows.map(({ row, cells }) => {
    const cell = cellOf(cells, column);
    const read = readIdentifier(numberIn(cell));
    const key = read.outcome === 'read' ? read.identifier : cell.trim();
    const sameAs = seen.get(key);
    seen.set(key, sameAs ?? row);
    return { row, shown: shownText(cell), ...(sameAs === undefined ? {} : { sameAs }) };
  });
};

/** Reads a list of certificate numbers or addresses, one in a row (RFC 4180; `,`, `;` or tab). */
export const readList = (bytes: Uint8Array): ReadList => {
  const text = decode(bytes);
  if (text === undefined) return refuse('bulk-not-a-list');
  let records: string[][];
  try {
    records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: 10_000,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refuse('bulk-list-broken');
  }
  const rows = records
    .map((cells, index) => ({ row: index + 1, cells }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const [first, ...rest] = rows;
  const column = first?.cells.findIndex((cell) => columnNames.has(folded(cell))) ?? -1;
  // A header has no digits and no number; a first line that looks like one is an item.
  const isHeader = column >= 0 || (rest.length > 0 && first?.cells.every((cell) => !/\d/.test(cell)));
  const wanted = isHeader ? rest : rows;
  if (wanted.length === 0) return refuse('bulk-empty');
  if (wanted.length > maxItems) return refuse('bulk-too-many', { max: maxItems });
  return { ok: true, items: itemsOf(wanted, column) };
};
