import { z } from 'zod';
import { type FieldFault, invalid } from '../../platform/errors.ts';
import type { Question } from '../course-schema.ts';
import { codesOf, type FormItem } from './form-item.ts';

/**
 * What was answered to one question, by the codes of a frozen form: `choice` one code, `multiple` a list of codes,
 * `order` the place (from 1) given to each code, `match` the right half given to each left half, `numeric` the text as
 * it was typed. An answer may be unfinished; `null` takes it back.
 */
export type Answer = string | readonly string[] | Readonly<Record<string, string | number>> | null;

/** An answer as it arrives: nothing of it is believed. `seq` orders the savings of one slot; forms have none. */
export type SentAnswer = { slot: number; value: unknown; seq?: number };

const longestNumber = 40;

const record = <V extends z.ZodType>(codes: readonly string[], value: V) =>
  z.partialRecord(z.enum(codes as [string, ...string[]]), value);

const answerSchema = (item: FormItem, kind: Question['kind']): z.ZodType<Answer> => {
  const codes = codesOf(item.options);
  switch (kind) {
    case 'choice':
      return z.enum(codes as [string, ...string[]]);
    case 'multiple':
      return z
        .array(z.enum(codes as [string, ...string[]]))
        .max(codes.length)
        .refine((given) => new Set(given).size === given.length, 'not-an-option');
    case 'order':
      return record(codes, z.int().min(1).max(codes.length)) as z.ZodType<Answer>;
    case 'match':
      return record(codes, z.enum(codesOf(item.rights) as [string, ...string[]])) as z.ZodType<Answer>;
    case 'numeric':
      return z.string().max(longestNumber);
  }
};

const isEmpty = (answer: Answer): boolean =>
  answer === null || (typeof answer === 'string' ? answer.trim() === '' : Object.keys(answer).length === 0);

export type ReadAnswer = { slot: number; value: Answer; seq?: number };

type Form = { items: readonly FormItem[]; questions: ReadonlyMap<string, Question> };

const readOne = ({ slot, value, seq }: SentAnswer, { items, questions }: Form): ReadAnswer | FieldFault => {
  const fault = { pointer: `/q${slot}`, code: 'not-an-option' };
  const item = items.find((one) => one.slot === slot);
  const question = item && questions.get(item.questionId);
  if (!item || !question) return fault;
  const parsed = answerSchema(item, question.kind).nullable().safeParse(value);
  if (!parsed.success) {
    const typed = question.kind === 'numeric' && typeof value === 'string';
    return typed ? { ...fault, code: 'too-long', params: { max: longestNumber } } : fault;
  }
  const answer = isEmpty(parsed.data) ? null : parsed.data;
  return { slot, value: answer, ...(seq === undefined ? {} : { seq }) };
};

/**
 * Reads answers against the frozen form, all of them or none.
 * @throws DomainError `invalid-input` (422) when a slot or an option is not of this form
 */
export const readAnswers = (sent: readonly SentAnswer[], form: Form): ReadAnswer[] => {
  const read = sent.map((answer) => readOne(answer, form));
  const faults = read.filter((one): one is FieldFault => 'pointer' in one);
  if (faults.length > 0) throw invalid(faults);
  return read.filter((one): one is ReadAnswer => 'slot' in one);
};

/**
 * A number as people type it: comma or point for decimals, spaces between thousands, any minus sign. Nothing when it is
 * no number.
 */
export const readNumber = (typed: string): number | undefined => {
  const plain = typed.replace(/\s/g, '').replace(/^[−–]/, '-').replace(',', '.');
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : undefined;
};

/** Whether nothing is missing of an answer: what a candidate is told before handing in. */
export const isAnswered = (answer: Answer | undefined, item: FormItem): boolean => {
  if (answer === undefined || answer === null) return false;
  if (typeof answer === 'string' || Array.isArray(answer)) return answer.length > 0;
  return Object.keys(answer).length === item.options.length;
};
