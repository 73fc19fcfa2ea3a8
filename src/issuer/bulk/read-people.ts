import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { emailAddress, fullName, profileShape } from '../../accounts/index.ts';
import type { FieldFault } from '../../platform/errors.ts';
import { check } from '../../platform/http/validate.ts';
import type { Language } from '../../platform/i18n.ts';
import { endOf, readDay, startOf } from '../day.ts';
import { maxRows } from './batch.ts';

/** The columns of a file of people, by any of the names a header may use; case, accents and marks do not count. */
export const columns = {
  givenName: ['given name', 'first name', 'prénom'],
  familyName: ['family name', 'last name', 'surname', 'nom', 'nom de famille'],
  email: ['e-mail', 'e-mail address', 'courriel', 'adresse électronique', 'mail'],
  language: ['language', 'langue'],
  awardedOn: ['awarded on', 'awarded date', 'awarded', 'date', 'date d’obtention', 'obtenu le'],
  validUntil: ['valid until', 'expiry', 'expires', 'valable jusqu’au', 'expiration'],
  result: ['result', 'score', 'résultat'],
} as const;
export type Column = keyof typeof columns;

const optionalColumns: readonly Column[] = ['validUntil', 'result'];
/** A person with a single name has no given one, but the column is there. */
const mayBeEmpty: readonly Column[] = ['givenName', ...optionalColumns];

/** What one row says. `row` counts as a spreadsheet does; `result` is a fraction of 1. */
export type Person = {
  row: number;
  holderName: string;
  email: string;
  language: Language;
  awardedAt: Date;
  validUntil?: Date;
  result?: number;
};

/** What is wrong where. Without a column it is the row, without a row the file. */
export type RowFault = {
  row?: number;
  column?: Column;
  code: string;
  params?: Record<string, string | number>;
};

export type PeopleFile = { people: readonly Person[]; faults: readonly RowFault[] };

const folded = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();

const columnByName = new Map(
  Object.entries(columns).flatMap(([column, names]) =>
    [column, ...names].map((name) => [folded(name), column as Column] as const),
  ),
);

const refuse = (...faults: readonly RowFault[]): PeopleFile => ({ people: [], faults });

/**
 * Reads a CSV file of people (RFC 4180; UTF-8 with or without a byte order mark; `,` or `;`) and says everything that is
 * wrong with it at once, by row and column. `now` and `passMark` bound the dates and results.
 */
export const readPeople = (bytes: Uint8Array, bounds: { now: Date; passMark?: number }): PeopleFile => {
  const text = decode(bytes);
  if (text === undefined) return refuse({ code: 'csv-not-utf8' });
  const records = parseCsv(text);
  if (!Array.isArray(records)) return refuse(records);
  const [header = [], ...rest] = records;
  const layout = readHeader(header);
  if (layout.faults.length > 0) return refuse(...layout.faults);
  const rows = rest
    .map((cells, index) => ({ row: index + 2, cells }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  if (rows.length === 0) return refuse({ code: 'csv-empty' });
  if (rows.length > maxRows) return refuse({ code: 'csv-too-many-rows', params: { max: maxRows } });
  const read = rows.map(({ row, cells }) => readRow(row, cells, layout.columns, bounds));
  return {
    people: read.flatMap(({ person }) => (person ? [person] : [])),
    faults: read.flatMap(({ faults }) => faults),
  };
};

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** What stands in the header decides: a comma inside a name must not split a file that is divided by semicolons. */
const delimiterOf = (text: string): ';' | ',' => (/^[^\r\n]*;/.test(text) ? ';' : ',');

const parseCsv = (text: string): string[][] | RowFault => {
  try {
    return parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      max_record_size: 10_000,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    return { ...(lines === undefined ? {} : { row: lines }), code: 'csv-broken' };
  }
};

const readHeader = (header: readonly string[]): { columns: (Column | undefined)[]; faults: RowFault[] } => {
  const found = header.map((name) => columnByName.get(folded(name)));
  const known = found.filter((column) => column !== undefined);
  const wanted = (Object.keys(columns) as Column[]).filter((column) => !optionalColumns.includes(column));
  return {
    columns: found,
    faults: [
      ...header.flatMap((name, index) =>
        found[index] || name.trim() === ''
          ? []
          : [{ row: 1, code: 'csv-unknown-column', params: { name: name.trim().slice(0, 60) } }],
      ),
      ...wanted
        .filter((column) => !known.includes(column))
        .map((column) => ({ row: 1, column, code: 'csv-missing-column' })),
      ...[...new Set(known.filter((column, index) => known.indexOf(column) !== index))].map((column) => ({
        row: 1,
        column,
        code: 'csv-repeated-column',
      })),
    ],
  };
};

const day = z.string().transform((value, context) => {
  const read = readDay(value);
  if (read) return read;
  context.addIssue({ code: 'custom', message: 'not-a-day' });
  return z.NEVER;
});

/** `87`, `87 %` or `87,5`. */
const percentage = z
  .string()
  .regex(/^\d{1,3}([.,]\d{1,2})?\s*%?$/, 'not-a-percentage')
  .transform((value) => Number.parseFloat(value.replace(',', '.')) / 100)
  .refine((share) => share <= 1, 'not-a-percentage');

const language = z
  .string()
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(['en', 'fr']));

const personShape = z.strictObject({
  givenName: profileShape.shape.familyName.optional(),
  familyName: profileShape.shape.familyName,
  email: emailAddress,
  language,
  awardedOn: day,
  validUntil: day.optional(),
  result: percentage.optional(),
});

type Read = { person?: Person; faults: readonly RowFault[] };

const readRow = (
  row: number,
  cells: readonly string[],
  layout: readonly (Column | undefined)[],
  bounds: { now: Date; passMark?: number },
): Read => {
  if (cells.length > layout.length) return { faults: [{ row, code: 'csv-too-many-cells' }] };
  const values: Partial<Record<Column, string>> = {};
  for (const [index, column] of layout.entries()) {
    const cell = cells[index]?.trim() ?? '';
    if (column && !(cell === '' && mayBeEmpty.includes(column))) values[column] = cell;
  }
  const checked = check(personShape, values);
  if (!checked.ok) return { faults: checked.faults.map((fault) => faultIn(row, fault)) };
  const { givenName = '', familyName, email, language, awardedOn, validUntil, result } = checked.value;
  const person: Person = {
    row,
    holderName: fullName({ givenName, familyName }),
    email,
    language,
    awardedAt: startOf(awardedOn),
    ...(validUntil ? { validUntil: endOf(validUntil) } : {}),
    ...(result === undefined ? {} : { result }),
  };
  const faults = outOfBounds(person, bounds);
  return faults.length > 0 ? { faults } : { person, faults: [] };
};

const faultIn = (row: number, { pointer, code, params }: FieldFault): RowFault => ({
  row,
  column: pointer.split('/')[1] as Column,
  code,
  ...(params ? { params } : {}),
});

const outOfBounds = (
  { row, awardedAt, validUntil, result }: Person,
  { now, passMark = 0 }: { now: Date; passMark?: number },
): RowFault[] => [
  ...(awardedAt > now ? [{ row, column: 'awardedOn' as const, code: 'day-in-the-future' }] : []),
  ...(validUntil && validUntil <= awardedAt
    ? [{ row, column: 'validUntil' as const, code: 'before-valid-from' }]
    : []),
  ...(result !== undefined && result < passMark
    ? [
        {
          row,
          column: 'result' as const,
          code: 'below-pass-mark',
          params: { min: Math.round(passMark * 100) },
        },
      ]
    : []),
];
