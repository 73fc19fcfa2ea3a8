import { type Language, type Localised, languages } from '../../platform/i18n.ts';
import type { Question } from './question.ts';

/** What a question says in which language, and what is not translated yet. */

/** A text of a question with its dotted path, such as `options.0.text`. */
export type PlacedText = { path: string; text: Localised };

const placed = (path: string, text: Localised | undefined): PlacedText[] => (text ? [{ path, text }] : []);

const partTexts = (question: Question): PlacedText[] => {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return question.options.flatMap(({ text, feedback }, index) => [
        ...placed(`options.${index}.text`, text),
        ...placed(`options.${index}.feedback`, feedback),
      ]);
    case 'order':
      return question.items.flatMap(({ text }, index) => placed(`items.${index}.text`, text));
    case 'match':
      return [
        ...question.pairs.flatMap(({ left, right }, index) => [
          ...placed(`pairs.${index}.left`, left),
          ...placed(`pairs.${index}.right`, right),
        ]),
        ...(question.distractors ?? []).flatMap(({ text }, index) =>
          placed(`distractors.${index}.text`, text),
        ),
      ];
    case 'numeric':
      return placed('unit', question.unit);
    case 'text-entry':
      // Any language's answer is accepted in any language, so an answer needs no translation of its own.
      return [];
    case 'extended-text':
      return placed('guide', question.guide);
  }
};

/** Every text of a question. */
export const textsOf = (question: Question): PlacedText[] => [
  { path: 'prompt', text: question.prompt },
  ...partTexts(question),
  { path: 'explanation', text: question.explanation },
];

const isOptional = (path: string): boolean => /^(explanation|unit|guide)$|\.feedback$/.test(path);

/** A text that nobody wrote in any language misses nothing, where it may be left out. */
export const missingIn = (question: Question, language: Language): string[] =>
  textsOf(question)
    .filter(({ path, text }) => text[language] === '' && !(isOptional(path) && text.en + text.fr === ''))
    .map(({ path }) => path);

/** The languages in which nothing is missing: those in which it may be asked. */
export const languagesOf = (question: Question): Language[] =>
  languages.filter((language) => missingIn(question, language).length === 0);
