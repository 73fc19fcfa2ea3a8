import { readdir, readFile } from 'node:fs/promises';
import type { HTMLElement } from 'node-html-parser';
import { type Form, textOf } from './page.ts';

type Localised = { en: string; fr: string };
type Question = { id: string; prompt: Localised } & (
  | { kind: 'choice' | 'multiple'; options: { text: Localised; correct?: true }[] }
  | { kind: 'order'; items: { text: Localised }[] }
  | { kind: 'match'; pairs: { left: Localised; right: Localised }[] }
  | { kind: 'numeric'; answer: number; tolerance: number }
);

/** A question as it is put to a learner, in one language. */
export type PutQuestion = {
  prompt: string;
  options: readonly { code: string; text: string }[];
  rights: readonly { code: string; text: string }[];
};
export type KeyAnswer = string | string[] | Record<string, string | number>;
export type Intent = 'right' | 'wrong';

/** Answers the questions of a course from the files of its authors. */
export type AnswerKey = { answer(question: PutQuestion, intent: Intent): KeyAnswer };

/** Texts are compared without the marks of Markdown and whatever typography makes of blanks and apostrophes. */
const plain = (text: string): string =>
  text
    .replaceAll(/[*_`]/g, '')
    .replaceAll('’', "'")
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    .trim();

const isText = (localised: Localised, text: string): boolean =>
  plain(localised.en) === plain(text) || plain(localised.fr) === plain(text);

const byOptions = (question: Question, put: PutQuestion, intent: Intent): KeyAnswer => {
  if (question.kind !== 'choice' && question.kind !== 'multiple') throw new Error('no options');
  const isCorrect = (text: string) =>
    question.options.some((option) => option.correct === true && isText(option.text, text));
  const codes = put.options
    .filter(({ text }) => isCorrect(text) === (intent === 'right'))
    .map(({ code }) => code);
  return question.kind === 'choice' ? (codes[0] ?? '') : codes.slice(0, intent === 'right' ? undefined : 1);
};

/** The number of the part among those of the key; a wrong answer takes the next one. */
const partAt = (parts: readonly Localised[], text: string, intent: Intent): number => {
  const index = parts.findIndex((part) => isText(part, text));
  return intent === 'right' ? index : (index + 1) % parts.length;
};

const byParts = (question: Question, put: PutQuestion, intent: Intent): KeyAnswer => {
  const answers = put.options.map(({ code, text }) => {
    if (question.kind === 'order') {
      const places = question.items.map((item) => item.text);
      return [code, partAt(places, text, intent) + 1] as const;
    }
    if (question.kind !== 'match') throw new Error('no parts');
    const lefts = question.pairs.map(({ left }) => left);
    const right = question.pairs[partAt(lefts, text, intent)]?.right ?? { en: '', fr: '' };
    return [code, put.rights.find((one) => isText(right, one.text))?.code ?? ''] as const;
  });
  return Object.fromEntries(answers);
};

const answerOf = (question: Question, put: PutQuestion, intent: Intent): KeyAnswer => {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return byOptions(question, put, intent);
    case 'numeric':
      return String(intent === 'right' ? question.answer : question.answer + question.tolerance + 1000);
    default:
      return byParts(question, put, intent);
  }
};

/** Reads the key of a course from `content/`: whoever runs the demo is allowed to know it. */
export const readAnswerKey = async (courseId: string): Promise<AnswerKey> => {
  const folder = new URL(`../../content/courses/${courseId}/questions/`, import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const questions = texts.flatMap((text) => JSON.parse(text) as Question[]);
  return {
    answer: (put, intent) => {
      const question = questions.find(({ prompt }) => isText(prompt, put.prompt));
      if (!question) throw new Error(`no question of ${courseId} reads: ${put.prompt}`);
      return answerOf(question, put, intent);
    },
  };
};

const put = (fieldset: HTMLElement): PutQuestion => {
  const legend = fieldset.querySelector('legend');
  const number = textOf(legend?.querySelector('.question-number') ?? null);
  const selects = fieldset.querySelectorAll('select');
  const boxes = fieldset.querySelectorAll('.option');
  const labelled = (part: HTMLElement) => textOf(part.querySelector('label'));
  return {
    prompt: textOf(legend).slice(number.length).trim(),
    options:
      selects.length > 0
        ? fieldset.querySelectorAll('.part').map((part) => ({
            code: part.querySelector('select')?.getAttribute('name') ?? '',
            text: labelled(part),
          }))
        : boxes.map((box) => ({
            code: box.querySelector('input')?.getAttribute('value') ?? '',
            text: labelled(box),
          })),
    rights: (selects[0]?.querySelectorAll('option') ?? []).map((option) => ({
      code: option.getAttribute('value') ?? '',
      text: textOf(option),
    })),
  };
};

/** The values that answer every question of a form, in whichever order and language it shows them. */
export const answersTo = (form: Form, key: AnswerKey, intent: Intent): Record<string, string | string[]> => {
  const values: Record<string, string | string[]> = {};
  for (const fieldset of form.element.querySelectorAll('fieldset[data-question]')) {
    const answer = key.answer(put(fieldset), intent);
    if (typeof answer === 'string' || Array.isArray(answer)) {
      values[`q${fieldset.getAttribute('data-question')}`] = answer;
    } else {
      for (const [name, value] of Object.entries(answer)) values[name] = String(value);
    }
  }
  return values;
};
