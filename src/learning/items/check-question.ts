import type { z } from 'zod';
import { bankQuestion, type Question } from './question.ts';
import { type QuestionFault, questionFaults } from './question-checks.ts';

export type CheckedQuestion =
  | { ok: true; question: Question }
  | { ok: false; faults: readonly QuestionFault[] };

const isCode = (message: string): boolean => /^[a-z-]+$/.test(message);

const faultOf = (issue: z.core.$ZodIssue): QuestionFault => {
  const field = issue.path.join('.');
  switch (issue.code) {
    case 'custom':
      return { field, code: isCode(issue.message) ? issue.message : 'not-valid' };
    case 'too_small':
      return { field, code: 'too-few', params: { minimum: Number(issue.minimum) } };
    case 'too_big':
      return { field, code: 'too-many', params: { maximum: Number(issue.maximum) } };
    case 'unrecognized_keys':
      return { field, code: 'unknown-field', params: { names: issue.keys.join(', ') } };
    default:
      return { field, code: isCode(issue.message) ? issue.message : 'not-valid' };
  }
};

const without = (text: { en: string; fr: string }): boolean => text.en === '' && text.fr === '';

/** A text that is there in no language at all, where one is needed. */
const emptyFaults = (question: Question): QuestionFault[] => {
  const empty = (field: string, texts: readonly { en: string; fr: string }[]): QuestionFault[] =>
    texts.some(without) ? [{ field, code: 'empty-text' }] : [];
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return empty(
        'options',
        question.options.map(({ text }) => text),
      );
    case 'order':
      return empty(
        'items',
        question.items.map(({ text }) => text),
      );
    case 'match':
      return empty(
        'pairs',
        question.pairs.flatMap(({ left, right }) => [left, right]),
      );
    case 'text-entry':
      return empty(
        'answers',
        question.answers.map(({ text }) => text),
      );
    case 'numeric':
    case 'extended-text':
      return [];
  }
};

/** Whether the bank may keep a question, with everything that is wrong at once. */
export const checkQuestion = (value: unknown): CheckedQuestion => {
  const parsed = bankQuestion.safeParse(value);
  if (!parsed.success) return { ok: false, faults: parsed.error.issues.map(faultOf) };
  const question: Question = parsed.data;
  const faults = [
    ...(without(question.prompt) ? [{ field: 'prompt', code: 'empty-text' }] : []),
    ...emptyFaults(question),
    ...questionFaults(question),
  ];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, question };
};
