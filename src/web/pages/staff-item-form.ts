import type { Question, QuestionFault, QuestionKind } from '../../learning/index.ts';
import { DomainError, invalid } from '../../platform/errors.ts';
import type { Localised } from '../../platform/i18n.ts';

/**
 * A question as a form and back. Parts (options, lines, pairs, accepted answers) are numbered from 1: `part.2.en`. A part
 * without any text is left out.
 */

export type Values = Readonly<Record<string, string>>;

export const mostParts = 20;
const spare = 2;

const textOf = (body: Values, name: string): string => (body[name] ?? '').replaceAll('\r\n', '\n').trim();
const localised = (body: Values, name: string): Localised => ({
  en: textOf(body, `${name}.en`),
  fr: textOf(body, `${name}.fr`),
});
const isSaid = ({ en, fr }: Localised): boolean => en !== '' || fr !== '';

const number = (text: string): number => {
  const plain = text.replace(/\s/g, '').replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
};

const credit = (text: string): { credit?: number } =>
  text === '' ? {} : { credit: number(text.replace('%', '')) / 100 };

type Part = {
  id: string;
  text: Localised;
  right: Localised;
  feedback: Localised;
  correct: boolean;
  credit: string;
};

const partsIn = (body: Values): Part[] => {
  const numbers = Array.from({ length: mostParts }, (_, index) => index + 1);
  const parts = numbers.map((at) => ({
    id: textOf(body, `part.${at}.id`),
    text: localised(body, `part.${at}`),
    right: localised(body, `part.${at}.right`),
    feedback: localised(body, `part.${at}.feedback`),
    correct: textOf(body, `part.${at}.correct`) === 'yes',
    credit: textOf(body, `part.${at}.credit`),
  }));
  const used = new Set(parts.map(({ id }) => id));
  let next = 0;
  const fresh = (): string => {
    do next += 1;
    while (used.has(`p${next}`));
    return `p${next}`;
  };
  return parts
    .filter(({ text, right }) => isSaid(text) || isSaid(right))
    .map((part) => (part.id === '' ? { ...part, id: fresh() } : part));
};

const optionOf = ({ id, text, correct, feedback, credit: share }: Part) => ({
  id,
  text,
  ...(correct ? { correct: true } : credit(share)),
  ...(isSaid(feedback) ? { feedback } : {}),
});

const scoringIn = (body: Values) => ({
  scoring: textOf(body, 'partial') === 'yes' ? 'partial' : 'all-or-nothing',
});
const keepOrderIn = (body: Values) => (textOf(body, 'keepOrder') === 'yes' ? { keepOrder: true } : {});

const kindFields = (kind: QuestionKind, body: Values): object => {
  const parts = partsIn(body);
  switch (kind) {
    case 'choice':
      return { options: parts.map(optionOf), ...keepOrderIn(body) };
    case 'multiple':
      return { options: parts.map(optionOf), ...scoringIn(body), ...keepOrderIn(body) };
    case 'order':
      return { items: parts.map(({ id, text }) => ({ id, text })), ...scoringIn(body) };
    case 'match': {
      const distractors = parts.filter(({ text }) => !isSaid(text));
      return {
        pairs: parts
          .filter(({ text }) => isSaid(text))
          .map(({ id, text, right }) => ({ id, left: text, right })),
        ...(distractors.length > 0
          ? { distractors: distractors.map(({ id, right }) => ({ id, text: right })) }
          : {}),
        ...scoringIn(body),
      };
    }
    case 'numeric': {
      const unit = localised(body, 'unit');
      return {
        answer: number(textOf(body, 'answer')),
        tolerance: textOf(body, 'tolerance') === '' ? 0 : number(textOf(body, 'tolerance')),
        ...(isSaid(unit) ? { unit } : {}),
      };
    }
    case 'text-entry':
      return {
        answers: parts.map(({ text, credit: share }) => ({ text, ...credit(share) })),
        ...(textOf(body, 'caseSensitive') === 'yes' ? { caseSensitive: true } : {}),
      };
    case 'extended-text': {
      const guide = localised(body, 'guide');
      const maxLength = textOf(body, 'maxLength');
      return {
        ...(isSaid(guide) ? { guide } : {}),
        ...(maxLength === '' ? {} : { maxLength: number(maxLength) }),
      };
    }
  }
};

const known =
  /^(kind|base|rows|action|tags|points|partial|keepOrder|caseSensitive|answer|tolerance|maxLength|(prompt|explanation|unit|guide)\.(en|fr)|part\.\d{1,2}\.(id|en|fr|correct|credit|right\.(en|fr)|feedback\.(en|fr)))$/;

/**
 * The fields of a form.
 * @throws DomainError `invalid-input` (422) for a field that the form does not have
 */
export const valuesIn = (body: unknown): Values => {
  const fields = (body ?? {}) as Record<string, unknown>;
  const strange = Object.entries(fields).filter(
    ([name, value]) => !known.test(name) || typeof value !== 'string',
  );
  if (strange.length > 0)
    throw invalid(strange.map(([name]) => ({ pointer: `/${name}`, code: 'unknown-field' })));
  return fields as Values;
};

/** What was written, not yet checked. */
export const questionIn = (id: string, kind: QuestionKind, body: Values): object => ({
  id,
  kind,
  tags: [
    ...new Set(
      textOf(body, 'tags')
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter((tag) => tag !== ''),
    ),
  ],
  prompt: localised(body, 'prompt'),
  points: number(textOf(body, 'points') || '1'),
  explanation: localised(body, 'explanation'),
  ...kindFields(kind, body),
});

const both = (name: string, text: Localised | undefined): Values => ({
  [`${name}.en`]: text?.en ?? '',
  [`${name}.fr`]: text?.fr ?? '',
});
const shareOf = (share: number | undefined): string =>
  share === undefined ? '' : String(Math.round(share * 10_000) / 100);
const yes = (is: boolean | undefined): string => (is ? 'yes' : '');

const partValues = (question: Question): Values[] => {
  const part = (at: number, id: string, text: Localised | undefined, more: Values = {}): Values => ({
    [`part.${at}.id`]: id,
    ...both(`part.${at}`, text),
    ...more,
  });
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return question.options.map(({ id, text, correct, credit: share, feedback }, index) =>
        part(index + 1, id, text, {
          [`part.${index + 1}.correct`]: yes(correct),
          [`part.${index + 1}.credit`]: shareOf(share),
          ...both(`part.${index + 1}.feedback`, feedback),
        }),
      );
    case 'order':
      return question.items.map(({ id, text }, index) => part(index + 1, id, text));
    case 'match': {
      const pairs = question.pairs.map(({ id, left, right }) => ({ id, left, right }));
      const loose = (question.distractors ?? []).map(({ id, text }) => ({
        id,
        left: undefined,
        right: text,
      }));
      return [...pairs, ...loose].map(({ id, left, right }, index) =>
        part(index + 1, id, left, both(`part.${index + 1}.right`, right)),
      );
    }
    case 'text-entry':
      return question.answers.map(({ text, credit: share }, index) =>
        part(index + 1, '', text, { [`part.${index + 1}.credit`]: shareOf(share) }),
      );
    case 'numeric':
    case 'extended-text':
      return [];
  }
};

/** A question as the values of its form. */
export const valuesOf = (question: Question): Values => ({
  tags: question.tags.join(' '),
  points: String(question.points),
  ...both('prompt', question.prompt),
  ...both('explanation', question.explanation),
  ...('scoring' in question ? { partial: yes(question.scoring === 'partial') } : {}),
  ...('keepOrder' in question ? { keepOrder: yes(question.keepOrder) } : {}),
  ...(question.kind === 'numeric'
    ? {
        answer: String(question.answer),
        tolerance: String(question.tolerance),
        ...both('unit', question.unit),
      }
    : {}),
  ...(question.kind === 'text-entry' ? { caseSensitive: yes(question.caseSensitive) } : {}),
  ...(question.kind === 'extended-text'
    ? { maxLength: question.maxLength ? String(question.maxLength) : '', ...both('guide', question.guide) }
    : {}),
  ...Object.assign({}, ...partValues(question)),
});

export const hasParts = (kind: QuestionKind): boolean => kind !== 'numeric' && kind !== 'extended-text';

/** How many parts the form offers: those that are written and some to spare, at least four. */
export const rowsFor = (values: Values, more = 0): number => {
  const written = Object.entries(values).flatMap(([name, value]) => {
    const [, at] = /^part\.(\d+)\.(?:en|fr|right\.en|right\.fr)$/.exec(name) ?? [];
    return at && value !== '' ? [Number(at)] : [];
  });
  const asked = Number(values.rows ?? '0') || 0;
  return Math.min(mostParts, Math.max(4, asked + more, Math.max(0, ...written) + spare));
};

const partFields =
  /^(options|items|pairs|distractors|answers)(?:\.(\d+))?(?:\.(text|left|right|feedback|credit))?(?:\.(en|fr))?$/;

/** The input that a fault is about; `''` when it is the question as a whole. */
export const inputOf = ({ field }: QuestionFault): string => {
  if (/^(prompt|explanation|unit|guide)\.(en|fr)$/.test(field)) return field;
  if (/^(prompt|explanation|unit|guide)$/.test(field)) return `${field}.en`;
  if (/^(tags|points|answer|tolerance|maxLength)/.test(field)) return field.split('.')[0] ?? '';
  const parts = partFields.exec(field);
  if (!parts) return '';
  const [, , index = '0', what = 'text', language = 'en'] = parts;
  const at = `part.${Number(index) + 1}`;
  if (what === 'credit') return `${at}.credit`;
  return what === 'text' || what === 'left' ? `${at}.${language}` : `${at}.${what}.${language}`;
};

/** @throws DomainError `not-found` when the address names no version */
export const versionIn = (text: unknown): number => {
  if (typeof text !== 'string' || !/^[1-9]\d{0,5}$/.test(text))
    throw new DomainError('not-found', 'not-found');
  return Number(text);
};
