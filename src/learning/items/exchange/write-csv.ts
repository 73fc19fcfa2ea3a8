import { toCsv } from '../../../platform/csv.ts';
import type { Question } from '../question.ts';
import { csvColumns, type PartColumn, partColumn, partColumns } from './csv-columns.ts';
import type { Exported, ExportedItem } from './exported.ts';

type Cells = Record<string, string>;
type Text = { en: string; fr: string } | undefined;

const both = (name: string, text: Text): Cells => ({
  [`${name}_en`]: text?.en ?? '',
  [`${name}_fr`]: text?.fr ?? '',
});
const shareOf = (credit: number | undefined): string =>
  credit === undefined ? '' : String(Math.round(credit * 10_000) / 100);

type Part = { text?: Text; right?: string; match?: Text; feedback?: Text };

const partsOf = (question: Question): Part[] => {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return question.options.map(({ text, correct, credit, feedback }) => ({
        text,
        right: correct ? 'yes' : shareOf(credit),
        feedback,
      }));
    case 'order':
      return question.items.map(({ text }) => ({ text }));
    case 'match':
      return [
        ...question.pairs.map(({ left, right }) => ({ text: left, match: right })),
        ...(question.distractors ?? []).map(({ text }) => ({ match: text })),
      ];
    case 'text-entry':
      return question.answers.map(({ text, credit }) => ({
        text,
        right: credit === undefined ? 'yes' : shareOf(credit),
      }));
    case 'numeric':
    case 'extended-text':
      return [];
  }
};

const partCells = (part: Part, index: number): Cells => {
  const cells: Record<PartColumn, string> = {
    en: part.text?.en ?? '',
    fr: part.text?.fr ?? '',
    right: part.right ?? '',
    match_en: part.match?.en ?? '',
    match_fr: part.match?.fr ?? '',
    feedback_en: part.feedback?.en ?? '',
    feedback_fr: part.feedback?.fr ?? '',
  };
  return Object.fromEntries(partColumns.map((column) => [partColumn(index, column), cells[column]]));
};

const cellsOf = (question: Question): Cells => ({
  kind: question.kind,
  tags: question.tags.join(' '),
  points: String(question.points),
  scoring: 'scoring' in question ? (question.scoring ?? '') : '',
  ...both('prompt', question.prompt),
  ...both('explanation', question.explanation),
  ...(question.kind === 'numeric'
    ? {
        answer: String(question.answer),
        tolerance: String(question.tolerance),
        ...both('unit', question.unit),
      }
    : {}),
  case_sensitive: question.kind === 'text-entry' && question.caseSensitive ? 'yes' : '',
  keep_order: 'keepOrder' in question && question.keepOrder ? 'yes' : '',
  ...(question.kind === 'extended-text'
    ? { max_length: question.maxLength ? String(question.maxLength) : '', ...both('guide', question.guide) }
    : {}),
  ...Object.assign({}, ...partsOf(question).map(partCells)),
});

/** Everything of a question but its number in the bank: nothing is lost. */
export const writeCsv = (items: readonly ExportedItem[]): Exported => {
  const parts = Math.max(0, ...items.map(({ question }) => partsOf(question).length));
  const columns = [
    ...csvColumns,
    ...Array.from({ length: parts }, (_, index) =>
      partColumns.map((column) => partColumn(index, column)),
    ).flat(),
  ];
  const rows = items.map(({ question }) => {
    const cells = cellsOf(question);
    return columns.map((column) => cells[column] ?? '');
  });
  const bytes = new TextEncoder().encode(toCsv([columns, ...rows]));
  return { bytes, type: 'text/csv; charset=utf-8', extension: 'csv', losses: [] };
};
