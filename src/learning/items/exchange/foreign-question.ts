import type { Language, Localised } from '../../../platform/i18n.ts';
import { checkQuestion } from '../check-question.ts';
import type { QuestionFault } from '../question-checks.ts';
import { everywhere, type ForeignText } from './foreign-text.ts';
import type { ImportedQuestion, ImportNote } from './imported.ts';

/**
 * A question as Moodle thinks of it, whichever file it came from: answers with fractions of the points. Here it becomes
 * one of ours, or a list of reasons why it cannot.
 */

export type ForeignAnswer = {
  text: ForeignText;
  /** Of 1; below 0 it costs points. */
  fraction: number;
  feedback?: ForeignText;
};

type Kind =
  | {
      kind: 'choices';
      answers: readonly ForeignAnswer[];
      single: boolean;
      keepOrder: boolean;
      allOrNothing?: boolean;
    }
  | { kind: 'words'; answers: readonly ForeignAnswer[]; caseSensitive: boolean }
  | {
      kind: 'number';
      /** `value` is missing for "anything else". */
      answers: readonly { value?: number; tolerance: number; fraction: number }[];
      unit?: ForeignText;
    }
  | { kind: 'pairs'; pairs: readonly { left: ForeignText; right: ForeignText }[] }
  | { kind: 'sequence'; lines: readonly ForeignText[]; partial: boolean }
  | { kind: 'essay'; guide?: ForeignText; maxLength?: number }
  /** `code` says why it cannot be one of ours. */
  | { kind: 'none'; code: string; params?: Record<string, string | number> };

export type ForeignQuestion = {
  number: number;
  line: number;
  name: string;
  prompt: ForeignText;
  explanation?: ForeignText;
  tags: readonly string[];
  points: number;
  notes?: readonly ImportNote[];
} & Kind;

/** Letters, digits and hyphens of what a tag or category is called. */
export const tagOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64)
    .replaceAll(/-+$/g, '');

/** More answers than any question has: they are not even read. */
export const mostAnswers = 60;

const partId = (index: number): string => `p${index + 1}`;
const none: Localised = { en: '', fr: '' };
/** Fractions are written as 33.33333. */
const near = (a: number, b: number): boolean => Math.abs(a - b) < 0.001;

type Draft = { question: Record<string, unknown>; notes: ImportNote[] } | { faults: QuestionFault[] };

/** Texts without a language serve in every language once one text of the question is in both. */
const languageRule = (texts: readonly ForeignText[], _language: Language) => {
  const isBilingual = texts.some(({ text, everywhere: is }) => !is && text.en !== '' && text.fr !== '');
  return (text: ForeignText | undefined): Localised =>
    text === undefined ? none : isBilingual ? everywhere(text) : text.text;
};

const textsOf = (question: ForeignQuestion): ForeignText[] => {
  const common = [question.prompt, ...(question.explanation ? [question.explanation] : [])];
  switch (question.kind) {
    case 'choices':
      return [
        ...common,
        ...question.answers.flatMap(({ text, feedback }) => (feedback ? [text, feedback] : [text])),
      ];
    case 'words':
      return [...common, ...question.answers.map(({ text }) => text)];
    case 'number':
      return [...common, ...(question.unit ? [question.unit] : [])];
    case 'pairs':
      return [...common, ...question.pairs.flatMap(({ left, right }) => [left, right])];
    case 'sequence':
      return [...common, ...question.lines];
    case 'essay':
      return [...common, ...(question.guide ? [question.guide] : [])];
    case 'none':
      return common;
  }
};

type Say = (text: ForeignText | undefined) => Localised;

const fraction = (value: number): number => Math.round(value * 10_000) / 10_000;

const singleChoice = (question: Extract<ForeignQuestion, { kind: 'choices' }>, say: Say): Draft => {
  const best = Math.max(...question.answers.map((answer) => answer.fraction));
  const notes: ImportNote[] = [];
  if (question.answers.some((answer) => answer.fraction < 0)) notes.push({ code: 'minus-points' });
  const options = question.answers.map((answer, index) => ({
    id: partId(index),
    text: say(answer.text),
    ...(near(answer.fraction, 1) || (best > 0 && near(answer.fraction, best))
      ? { correct: true }
      : answer.fraction > 0
        ? { credit: fraction(answer.fraction) }
        : {}),
    ...(answer.feedback ? { feedback: say(answer.feedback) } : {}),
  }));
  if (best > 0 && !near(best, 1)) notes.push({ code: 'best-answer-counts-whole' });
  return {
    question: { kind: 'choice', options, ...(question.keepOrder ? { keepOrder: true } : {}) },
    notes,
  };
};

const severalChoices = (question: Extract<ForeignQuestion, { kind: 'choices' }>, say: Say): Draft => {
  const right = question.answers.filter((answer) => answer.fraction > 0);
  const wrong = question.answers.filter((answer) => answer.fraction <= 0);
  const options = question.answers.map((answer, index) => ({
    id: partId(index),
    text: say(answer.text),
    ...(answer.fraction > 0 ? { correct: true } : {}),
    ...(answer.feedback ? { feedback: say(answer.feedback) } : {}),
  }));
  const isEven =
    right.every((answer) => near(answer.fraction, 1 / right.length)) &&
    wrong.every((answer) => near(answer.fraction, -1 / wrong.length));
  const scoring = question.allOrNothing ? 'all-or-nothing' : 'partial';
  return {
    question: { kind: 'multiple', options, scoring, ...(question.keepOrder ? { keepOrder: true } : {}) },
    notes: isEven || question.allOrNothing ? [] : [{ code: 'weights-evened' }],
  };
};

/** `*` stands for anything, unless a backslash stands before it. */
const hasWildcard = ({ en, fr }: Localised): boolean => /(?<!\\)\*/.test(en) || /(?<!\\)\*/.test(fr);
const literal = ({ en, fr }: Localised): Localised => ({
  en: en.replaceAll('\\*', '*'),
  fr: fr.replaceAll('\\*', '*'),
});

const wordsOf = (question: Extract<ForeignQuestion, { kind: 'words' }>, say: Say): Draft => {
  const accepted = question.answers.filter((answer) => answer.fraction > 0);
  if (accepted.some(({ text }) => hasWildcard(say(text)))) {
    return { faults: [{ field: 'answers', code: 'has-wildcard' }] };
  }
  const answers = accepted.map((answer) => ({
    text: literal(say(answer.text)),
    ...(near(answer.fraction, 1) ? {} : { credit: fraction(answer.fraction) }),
  }));
  // A catch-all that is worth nothing only carries a remark.
  const isCatchAll = ({ text }: ForeignAnswer): boolean => hasWildcard(say(text));
  const wrong = question.answers.filter((answer) => answer.fraction <= 0 && !isCatchAll(answer));
  return {
    question: { kind: 'text-entry', answers, ...(question.caseSensitive ? { caseSensitive: true } : {}) },
    notes: [
      ...(question.answers.some(({ feedback }) => feedback) ? [{ code: 'answer-remarks-dropped' }] : []),
      ...(wrong.length > 0 ? [{ code: 'wrong-answers-dropped' }] : []),
    ],
  };
};

const numberOf = (question: Extract<ForeignQuestion, { kind: 'number' }>, say: Say): Draft => {
  const meant = question.answers.filter(({ value }) => value !== undefined);
  const right = meant.find((answer) => near(answer.fraction, 1));
  if (right?.value === undefined) return { faults: [{ field: 'answer', code: 'none-right' }] };
  return {
    question: {
      kind: 'numeric',
      answer: right.value,
      tolerance: right.tolerance,
      ...(question.unit ? { unit: say(question.unit) } : {}),
    },
    notes:
      meant.filter(({ fraction: worth }) => worth > 0).length > 1 ? [{ code: 'other-numbers-dropped' }] : [],
  };
};

const pairsOf = (question: Extract<ForeignQuestion, { kind: 'pairs' }>, say: Say): Draft => {
  const read = question.pairs.map(({ left, right }, index) => ({
    id: partId(index),
    left: say(left),
    right: say(right),
  }));
  const isDistractor = ({ left }: (typeof read)[number]) => left.en === '' && left.fr === '';
  const distractors = read.filter(isDistractor).map(({ id, right }) => ({ id, text: right }));
  return {
    question: {
      kind: 'match',
      scoring: 'partial',
      pairs: read.filter((pair) => !isDistractor(pair)),
      ...(distractors.length > 0 ? { distractors } : {}),
    },
    notes: [],
  };
};

const draftOf = (question: ForeignQuestion, say: Say): Draft => {
  switch (question.kind) {
    case 'choices':
      return question.single ? singleChoice(question, say) : severalChoices(question, say);
    case 'words':
      return wordsOf(question, say);
    case 'number':
      return numberOf(question, say);
    case 'pairs':
      return pairsOf(question, say);
    case 'sequence': {
      const items = question.lines.map((line, index) => ({ id: partId(index), text: say(line) }));
      return {
        question: { kind: 'order', items, scoring: question.partial ? 'partial' : 'all-or-nothing' },
        notes: [],
      };
    }
    case 'essay':
      return {
        question: {
          kind: 'extended-text',
          ...(question.guide ? { guide: say(question.guide) } : {}),
          ...(question.maxLength ? { maxLength: question.maxLength } : {}),
        },
        notes: [],
      };
    case 'none':
      return {
        faults: [{ field: '', code: question.code, ...(question.params ? { params: question.params } : {}) }],
      };
  }
};

const noteOnPoints = (points: number): ImportNote[] =>
  Number.isInteger(points) && points >= 1 && points <= 100
    ? []
    : [{ code: 'points-rounded', params: { points } }];

/** One of ours, checked as if somebody had written it here; or everything that stands against it. */
export const importForeign = (
  foreign: ForeignQuestion,
  { language, tag }: { language: Language; tag: string },
): ImportedQuestion => {
  const { number, line, name } = foreign;
  const texts = textsOf(foreign);
  const say = languageRule(texts, language);
  const draft = draftOf(foreign, say);
  const textFaults = [...new Set(texts.flatMap(({ faults }) => faults))].map((code) => ({ field: '', code }));
  const tags = [...new Set(foreign.tags.map(tagOf).filter((one) => one !== ''))].slice(0, 20);
  const common = { number, line, name };
  if ('faults' in draft) return { ...common, notes: [], faults: [...draft.faults, ...textFaults] };
  const checked = checkQuestion({
    id: `question-${number}`,
    tags: tags.length > 0 ? tags : [tag],
    prompt: say(foreign.prompt),
    points: Math.min(100, Math.max(1, Math.round(foreign.points))),
    explanation: say(foreign.explanation),
    ...draft.question,
  });
  const notes = [
    ...(foreign.notes ?? []),
    ...draft.notes,
    ...noteOnPoints(foreign.points),
    ...[...new Set(texts.flatMap((text) => text.notes))].map((code) => ({ code })),
  ];
  if (!checked.ok || textFaults.length > 0) {
    return { ...common, notes, faults: [...textFaults, ...(checked.ok ? [] : checked.faults)] };
  }
  return { ...common, notes, question: checked.question };
};
