import { z } from 'zod';
import { localised, slug } from '../content-text.ts';
import { markdownCodes } from '../course-markdown.ts';

/**
 * What is asked, with its key. This folder is the one place that knows the kinds: their shape here, their parts in
 * `question-parts.ts`, what is wrong with one in `question-checks.ts`, what may be answered in `answer-shape.ts`, what
 * an answer is worth in `score-answer.ts`. Objects are strict: a misspelt field is a fault, never silently ignored.
 */

/** More would not fit on a phone; each part, and each right half, is shown under one letter of `a` to `z`. */
const MAX_PARTS = 20;
const MAX_DISTRACTORS = 6;
/** Questions with this tag belong to quizzes, where keys are explained; no test ever draws them. */
export const PRACTICE_TAG = 'practice';

/** How long a text answer may be, in characters, unless its question says less. */
export const LONGEST_TEXT = 20_000;
/** How long a short answer and a number may be, in characters. */
export const LONGEST_ENTRY = 200;
export const LONGEST_NUMBER = 40;

/** A part of the points, as a fraction: for an answer that is not quite right. */
const credit = z.number().gt(0).lt(1);

/**
 * The shape of a question over one shape of text: course files want every text in both languages, the bank also keeps
 * what is not translated yet.
 */
const questionOver = <T extends z.ZodType<{ en: string; fr: string }>>(words: T) => {
  const common = {
    id: slug,
    tags: z.array(slug).min(1).max(20),
    prompt: words,
    points: z.int().min(1).max(100),
    explanation: words,
  };
  const part = z.strictObject({ id: slug, text: words });
  const option = z.strictObject({
    id: slug,
    text: words,
    correct: z.literal(true).exactOptional(),
    /** Only for an option that is not `correct`, and only of a `choice`. */
    credit: credit.exactOptional(),
    /** Said after a quiz to whoever chose it. */
    feedback: words.exactOptional(),
  });
  const options = z.array(option).min(2).max(MAX_PARTS);
  const scoring = z.enum(['all-or-nothing', 'partial']).exactOptional();
  return z.discriminatedUnion('kind', [
    z.strictObject({
      ...common,
      kind: z.literal('choice'),
      options,
      keepOrder: z.literal(true).exactOptional(),
    }),
    z.strictObject({
      ...common,
      kind: z.literal('multiple'),
      options,
      scoring,
      keepOrder: z.literal(true).exactOptional(),
    }),
    z.strictObject({
      ...common,
      kind: z.literal('order'),
      items: z.array(part).min(3).max(MAX_PARTS),
      scoring,
    }),
    z.strictObject({
      ...common,
      kind: z.literal('match'),
      pairs: z
        .array(z.strictObject({ id: slug, left: words, right: words }))
        .min(2)
        .max(MAX_PARTS),
      /** Right halves that belong to nothing. */
      distractors: z.array(part).max(MAX_DISTRACTORS).exactOptional(),
      scoring,
    }),
    z.strictObject({
      ...common,
      kind: z.literal('numeric'),
      answer: z.number(),
      tolerance: z.number().min(0),
      unit: words.exactOptional(),
    }),
    z.strictObject({
      ...common,
      kind: z.literal('text-entry'),
      /** Any of them, in any language, is accepted; `credit` for one that is not quite right. */
      answers: z
        .array(z.strictObject({ text: words, credit: credit.exactOptional() }))
        .min(1)
        .max(50),
      caseSensitive: z.literal(true).exactOptional(),
    }),
    z.strictObject({
      ...common,
      kind: z.literal('extended-text'),
      /** For whoever marks: what a good answer says. Candidates never see it. */
      guide: words.exactOptional(),
      /** In characters. */
      maxLength: z.int().min(50).max(LONGEST_TEXT).exactOptional(),
    }),
  ]);
};

/** A question of a course file: complete in both languages. */
export const question = questionOver(localised);

const LONGEST_DRAFT = 8000;

/** Issues are codes, worded in `locales/<language>/items.json` under `faults`. */
const draftText = z
  .string()
  .max(LONGEST_DRAFT, 'too-long')
  .superRefine((value, context) => {
    if (value !== value.trim()) context.addIssue({ code: 'custom', message: 'outer-blanks' });
    for (const message of markdownCodes(value)) context.addIssue({ code: 'custom', message });
  });

/** A question of the bank: `''` stands for what is not translated yet, or for an explanation nobody wrote. */
export const bankQuestion = questionOver(z.strictObject({ en: draftText, fr: draftText }));

/**
 * A question with its key. `order` items are listed in the right order, `match` pairs are the right pairs; both are
 * shuffled before anyone sees them. `numeric` is right within `answer` ± `tolerance`, bounds included. `keepOrder`:
 * the options are never shuffled ("all of the above").
 */
export type Question = z.infer<typeof question>;
export type QuestionKind = Question['kind'];
export const questionKinds = [
  'choice',
  'multiple',
  'order',
  'match',
  'text-entry',
  'numeric',
  'extended-text',
] as const satisfies readonly QuestionKind[];
