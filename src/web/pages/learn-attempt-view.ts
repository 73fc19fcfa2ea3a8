import {
  type AttemptInProgress,
  readNumber,
  renderInline,
  type ShownQuestion,
} from '../../learning/index.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import { questionFields, textIn } from './learn-questions.ts';

/** Attempts as their views draw them. */

const minutesLeft = ({ now, deadlineAt }: AttemptInProgress): number =>
  Math.max(0, Math.ceil((deadlineAt.getTime() - now.getTime()) / 60_000));

const lastSaved = (questions: readonly ShownQuestion[]): Date | undefined => {
  const times = questions.flatMap(({ answer }) => (answer ? [answer.at.getTime()] : []));
  return times.length > 0 ? new Date(Math.max(...times)) : undefined;
};

export const clockData = (view: AttemptInProgress) => ({
  now: view.now,
  deadline: view.deadlineAt,
  minutes: minutesLeft(view),
});

export const savedText = (words: Words, at: Date): string =>
  words('learn:attempt.saved', { time: formats(words.language).time(at) });

export const savedLine = (words: Words, questions: readonly ShownQuestion[]): string => {
  const saved = lastSaved(questions);
  return saved ? savedText(words, saved) : words('learn:attempt.nothing-saved');
};

/** The questions that a page shows: all of them, or the one it was asked for. */
export const shownOn = (view: AttemptInProgress, slot: number | undefined): readonly ShownQuestion[] =>
  slot === undefined ? view.questions : view.questions.filter((question) => question.slot === slot);

/** Each question as its partial draws it, under its own number also when it stands alone. */
export const fieldsOf = (view: AttemptInProgress, slot: number | undefined, words: Words) => {
  const shown = shownOn(view, slot);
  const flagged = new Map(shown.map((question) => [question.slot, question.flagged]));
  return questionFields(shown, words.language).map((field) => ({
    field: { ...field, number: field.slot, total: view.total },
    flagged: flagged.get(field.slot) === true,
  }));
};

type LineState = 'open' | 'unreadable' | 'answered';

const stateOf = ({ kind, answered, answer }: ShownQuestion): { state: LineState; typed?: string } => {
  if (!answered) return { state: 'open' };
  const typed = kind === 'numeric' && typeof answer?.value === 'string' ? answer.value : undefined;
  return typed !== undefined && readNumber(typed) === undefined
    ? { state: 'unreadable', typed }
    : { state: 'answered' };
};

/** Each question with whether it is answered: `unreadable` is a number that is none. */
export const answerLines = (questions: readonly ShownQuestion[], { language }: Words) =>
  questions.map((question) => {
    const { slot, prompt, flagged } = question;
    const { text, lang } = textIn(prompt, language);
    const [first = ''] = text.split(/\n\s*\n/);
    return { slot, flagged, html: renderInline(first), ...(lang ? { lang } : {}), ...stateOf(question) };
  });

/** The numbers of all questions, where each has a page of its own. */
export const overviewOf = ({ questions }: AttemptInProgress, current: number) =>
  questions.map((question) => ({
    slot: question.slot,
    current: question.slot === current,
    flagged: question.flagged,
    state: stateOf(question).state === 'open' ? 'open' : 'answered',
  }));
