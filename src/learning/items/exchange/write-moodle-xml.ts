import type { Localised } from '../../../platform/i18n.ts';
import { plainText } from '../../render-markdown.ts';
import type { Question } from '../question.ts';
import type { Exported, ExportedItem, Loss } from './exported.ts';
import { cdata, multilangHtml, xmlText } from './xml-text.ts';

type Kind<K extends Question['kind']> = Extract<Question, { kind: K }>;

const isSaid = (text: Localised | undefined): text is Localised =>
  text !== undefined && text.en + text.fr !== '';

const html = (name: string, text: Localised | undefined): string =>
  `    <${name} format="html"><text>${isSaid(text) ? cdata(multilangHtml(text)) : ''}</text></${name}>`;

const value = (name: string, text: string | number): string =>
  `    <${name}>${xmlText(String(text))}</${name}>`;

const percent = (fraction: number): string => String(Math.round(fraction * 10_000_000) / 100_000);

const answer = (fraction: number, text: Localised, feedback?: Localised): string =>
  `    <answer fraction="${percent(fraction)}" format="html"><text>${cdata(multilangHtml(text))}</text>` +
  `<feedback format="html"><text>${isSaid(feedback) ? cdata(multilangHtml(feedback)) : ''}</text></feedback></answer>`;

const optionFraction = (
  question: Kind<'choice' | 'multiple'>,
  { correct, credit }: Kind<'choice'>['options'][number],
): number => {
  if (question.kind === 'choice') return correct ? 1 : (credit ?? 0);
  if (question.scoring !== 'partial') return correct ? 1 : 0;
  const right = question.options.filter((option) => option.correct).length;
  return correct ? 1 / right : -1 / (question.options.length - right);
};

const choices = (question: Kind<'choice' | 'multiple'>): string[] => [
  value('single', String(question.kind === 'choice')),
  value('shuffleanswers', String(!question.keepOrder)),
  value('answernumbering', 'abc'),
  ...question.options.map((option) => answer(optionFraction(question, option), option.text, option.feedback)),
];

/** Answers are accepted in every language, so each wording is an answer of its own. */
export const acceptedWords = ({ answers }: Kind<'text-entry'>): { text: string; fraction: number }[] => {
  const all = answers.flatMap(({ text, credit = 1 }) =>
    [text.en, text.fr].filter((one) => one !== '').map((one) => ({ text: one, fraction: credit })),
  );
  return all.filter((one, index) => all.findIndex(({ text }) => text === one.text) === index);
};

const words = (question: Kind<'text-entry'>): string[] => [
  value('usecase', question.caseSensitive ? 1 : 0),
  ...acceptedWords(question).map(
    ({ text, fraction }) =>
      `    <answer fraction="${percent(fraction)}" format="moodle_auto_format"><text>${cdata(text.replaceAll('*', '\\*'))}</text></answer>`,
  ),
];

const numbers = (question: Kind<'numeric'>): string[] => [
  `    <answer fraction="100"><text>${question.answer}</text><tolerance>${question.tolerance}</tolerance></answer>`,
  ...(question.unit
    ? [
        `    <units><unit><multiplier>1</multiplier><unit_name>${xmlText(question.unit.en || question.unit.fr)}</unit_name></unit></units>`,
        value('unitgradingtype', 0),
        value('showunits', 3),
      ]
    : []),
];

const pair = (left: Localised | undefined, right: Localised): string =>
  `    <subquestion format="html"><text>${left ? cdata(multilangHtml(left)) : ''}</text><answer><text>${cdata(multilangHtml(right))}</text></answer></subquestion>`;

const kindOf = (question: Question): { type: string; lines: string[] } => {
  switch (question.kind) {
    case 'choice':
      return { type: 'multichoice', lines: choices(question) };
    case 'multiple':
      return {
        type: question.scoring === 'partial' ? 'multichoice' : 'multichoiceset',
        lines: choices(question),
      };
    case 'order':
      return {
        type: 'ordering',
        lines: [
          value('layouttype', 'VERTICAL'),
          value('selecttype', 'ALL'),
          value('gradingtype', question.scoring === 'partial' ? 'ABSOLUTE_POSITION' : 'ALL_OR_NOTHING'),
          ...question.items.map(({ text }) => answer(1, text)),
        ],
      };
    case 'match':
      return {
        type: 'matching',
        lines: [
          value('shuffleanswers', 'true'),
          ...question.pairs.map(({ left, right }) => pair(left, right)),
          ...(question.distractors ?? []).map(({ text }) => pair(undefined, text)),
        ],
      };
    case 'numeric':
      return { type: 'numerical', lines: numbers(question) };
    case 'text-entry':
      return { type: 'shortanswer', lines: words(question) };
    case 'extended-text':
      return {
        type: 'essay',
        lines: [
          value('responseformat', 'plain'),
          value('responserequired', 1),
          html('graderinfo', question.guide),
        ],
      };
  }
};

const lossesOf = (question: Question): string[] => [
  ...(question.kind === 'multiple' && question.scoring !== 'partial' ? ['needs-multichoiceset'] : []),
  ...(question.kind === 'order' ? ['needs-ordering'] : []),
  ...(question.kind === 'match' && question.scoring !== 'partial' ? ['becomes-partial'] : []),
  ...(question.kind === 'numeric' && question.unit && question.unit.en !== question.unit.fr
    ? ['unit-language']
    : []),
  ...(question.kind === 'text-entry' && question.answers.some(({ text }) => text.en !== text.fr)
    ? ['answer-language']
    : []),
  ...(question.kind === 'extended-text' && question.maxLength ? ['max-length'] : []),
];

/** How a question is called in a list of another tool. */
export const nameOf = ({ prompt }: Question): string =>
  plainText((prompt.en || prompt.fr).split('\n', 1)[0] ?? '').slice(0, 120);

const questionXml = ({ itemId, question }: ExportedItem): string => {
  const { type, lines } = kindOf(question);
  return [
    `  <question type="${type}">`,
    `    <name><text>${xmlText(nameOf(question))}</text></name>`,
    html('questiontext', question.prompt),
    html('generalfeedback', question.explanation),
    value('defaultgrade', question.points),
    value('penalty', 0),
    value('hidden', 0),
    value('idnumber', itemId),
    ...lines,
    `    <tags>${question.tags.map((tag) => `<tag><text>${xmlText(tag)}</text></tag>`).join('')}</tags>`,
    '  </question>',
  ].join('\n');
};

/** Moodle XML, both languages in one file: https://docs.moodle.org/en/Moodle_XML_format */
export const writeMoodleXml = (items: readonly ExportedItem[]): Exported => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n${items.map(questionXml).join('\n')}\n</quiz>\n`;
  const losses: Loss[] = items.flatMap(({ itemId, question }) =>
    lossesOf(question).map((code) => ({ itemId, code })),
  );
  return {
    bytes: new TextEncoder().encode(xml),
    type: 'application/xml; charset=utf-8',
    extension: 'xml',
    losses,
  };
};
