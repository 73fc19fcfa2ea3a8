import type { Localised } from '../../platform/i18n.ts';
import type { Question } from './question.ts';

/** The parts of a question: what is chosen, ordered or matched, by the ids that a frozen form keeps. */

/** Ids of options, items or left halves, as written. */
export const partIds = (question: Question): string[] => {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return question.options.map(({ id }) => id);
    case 'order':
      return question.items.map(({ id }) => id);
    case 'match':
      return question.pairs.map(({ id }) => id);
    case 'numeric':
    case 'text-entry':
    case 'extended-text':
      return [];
  }
};

export const partTexts = (question: Question): ReadonlyMap<string, Localised> => {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return new Map(question.options.map(({ id, text }) => [id, text]));
    case 'order':
      return new Map(question.items.map(({ id, text }) => [id, text]));
    case 'match':
      return new Map(question.pairs.map(({ id, left }) => [id, left]));
    case 'numeric':
    case 'text-entry':
    case 'extended-text':
      return new Map();
  }
};

type Half = { id: string; text: Localised };

/** The right halves of a `match` and the distractors among them; halves that read the same are one. */
const rightHalves = (question: Question): Half[] => {
  if (question.kind !== 'match') return [];
  const all = [
    ...question.pairs.map(({ id, right }) => ({ id, text: right })),
    ...(question.distractors ?? []),
  ];
  const seen = new Map<string, Half>();
  for (const half of all) {
    const key = JSON.stringify([half.text.en, half.text.fr]);
    if (!seen.has(key)) seen.set(key, half);
  }
  return [...seen.values()];
};

export const rightIds = (question: Question): string[] => rightHalves(question).map(({ id }) => id);

export const rightTexts = (question: Question): ReadonlyMap<string, Localised> =>
  new Map(rightHalves(question).map(({ id, text }) => [id, text]));

/** Whether authors fixed the order of the options, as with "all of the above". */
export const keepsOrder = (question: Question): boolean =>
  (question.kind === 'choice' || question.kind === 'multiple') && question.keepOrder === true;

const joined = (parts: readonly Localised[], separator: string): Localised => ({
  en: parts.map(({ en }) => en).join(separator),
  fr: parts.map(({ fr }) => fr).join(separator),
});

const withUnit = (answer: number, unit: Localised | undefined): Localised => {
  const number = { en: String(answer), fr: String(answer).replace('.', ',') };
  return unit ? joined([number, unit], '\u00a0') : number;
};

/** The right answer in words: several for a list, in order. Nothing for what a person marks. */
export const solutionOf = (question: Question): Localised[] => {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return question.options.filter(({ correct }) => correct).map(({ text }) => text);
    case 'order':
      return question.items.map(({ text }) => text);
    case 'match':
      return question.pairs.map(({ left, right }) => joined([left, right], ' – '));
    case 'numeric':
      return [withUnit(question.answer, question.unit)];
    case 'text-entry':
      return question.answers.filter(({ credit }) => credit === undefined).map(({ text }) => text);
    case 'extended-text':
      return [];
  }
};
