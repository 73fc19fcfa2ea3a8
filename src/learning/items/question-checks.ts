import type { Localised } from '../../platform/i18n.ts';
import type { Question } from './question.ts';

/** What no single field of a question can show: keys, options that read the same, repeated ids. */

/** `field` is a dotted path into the question; `code` is worded in `locales/<language>/items.json` under `faults`. */
export type QuestionFault = {
  field: string;
  code: string;
  params?: Record<string, string | number>;
};

const LANGUAGES = ['en', 'fr'] as const;

export const repeated = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

const repeatedIds = (field: string, things: readonly { id: string }[]): QuestionFault[] =>
  repeated(things.map(({ id }) => id)).map((id) => ({ field, code: 'repeated-id', params: { id } }));

/** Readers take two texts for the same when only case or spacing differs, so they count as the same here. */
const asSeen = (value: string): string => value.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();

/** A text that is not translated yet repeats nothing. */
const repeatedTexts = (field: string, texts: readonly Localised[]): QuestionFault[] =>
  LANGUAGES.flatMap((language) =>
    repeated(texts.map((text) => asSeen(text[language])).filter((text) => text !== '')).map((text) => ({
      field,
      code: 'repeated-text',
      params: { text, language },
    })),
  );

type OptionsQuestion = Extract<Question, { kind: 'choice' | 'multiple' }>;

function keyFaults({ kind, options }: OptionsQuestion): QuestionFault[] {
  const right = options.filter(({ correct }) => correct).length;
  const fault = (code: string): QuestionFault[] => [{ field: 'options', code, params: { right } }];
  if (kind === 'choice') return right === 1 ? [] : fault('not-one-right');
  if (right === 0) return fault('none-right');
  return right === options.length ? fault('all-right') : [];
}

const creditFaults = ({ kind, options }: OptionsQuestion): QuestionFault[] =>
  options.some(({ correct, credit }) => credit !== undefined && (kind === 'multiple' || correct === true))
    ? [{ field: 'options', code: 'credit-misplaced' }]
    : [];

/** Everything wrong with the key and the parts of a question. */
export function questionFaults(question: Question): QuestionFault[] {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return [
        ...keyFaults(question),
        ...creditFaults(question),
        ...repeatedIds('options', question.options),
        ...repeatedTexts(
          'options',
          question.options.map(({ text }) => text),
        ),
      ];
    case 'order':
      return [
        ...repeatedIds('items', question.items),
        ...repeatedTexts(
          'items',
          question.items.map(({ text }) => text),
        ),
      ];
    case 'match':
      return [
        ...repeatedIds('pairs', [...question.pairs, ...(question.distractors ?? [])]),
        ...repeatedTexts(
          'pairs.left',
          question.pairs.map(({ left }) => left),
        ),
        ...matchFaults(question),
      ];
    case 'text-entry':
      return [
        ...(question.caseSensitive
          ? []
          : repeatedTexts(
              'answers',
              question.answers.map(({ text }) => text),
            )),
        ...(question.answers.every(({ credit }) => credit !== undefined)
          ? [{ field: 'answers', code: 'none-right' }]
          : []),
      ];
    case 'numeric':
    case 'extended-text':
      return [];
  }
}

/**
 * Right halves may be shared by several lines (sorting into groups), the same in every language; but there must be a
 * choice.
 */
function matchFaults(question: Extract<Question, { kind: 'match' }>): QuestionFault[] {
  const groups = new Map(question.pairs.map(({ right }) => [JSON.stringify(right), right]));
  const keys = question.pairs.map(({ right }) => JSON.stringify(right));
  const distractors = question.distractors ?? [];
  const offered = new Set([...keys, ...distractors.map(({ text }) => JSON.stringify(text))]);
  const spoiled = distractors.some(({ text }) => keys.includes(JSON.stringify(text)));
  return [
    ...repeatedTexts('pairs.right', [...groups.values()]),
    ...(offered.size < 2 ? [{ field: 'pairs.right', code: 'nothing-to-choose' }] : []),
    ...(spoiled ? [{ field: 'distractors', code: 'distractor-is-right' }] : []),
    ...repeatedTexts(
      'distractors',
      distractors.map(({ text }) => text),
    ),
  ];
}
