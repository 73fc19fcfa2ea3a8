import {
  type PresentedQuestion,
  plainText,
  type QuizItemOutcome,
  renderInline,
  renderPrompt,
  type SentAnswer,
} from '../../learning/index.ts';
import { invalid } from '../../platform/errors.ts';
import type { Language, Localised } from '../../platform/i18n.ts';

/** Questions as forms: field `q3` answers slot 3; `q3.b` answers its part b, where something is ordered or matched. */

type Body = Readonly<Record<string, unknown>>;
/** `html` is safe as it is: emphasis and code of the authors. */
type Choice = { value: string; html: string };
/** `label` is plain: a drop-down list shows no HTML. */
type Option = { value: string; label: string };

/** One question as `partials/question.hbs` draws it. */
export type QuestionField = {
  slot: number;
  name: string;
  number: number;
  total: number;
  promptHtml: string;
  /** What follows the first paragraph. */
  moreHtml: string;
  /** The language that the prompt is shown in, when it is not the reader's. */
  promptLang?: Language;
  /** Something of it is not written in the reader's language yet, and shown in the other. */
  untranslated: boolean;
  kind: PresentedQuestion['kind'];
  /** radio or checkbox, for `choice` and `multiple`. */
  type?: 'radio' | 'checkbox';
  options: readonly Choice[];
  /** One list per part, for `order` and `match`. */
  selects: readonly { name: string; code: string; html: string; options: readonly Option[] }[];
  unit?: string;
  maxLength?: number;
  /** The key of the sentence that says how to answer, under `learn:question.how`. */
  how: string;
  /** The number of the last saving; the next one must be higher. */
  seq: number;
};

const otherThan = (language: Language): Language => (language === 'en' ? 'fr' : 'en');

/** The text in the reader's language; while it is not translated, in the other one, and marked so. */
export const textIn = (text: Localised, language: Language): { text: string; lang?: Language } => {
  const other = otherThan(language);
  return text[language] === '' && text[other] !== ''
    ? { text: text[other], lang: other }
    : { text: text[language] };
};

const inlineIn = (localised: Localised, language: Language): string => {
  const { text, lang } = textIn(localised, language);
  const html = renderInline(text);
  return lang ? `<span lang="${lang}">${html}</span>` : html;
};

const isUntranslated = ({ prompt, options, rights }: PresentedQuestion, language: Language): boolean =>
  [prompt, ...[...options, ...rights].map(({ text }) => text)].some(
    (text) => textIn(text, language).lang !== undefined,
  );

const selectsOf = (question: PresentedQuestion, language: Language): QuestionField['selects'] => {
  const { slot, kind, options, rights } = question;
  if (kind !== 'order' && kind !== 'match') return [];
  const offered =
    kind === 'order'
      ? options.map((_option, index) => ({ value: String(index + 1), label: String(index + 1) }))
      : rights.map(({ code, text }) => ({ value: code, label: plainText(textIn(text, language).text) }));
  return options.map(({ code, text }) => ({
    name: `q${slot}.${code}`,
    code,
    html: inlineIn(text, language),
    options: offered,
  }));
};

export const questionFields = (
  questions: readonly (PresentedQuestion & { answer?: { seq: number } })[],
  language: Language,
): QuestionField[] =>
  questions.map((question, index) => {
    const { slot, kind, prompt, options, unit, answer, maxLength } = question;
    const asked = textIn(prompt, language);
    const { line, rest } = renderPrompt(asked.text);
    const type = kind === 'choice' ? 'radio' : kind === 'multiple' ? 'checkbox' : undefined;
    return {
      slot,
      name: `q${slot}`,
      number: index + 1,
      total: questions.length,
      promptHtml: line,
      moreHtml: rest,
      ...(asked.lang ? { promptLang: asked.lang } : {}),
      untranslated: isUntranslated(question, language),
      kind,
      how: question.partial ? `${kind}-partial` : kind,
      ...(maxLength === undefined ? {} : { maxLength }),
      ...(type ? { type } : {}),
      options: type ? options.map(({ code, text }) => ({ value: code, html: inlineIn(text, language) })) : [],
      selects: selectsOf(question, language),
      ...(unit ? { unit: textIn(unit, language).text } : {}),
      seq: answer?.seq ?? 0,
    };
  });

/** What became of a quiz question, in the reader's language. */
export const outcomeHtml = ({ right, solution, explanation }: QuizItemOutcome, language: Language) => ({
  right,
  solution: solution.map((text) => inlineIn(text, language)),
  explanation: inlineIn(explanation, language),
});

/** Saved answers as the values of a form. */
export const valuesOf = (
  questions: readonly (PresentedQuestion & { answer?: { value: unknown } })[],
): Record<string, string | string[]> => {
  const values: Record<string, string | string[]> = {};
  for (const { slot, answer } of questions) {
    const value = answer?.value ?? undefined;
    if (typeof value === 'string') values[`q${slot}`] = value;
    else if (Array.isArray(value)) values[`q${slot}`] = value.map(String);
    else for (const [code, part] of Object.entries(value ?? {})) values[`q${slot}.${code}`] = String(part);
  }
  return values;
};

const listOf = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const partsOf = (question: PresentedQuestion, body: Body): Record<string, unknown> => {
  const parts = question.options.map(({ code }) => [code, body[`q${question.slot}.${code}`]] as const);
  const given = parts.filter(([, value]) => value !== undefined && value !== '');
  const isPlace = (value: unknown): boolean =>
    question.kind === 'order' && typeof value === 'string' && /^\d{1,2}$/.test(value);
  return Object.fromEntries(given.map(([code, value]) => [code, isPlace(value) ? Number(value) : value]));
};

const answerIn = (question: PresentedQuestion, body: Body): unknown => {
  switch (question.kind) {
    case 'multiple':
      return listOf(body[`q${question.slot}`]);
    case 'order':
    case 'match':
      return partsOf(question, body);
    default:
      return body[`q${question.slot}`];
  }
};

const namesOf = ({ slot, options }: PresentedQuestion): string[] => [
  `q${slot}`,
  ...options.map(({ code }) => `q${slot}.${code}`),
];

/**
 * The answers of a whole form. What was not chosen among boxes is taken back; a radio that was never touched is left.
 * @throws DomainError `invalid-input` (422) for a field that the form does not have
 */
export const sentAnswers = (body: unknown, questions: readonly PresentedQuestion[]): SentAnswer[] => {
  const fields = (body ?? {}) as Body;
  const known = new Set(['action', ...questions.flatMap(namesOf)]);
  const strangers = Object.keys(fields).filter((name) => !known.has(name));
  if (strangers.length > 0) {
    throw invalid(strangers.map((name) => ({ pointer: `/${name}`, code: 'unknown-field' })));
  }
  return questions
    .map((question) => ({ slot: question.slot, value: answerIn(question, fields) }))
    .filter(({ value }) => value !== undefined);
};
