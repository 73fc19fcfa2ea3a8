import type { Localised } from '../../platform/i18n.ts';
import { type Random, shuffled } from '../../platform/random.ts';
import type { Question } from '../course-schema.ts';
import { longestAnswer } from '../items/answer-shape.ts';
import { keepsOrder, partIds, partTexts, rightIds, rightTexts } from '../items/question-parts.ts';

/**
 * One question of a frozen form: which, and in what order its parts are shown. A reader sees the parts only by the code
 * of their place (`a`, `b`, …), so neither ids nor order give a key away.
 */
export type FormItem = {
  /** From 1, in the order shown. */
  slot: number;
  questionId: string;
  /** The quota of the draw that it came from. */
  topic: string;
  /** Ids of options, items or left halves, as shown. */
  options: readonly string[];
  /** Ids of the right halves of a `match`, as shown. */
  rights: readonly string[];
};

/** The code of a place: 0 is `a`. No question has more than 26 on a side. */
export const codeOf = (index: number): string => String.fromCharCode(97 + index);

export const codesOf = (ids: readonly string[]): string[] => ids.map((_id, index) => codeOf(index));

type Layout = { slot: number; topic: string; shuffleOptions: boolean; random: Random };

/** In any order but the given one: an untouched list must not look like its own answer. */
const disordered = (random: Random, ids: readonly string[]): string[] => {
  const mixed = shuffled(random, ids);
  return mixed.some((id, index) => id !== ids[index]) ? mixed : [...mixed.slice(1), ...mixed.slice(0, 1)];
};

/** Freezes one question. What has to be ordered or matched is always shuffled: it is written down in the right order. */
export const freeze = (question: Question, { slot, topic, shuffleOptions, random }: Layout): FormItem => {
  const ids = partIds(question);
  const { kind } = question;
  const options =
    kind === 'order'
      ? disordered(random, ids)
      : shuffleOptions && kind !== 'match' && !keepsOrder(question)
        ? shuffled(random, ids)
        : ids;
  return {
    slot,
    questionId: question.id,
    topic,
    options,
    rights: shuffled(random, rightIds(question)),
  };
};

/** A question as a candidate sees it: no key, no explanation, no id. */
export type PresentedQuestion = {
  slot: number;
  kind: Question['kind'];
  prompt: Localised;
  points: number;
  options: readonly { code: string; text: Localised }[];
  rights: readonly { code: string; text: Localised }[];
  unit?: Localised;
  /** Part of the answer earns part of the points. */
  partial?: true;
  /** In characters, for what is typed. */
  maxLength?: number;
};

const coded = (ids: readonly string[], texts: ReadonlyMap<string, Localised>) =>
  ids.map((id, index) => ({ code: codeOf(index), text: texts.get(id) ?? { en: '', fr: '' } }));

export const present = (item: FormItem, question: Question): PresentedQuestion => ({
  slot: item.slot,
  kind: question.kind,
  prompt: question.prompt,
  points: question.points,
  options: coded(item.options, partTexts(question)),
  rights: coded(item.rights, rightTexts(question)),
  ...(question.kind === 'numeric' && question.unit ? { unit: question.unit } : {}),
  ...('scoring' in question && question.scoring === 'partial' ? { partial: true as const } : {}),
  ...maxLengthOf(question),
});

const maxLengthOf = (question: Question): { maxLength?: number } => {
  const maxLength = longestAnswer(question);
  return maxLength === undefined ? {} : { maxLength };
};
