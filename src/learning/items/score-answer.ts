import { type Answer, readNumber } from './answer-shape.ts';
import type { Question } from './question.ts';
import { rightTexts } from './question-parts.ts';

/** A fraction of the points, 0 to 1, or that a person has to mark it. An empty answer needs nobody: it is worth 0. */
export type AnswerScore = { state: 'scored'; score: number } | { state: 'needs-grading' };

/** The ids of the parts as they were shown: a code is the place of an id. */
export type ShownParts = { options: readonly string[]; rights: readonly string[] };

type Kind<K extends Question['kind']> = Extract<Question, { kind: K }>;

const idBehind = (ids: readonly string[], code: string): string | undefined =>
  code.length === 1 ? ids[code.charCodeAt(0) - 97] : undefined;

const isRecord = (answer: Answer): answer is Readonly<Record<string, string | number>> =>
  typeof answer === 'object' && answer !== null && !Array.isArray(answer);

/** Decimal fractions are not exact in binary: 0.3 must lie within 0.1 ± 0.2. */
const rounding = 1e-9;

const isWithin = (typed: Answer, { answer, tolerance }: Kind<'numeric'>): boolean => {
  const number = typeof typed === 'string' ? readNumber(typed) : undefined;
  return (
    number !== undefined && Math.abs(number - answer) <= tolerance + rounding * Math.max(1, Math.abs(answer))
  );
};

const choiceScore = ({ options }: Kind<'choice'>, answer: Answer, shown: ShownParts): number => {
  const chosen = typeof answer === 'string' ? idBehind(shown.options, answer) : undefined;
  const option = options.find(({ id }) => id === chosen);
  return option?.correct ? 1 : (option?.credit ?? 0);
};

/**
 * Each right choice earns its part of the points, each wrong one loses its part, never below nothing: choosing
 * everything is worth nothing.
 */
const multipleScore = (question: Kind<'multiple'>, answer: Answer, shown: ShownParts): number => {
  if (!Array.isArray(answer)) return 0;
  const given: readonly string[] = answer;
  const chosen = new Set(given.map((code) => idBehind(shown.options, code)));
  const right = question.options.filter(({ correct }) => correct);
  const wrong = question.options.filter(({ correct }) => !correct);
  const hits = right.filter(({ id }) => chosen.has(id)).length;
  const misses = wrong.filter(({ id }) => chosen.has(id)).length;
  // Twice the same code, or one that is none, is not what the page offers.
  const isClean = chosen.size === given.length && !chosen.has(undefined);
  if (!isClean) return 0;
  return Math.max(0, hits / right.length - (wrong.length > 0 ? misses / wrong.length : 0));
};

const orderScore = (question: Kind<'order'>, answer: Answer, shown: ShownParts): number => {
  if (!isRecord(answer)) return 0;
  const places = new Map(
    Object.entries(answer).map(([code, place]) => [idBehind(shown.options, code), place]),
  );
  // One place for every line earns nothing, although one of them stands right.
  if (new Set(places.values()).size !== places.size) return 0;
  const right = question.items.filter(({ id }, index) => places.get(id) === index + 1).length;
  return right / question.items.length;
};

const matchScore = (question: Kind<'match'>, answer: Answer, shown: ShownParts): number => {
  if (!isRecord(answer)) return 0;
  const texts = rightTexts(question);
  const chosen = new Map(
    Object.entries(answer).map(([left, right]) => [
      idBehind(shown.options, left),
      idBehind(shown.rights, String(right)),
    ]),
  );
  const isRight = ({ id, right }: Kind<'match'>['pairs'][number]): boolean => {
    const text = texts.get(chosen.get(id) ?? '');
    return text !== undefined && text.en === right.en && text.fr === right.fr;
  };
  return question.pairs.filter(isRight).length / question.pairs.length;
};

/** As typed, but for blanks, the forms of quotation marks and apostrophes, and Unicode's several ways to write a letter. */
const comparable = (value: string, caseSensitive: boolean): string => {
  const plain = value
    .normalize('NFKC')
    .replaceAll(/[’‘ʼ]/g, "'")
    .replaceAll(/[“”«»]/g, '"')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return caseSensitive ? plain : plain.toLowerCase();
};

const entryScore = ({ answers, caseSensitive }: Kind<'text-entry'>, answer: Answer): number => {
  if (typeof answer !== 'string') return 0;
  const typed = comparable(answer, caseSensitive === true);
  if (typed === '') return 0;
  const fitting = answers.filter(({ text }) =>
    [text.en, text.fr].some((one) => comparable(one, caseSensitive === true) === typed),
  );
  return Math.max(0, ...fitting.map(({ credit }) => credit ?? 1));
};

const wholeOrNothing = (score: number, question: Kind<'multiple' | 'order' | 'match'>): number =>
  question.scoring === 'partial' || score >= 1 - rounding ? score : 0;

const scored = (score: number): AnswerScore => ({ state: 'scored', score });

/**
 * What an answer is worth. All or nothing unless the question says `scoring: 'partial'`; then `multiple` earns each
 * right choice and loses each wrong one, `order` earns each line in its place, `match` each right pair. `credit` of an
 * option or an accepted text is earned as it stands.
 */
export const scoreAnswer = (question: Question, shown: ShownParts, answer: Answer): AnswerScore => {
  if (answer === null) return scored(0);
  switch (question.kind) {
    case 'choice':
      return scored(choiceScore(question, answer, shown));
    case 'multiple':
      return scored(wholeOrNothing(multipleScore(question, answer, shown), question));
    case 'order':
      return scored(wholeOrNothing(orderScore(question, answer, shown), question));
    case 'match':
      return scored(wholeOrNothing(matchScore(question, answer, shown), question));
    case 'numeric':
      return scored(isWithin(answer, question) ? 1 : 0);
    case 'text-entry':
      return scored(entryScore(question, answer));
    case 'extended-text':
      return typeof answer === 'string' && answer.trim() !== '' ? { state: 'needs-grading' } : scored(0);
  }
};

/** Whether nothing is missing of an answer: what a candidate is told before handing in. */
export const isComplete = (answer: Answer | undefined, shownOptions: readonly string[]): boolean => {
  if (answer === undefined || answer === null) return false;
  if (typeof answer === 'string') return answer.trim() !== '';
  if (Array.isArray(answer)) return answer.length > 0;
  return Object.keys(answer).length === shownOptions.length;
};

/** Whether a person has to mark answers of this kind. */
export const isMarkedByPerson = ({ kind }: Pick<Question, 'kind'>): boolean => kind === 'extended-text';
