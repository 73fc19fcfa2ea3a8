import { CsvError, parse } from 'csv-parse/sync';
import { cellText } from '../../../platform/csv.ts';
import { checkQuestion } from '../check-question.ts';
import { csvColumns, mostParts, partColumn, partColumns } from './csv-columns.ts';
import { tagOf } from './foreign-question.ts';
import { type ImportedFile, type ImportedQuestion, MOST_QUESTIONS, type ReadOptions } from './imported.ts';

/** Questions as a table, one row each; every text is Markdown, in a column for each language. */

type Row = Readonly<Record<string, string>>;

const known = new Set<string>([
  ...csvColumns,
  ...Array.from({ length: mostParts }, (_, index) =>
    partColumns.map((column) => partColumn(index, column)),
  ).flat(),
]);

const textIn = (row: Row, column: string): string => (row[column] ?? '').replaceAll('\r\n', '\n').trim();

const localisedIn = (row: Row, column: string) => ({
  en: textIn(row, `${column}_en`),
  fr: textIn(row, `${column}_fr`),
});

const yes = (text: string): boolean => /^(yes|oui|true|vrai|x|1)$/i.test(text.trim());

const number = (text: string): number => {
  const plain = text.trim().replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
};

/** `60` or `60 %` of the points. */
const shareIn = (text: string): number | undefined => {
  const percent = number(text.replace('%', ''));
  return Number.isFinite(percent) && percent > 0 && percent < 100 ? percent / 100 : undefined;
};

type Part = {
  id: string;
  text: { en: string; fr: string };
  match: { en: string; fr: string };
  feedback: { en: string; fr: string };
  right: string;
};

const isSaid = ({ en, fr }: { en: string; fr: string }): boolean => en !== '' || fr !== '';

const partsOf = (row: Row): Part[] =>
  Array.from({ length: mostParts }, (_, index) => ({
    id: `p${index + 1}`,
    text: localisedIn(row, `part${index + 1}`),
    match: localisedIn(row, `part${index + 1}_match`),
    feedback: localisedIn(row, `part${index + 1}_feedback`),
    right: textIn(row, partColumn(index, 'right')),
  })).filter(({ text, match }) => isSaid(text) || isSaid(match));

const creditOf = ({ right }: Part): { credit?: number } => {
  const credit = yes(right) ? undefined : shareIn(right);
  return credit === undefined ? {} : { credit };
};

const optionOf = (part: Part) => ({
  id: part.id,
  text: part.text,
  ...(yes(part.right) ? { correct: true } : creditOf(part)),
  ...(isSaid(part.feedback) ? { feedback: part.feedback } : {}),
});

const scoringOf = (row: Row) => {
  const scoring = textIn(row, 'scoring');
  return scoring === '' ? {} : { scoring };
};
const keepOrderOf = (row: Row) => (yes(textIn(row, 'keep_order')) ? { keepOrder: true } : {});

const kindFields = (row: Row, parts: readonly Part[]): Record<string, unknown> => {
  const kind = textIn(row, 'kind').toLowerCase();
  switch (kind) {
    case 'choice':
      return { kind, options: parts.map(optionOf), ...keepOrderOf(row) };
    case 'multiple':
      return { kind, options: parts.map(optionOf), ...scoringOf(row), ...keepOrderOf(row) };
    case 'order':
      return { kind, items: parts.map(({ id, text }) => ({ id, text })), ...scoringOf(row) };
    case 'match': {
      const distractors = parts
        .filter(({ text }) => !isSaid(text))
        .map(({ id, match }) => ({ id, text: match }));
      return {
        kind,
        pairs: parts
          .filter(({ text }) => isSaid(text))
          .map(({ id, text, match }) => ({ id, left: text, right: match })),
        ...(distractors.length > 0 ? { distractors } : {}),
        ...scoringOf(row),
      };
    }
    case 'numeric': {
      const unit = localisedIn(row, 'unit');
      return {
        kind,
        answer: number(textIn(row, 'answer')),
        tolerance: textIn(row, 'tolerance') === '' ? 0 : number(textIn(row, 'tolerance')),
        ...(isSaid(unit) ? { unit } : {}),
      };
    }
    case 'text-entry':
      return {
        kind,
        answers: parts.map((part) => ({ text: part.text, ...creditOf(part) })),
        ...(yes(textIn(row, 'case_sensitive')) ? { caseSensitive: true } : {}),
      };
    case 'extended-text': {
      const guide = localisedIn(row, 'guide');
      const maxLength = textIn(row, 'max_length');
      return {
        kind,
        ...(isSaid(guide) ? { guide } : {}),
        ...(maxLength === '' ? {} : { maxLength: number(maxLength) }),
      };
    }
    default:
      return { kind };
  }
};

const shortest = 80;

const readRow = (row: Row, place: { number: number; line: number }, tag: string): ImportedQuestion => {
  const prompt = localisedIn(row, 'prompt');
  const said = prompt.en || prompt.fr;
  const name = said.length > shortest ? `${said.slice(0, shortest)}…` : said;
  const tags = textIn(row, 'tags')
    .split(/[,;|\s]+/)
    .map(tagOf)
    .filter((one) => one !== '');
  const points = textIn(row, 'points');
  const checked = checkQuestion({
    id: `question-${place.number}`,
    tags: tags.length > 0 ? [...new Set(tags)] : [tag],
    prompt,
    points: points === '' ? 1 : number(points),
    explanation: localisedIn(row, 'explanation'),
    ...kindFields(row, partsOf(row)),
  });
  const common = { ...place, name, notes: [] };
  return checked.ok ? { ...common, question: checked.question } : { ...common, faults: checked.faults };
};

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Where numbers have a decimal comma, spreadsheets part cells by semicolons: the header tells. */
const delimiterOf = (text: string): ',' | ';' => {
  const [head = ''] = text.split('\n', 1);
  return head.split(';').length > head.split(',').length ? ';' : ',';
};

const refused = (code: string, more: { line?: number; params?: Record<string, string | number> } = {}) => ({
  ok: false as const,
  faults: [{ code, ...more }],
});

export const readCsv = (bytes: Uint8Array, { tag }: ReadOptions): ImportedFile => {
  const text = decode(bytes);
  if (text === undefined) return refused('not-utf-8');
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      info: true,
    }) as never;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refused('csv-broken', typeof error.lines === 'number' ? { line: error.lines } : {});
  }
  const [head, ...rest] = records;
  const columns = (head?.record ?? []).map((name) => name.trim().toLowerCase());
  const strange = columns.filter((name) => name !== '' && !known.has(name));
  if (!columns.includes('kind')) return refused('csv-without-kind');
  if (strange.length > 0)
    return refused('csv-strange-columns', { params: { names: strange.slice(0, 5).join(', ') } });
  const filled = rest.filter(({ record }) => record.some((cell) => cell.trim() !== ''));
  if (filled.length === 0) return refused('no-questions');
  if (filled.length > MOST_QUESTIONS)
    return refused('too-many-questions', { params: { maximum: MOST_QUESTIONS } });
  const questions = filled.map(({ record, info }, index) => {
    const row: Row = Object.fromEntries(
      columns.map((name, column) => [name, cellText(record[column] ?? '')]),
    );
    return readRow(row, { number: index + 1, line: info.lines }, tag);
  });
  return { ok: true, questions };
};
