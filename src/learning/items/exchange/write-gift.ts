import type { Localised } from '../../../platform/i18n.ts';
import type { Question } from '../question.ts';
import type { Exported, ExportedItem, Loss } from './exported.ts';
import { acceptedWords, nameOf } from './write-moodle-xml.ts';
import { multilangHtml } from './xml-text.ts';

type Kind<K extends Question['kind']> = Extract<Question, { kind: K }>;

const escaped = (text: string): string =>
  text
    .replaceAll(/[~=#{}:\\]/g, '\\$&')
    .replaceAll('\r', '')
    .replaceAll('\n', '\\n');

const html = (text: Localised): string => `[html]${escaped(multilangHtml(text))}`;

const isSaid = (text: Localised | undefined): text is Localised =>
  text !== undefined && text.en + text.fr !== '';

const percent = (fraction: number): string => `%${Math.round(fraction * 10_000_000) / 100_000}%`;

const remark = (feedback: Localised | undefined): string => (isSaid(feedback) ? `#${html(feedback)}` : '');

const choiceLines = ({ options }: Kind<'choice'>): string[] =>
  options.map(({ text, correct, credit, feedback }) => {
    const sign = correct ? '=' : credit === undefined ? '~' : `~${percent(credit)}`;
    return `${sign}${html(text)}${remark(feedback)}`;
  });

const multipleLines = ({ options }: Kind<'multiple'>): string[] => {
  const right = options.filter(({ correct }) => correct).length;
  const wrong = options.length - right;
  return options.map(
    ({ text, correct, feedback }) =>
      `~${percent(correct ? 1 / right : -1 / wrong)}${html(text)}${remark(feedback)}`,
  );
};

/** An arrow in a text would end its left half. */
const half = (text: Localised): string => html(text).replaceAll(/-(>|&gt;)/g, '→');

const answersOf = (question: Question): string[] | undefined => {
  switch (question.kind) {
    case 'choice':
      return choiceLines(question);
    case 'multiple':
      return multipleLines(question);
    case 'order':
      return undefined;
    case 'match':
      return [
        ...question.pairs.map(({ left, right }) => `=${half(left)} -> ${half(right)}`),
        ...(question.distractors ?? []).map(({ text }) => `= -> ${half(text)}`),
      ];
    case 'numeric':
      return [`#${question.answer}:${question.tolerance}`];
    case 'text-entry':
      return acceptedWords(question).map(
        ({ text, fraction }) =>
          `=${fraction === 1 ? '' : percent(fraction)}${escaped(text.replaceAll('*', '\\*'))}`,
      );
    case 'extended-text':
      return [];
  }
};

const lossesOf = (question: Question): string[] => [
  ...(question.kind === 'order' ? ['left-out'] : []),
  ...(question.kind !== 'order' && question.points !== 1 ? ['points'] : []),
  ...(question.kind === 'multiple' && question.scoring !== 'partial' ? ['becomes-partial'] : []),
  ...(question.kind === 'match' && question.scoring !== 'partial' ? ['becomes-partial'] : []),
  ...('keepOrder' in question && question.keepOrder ? ['keep-order'] : []),
  ...(question.kind === 'numeric' && question.unit ? ['unit'] : []),
  ...(question.kind === 'text-entry' && question.caseSensitive ? ['case-sensitive'] : []),
  ...(question.kind === 'text-entry' && question.answers.some(({ text }) => text.en !== text.fr)
    ? ['answer-language']
    : []),
  ...(question.kind === 'extended-text' && isSaid(question.guide) ? ['guide'] : []),
  ...(question.kind === 'extended-text' && question.maxLength ? ['max-length'] : []),
];

const questionText = ({ itemId, question }: ExportedItem): string[] => {
  const answers = answersOf(question);
  if (!answers) return [];
  const tags = question.tags.map((tag) => ` [tag:${tag}]`).join('');
  const general = isSaid(question.explanation) ? `\n####${html(question.explanation)}` : '';
  const inside = `${answers.map((line) => `\n${line}`).join('')}${general}`;
  return [
    `// [id:${itemId}]${tags}\n::${escaped(nameOf(question))}::${html(question.prompt)}{${inside === '' ? '' : `${inside}\n`}}\n`,
  ];
};

/** GIFT, both languages in one file: https://docs.moodle.org/en/GIFT_format */
export const writeGift = (items: readonly ExportedItem[]): Exported => {
  const losses: Loss[] = items.flatMap(({ itemId, question }) =>
    lossesOf(question).map((code) => ({ itemId, code })),
  );
  const bytes = new TextEncoder().encode(items.flatMap(questionText).join('\n'));
  return { bytes, type: 'text/plain; charset=utf-8', extension: 'gift', losses };
};
