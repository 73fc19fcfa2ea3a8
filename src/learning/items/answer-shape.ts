import { z } from 'zod';
import { LONGEST_ENTRY, LONGEST_NUMBER, LONGEST_TEXT, type Question } from './question.ts';

/**
 * What was answered to one question, by the codes of the parts as shown: `choice` one code, `multiple` a list of codes,
 * `order` the place (from 1) given to each code, `match` the right half given to each left half, the other kinds the
 * text as it was typed. An answer may be unfinished; `null` takes it back.
 */
export type Answer = string | readonly string[] | Readonly<Record<string, string | number>> | null;

/** The codes under which the parts of one question are shown. */
export type ShownCodes = { options: readonly string[]; rights: readonly string[] };

const oneOf = (codes: readonly string[]) => z.enum(codes as [string, ...string[]]);

const record = <V extends z.ZodType>(codes: readonly string[], value: V) =>
  z.partialRecord(oneOf(codes), value) as unknown as z.ZodType<Answer>;

/** The longest text that may be typed, in characters; nothing for kinds that are not typed. */
export const longestAnswer = (question: Question): number | undefined => {
  switch (question.kind) {
    case 'numeric':
      return LONGEST_NUMBER;
    case 'text-entry':
      return LONGEST_ENTRY;
    case 'extended-text':
      return question.maxLength ?? LONGEST_TEXT;
    default:
      return undefined;
  }
};

/** What may be answered, finished or not. */
export const answerShape = (question: Question, { options, rights }: ShownCodes): z.ZodType<Answer> => {
  switch (question.kind) {
    case 'choice':
      return oneOf(options);
    case 'multiple':
      return z
        .array(oneOf(options))
        .max(options.length)
        .refine((given) => new Set(given).size === given.length, 'not-an-option');
    case 'order':
      return record(options, z.int().min(1).max(options.length));
    case 'match':
      return record(options, oneOf(rights));
    case 'numeric':
    case 'text-entry':
    case 'extended-text':
      return z.string().max(longestAnswer(question) ?? 0);
  }
};

/**
 * A number as people type it: comma or point for decimals, spaces between thousands, any minus sign. Nothing when it is
 * no number.
 */
export const readNumber = (typed: string): number | undefined => {
  const plain = typed.replace(/\s/g, '').replace(/^[−–]/, '-').replace(',', '.');
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : undefined;
};
