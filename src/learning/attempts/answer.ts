import { type FieldFault, invalid } from '../../platform/errors.ts';
import type { Question } from '../course-schema.ts';
import { type Answer, answerShape, longestAnswer } from '../items/answer-shape.ts';
import { isComplete } from '../items/score-answer.ts';
import { codesOf, type FormItem } from './form-item.ts';

export type { Answer } from '../items/answer-shape.ts';
export { readNumber } from '../items/answer-shape.ts';

/** An answer as it arrives: nothing of it is believed. `seq` orders the savings of one slot; forms have none. */
export type SentAnswer = { slot: number; value: unknown; seq?: number };

const isEmpty = (answer: Answer): boolean =>
  answer === null || (typeof answer === 'string' ? answer.trim() === '' : Object.keys(answer).length === 0);

export type ReadAnswer = { slot: number; value: Answer; seq?: number };

type Form = { items: readonly FormItem[]; questions: ReadonlyMap<string, Question> };

type Shape = { question: Question; shape: ReturnType<typeof answerShape> };

/** Forms under way stay in memory and are read against again and again; a shape takes longer to make than to use. */
const shapes = new WeakMap<FormItem, Shape>();

const shapeOf = (item: FormItem, question: Question): Shape['shape'] => {
  const known = shapes.get(item);
  if (known?.question === question) return known.shape;
  const codes = { options: codesOf(item.options), rights: codesOf(item.rights) };
  const shape = answerShape(question, codes).nullable();
  shapes.set(item, { question, shape });
  return shape;
};

const readOne = ({ slot, value, seq }: SentAnswer, { items, questions }: Form): ReadAnswer | FieldFault => {
  const fault = { pointer: `/q${slot}`, code: 'not-an-option' };
  const item = items.find((one) => one.slot === slot);
  const question = item && questions.get(item.questionId);
  if (!item || !question) return fault;
  const parsed = shapeOf(item, question).safeParse(value);
  if (!parsed.success) {
    const max = longestAnswer(question);
    return max !== undefined && typeof value === 'string'
      ? { ...fault, code: 'too-long', params: { max } }
      : fault;
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

/** Whether nothing is missing of an answer: what a candidate is told before handing in. */
export const isAnswered = (answer: Answer | undefined, item: FormItem): boolean =>
  isComplete(answer, item.options);
