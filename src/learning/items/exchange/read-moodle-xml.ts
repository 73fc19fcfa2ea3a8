import { type ForeignAnswer, type ForeignQuestion, importForeign, mostAnswers } from './foreign-question.ts';
import { type ForeignText, readForeignText, type TextFormat, typedText } from './foreign-text.ts';
import { type ImportedFile, MOST_QUESTIONS, type ReadOptions } from './imported.ts';
import { truthText } from './truth.ts';
import { childOf, childrenOf, readXml, type XmlElement } from './xml-tree.ts';

/** Moodle XML, as Moodle and many other tools write it: https://docs.moodle.org/en/Moodle_XML_format */

const formats: Readonly<Record<string, TextFormat>> = {
  html: 'html',
  moodle_auto_format: 'moodle',
  plain_text: 'plain',
  markdown: 'markdown',
};

const wordsOf = (element: XmlElement | undefined): string =>
  (childOf(element, 'text')?.text ?? element?.text ?? '').trim();

type Context = { options: ReadOptions; category: string | undefined };

const read = (
  element: XmlElement | undefined,
  { options }: Context,
  fallback: TextFormat = 'html',
): ForeignText => {
  const format = formats[element?.attributes.format ?? ''] ?? fallback;
  const text = readForeignText(wordsOf(element), format, options.language);
  // Pictures and other files come inside the text's element.
  const hasFiles = childrenOf(element, 'file').length > 0;
  return hasFiles && !text.faults.includes('has-image')
    ? { ...text, faults: [...text.faults, 'has-file'] }
    : text;
};

const isSaid = ({ text }: ForeignText): boolean => text.en !== '' || text.fr !== '';

const optional = <K extends string>(name: K, text: ForeignText): Partial<Record<K, ForeignText>> =>
  (isSaid(text) ? { [name]: text } : {}) as Partial<Record<K, ForeignText>>;

const percent = (element: XmlElement): number => {
  const value = Number(element.attributes.fraction ?? '0');
  return Number.isFinite(value) ? value / 100 : 0;
};

const answersOf = (question: XmlElement, context: Context): ForeignAnswer[] =>
  childrenOf(question, 'answer')
    .filter((answer) => wordsOf(answer) !== '')
    .map((answer) => ({
      text: read(answer, context),
      fraction: percent(answer),
      ...optional('feedback', read(childOf(answer, 'feedback'), context)),
    }));

const flag = (question: XmlElement, name: string): boolean | undefined => {
  const value = childOf(question, name)?.text.trim().toLowerCase();
  return value === undefined ? undefined : value === 'true' || value === '1';
};

const decimal = (text: string): number | undefined => {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
};

/** What a tool leaves out is told by its answers: one right answer, or several. */
const choicesOf = (question: XmlElement, context: Context, allOrNothing = false) => {
  const answers = answersOf(question, context);
  const right = answers.filter(({ fraction }) => fraction > 0.99).length;
  const single = !allOrNothing && (flag(question, 'single') ?? right === 1);
  return {
    kind: 'choices' as const,
    answers,
    single,
    keepOrder: flag(question, 'shuffleanswers') === false,
    ...(allOrNothing ? { allOrNothing } : {}),
  };
};

const truthOf = (question: XmlElement, context: Context) => ({
  kind: 'choices' as const,
  single: true,
  keepOrder: true,
  answers: childrenOf(question, 'answer').map((answer) => ({
    text: truthText(/^(true|vrai|1)$/i.test(wordsOf(answer))),
    fraction: percent(answer),
    ...optional('feedback', read(childOf(answer, 'feedback'), context)),
  })),
});

const numberOf = (question: XmlElement, context: Context) => {
  const own = decimal(childOf(question, 'tolerance')?.text ?? '');
  const unit = childrenOf(childOf(question, 'units'), 'unit').find(
    (one) => decimal(childOf(one, 'multiplier')?.text ?? '1') === 1,
  );
  const name = childOf(unit, 'unit_name')?.text.trim();
  return {
    kind: 'number' as const,
    answers: childrenOf(question, 'answer').map((answer) => {
      const value = decimal(wordsOf(answer));
      return {
        ...(value === undefined ? {} : { value }),
        tolerance: Math.abs(decimal(childOf(answer, 'tolerance')?.text ?? '') ?? own ?? 0),
        fraction: percent(answer),
      };
    }),
    ...(name ? { unit: { ...readForeignText(name, 'plain', context.options.language) } } : {}),
  };
};

const pairsOf = (question: XmlElement, context: Context) => ({
  kind: 'pairs' as const,
  pairs: childrenOf(question, 'subquestion').map((pair) => ({
    left: read(pair, context),
    right: read(childOf(pair, 'answer'), context),
  })),
});

const essayOf = (question: XmlElement, context: Context) => {
  const words = decimal(childOf(question, 'maxwordlimit')?.text ?? '');
  return {
    kind: 'essay' as const,
    ...optional('guide', read(childOf(question, 'graderinfo'), context)),
    ...(words ? { maxLength: Math.min(20_000, Math.max(50, Math.round(words * 8))) } : {}),
  };
};

const kindOf = (question: XmlElement, context: Context) => {
  const type = question.attributes.type ?? '';
  const answers = childrenOf(question, 'answer').length + childrenOf(question, 'subquestion').length;
  if (answers > mostAnswers) {
    return { kind: 'none' as const, code: 'too-many', params: { maximum: mostAnswers } };
  }
  switch (type) {
    case 'multichoice':
      return choicesOf(question, context);
    case 'multichoiceset':
      return choicesOf(question, context, true);
    case 'truefalse':
      return truthOf(question, context);
    case 'shortanswer': {
      const typed = childrenOf(question, 'answer')
        .map(wordsOf)
        .filter((words) => words !== '');
      return {
        kind: 'words' as const,
        answers: answersOf(question, context).map((answer, index) => ({
          ...answer,
          text: typedText(typed[index] ?? '', context.options.language),
        })),
        caseSensitive: flag(question, 'usecase') === true,
      };
    }
    case 'numerical':
      return numberOf(question, context);
    case 'matching':
      return pairsOf(question, context);
    case 'ordering':
      return {
        kind: 'sequence' as const,
        lines: answersOf(question, context).map(({ text }) => text),
        partial: childOf(question, 'gradingtype')?.text.trim() !== 'ALL_OR_NOTHING',
      };
    case 'essay':
      return essayOf(question, context);
    default:
      return { kind: 'none' as const, code: 'unsupported-type', params: { type: type || '?' } };
  }
};

const shortest = 80;

/** The last part of a category says what the questions are about; its parts may hold slashes, doubled. */
const categoryOf = (path: string): string | undefined =>
  path
    .split(/(?<!\/)\/(?!\/)/)
    .map((part) => part.replaceAll('//', '/').trim())
    .filter((part) => part !== '' && part !== 'top' && !/^\$\w+\$$/.test(part))
    .at(-1);

export const readMoodleXml = (bytes: Uint8Array, options: ReadOptions): ImportedFile => {
  const xml = readXml(bytes);
  if (!xml.ok) return { ok: false, faults: [{ line: xml.line, code: xml.code }] };
  if (xml.root.name !== 'quiz') return { ok: false, faults: [{ line: 1, code: 'not-moodle-xml' }] };
  const context: Context = { options, category: undefined };
  const found = childrenOf(xml.root, 'question');
  const asked = found.filter(({ attributes }) => attributes.type !== 'category');
  if (asked.length === 0) return { ok: false, faults: [{ code: 'no-questions' }] };
  if (asked.length > MOST_QUESTIONS) {
    return { ok: false, faults: [{ code: 'too-many-questions', params: { maximum: MOST_QUESTIONS } }] };
  }
  let number = 0;
  const questions = found.flatMap((question) => {
    if (question.attributes.type === 'category') {
      context.category = categoryOf(wordsOf(childOf(question, 'category')));
      return [];
    }
    number += 1;
    return [importForeign(foreignOf(question, number, context), options)];
  });
  return { ok: true, questions };
};

/** Before files were inside the texts, a question had one picture beside it. */
const withoutPicture = (text: ForeignText, question: XmlElement): ForeignText => {
  const beside = [...childrenOf(question, 'image'), ...childrenOf(question, 'image_base64')];
  const isThere = beside.some((one) => one.text.trim() !== '' || one.children.length > 0);
  return isThere ? { ...text, faults: [...new Set([...text.faults, 'has-image'])] } : text;
};

const foreignOf = (question: XmlElement, number: number, context: Context): ForeignQuestion => {
  const prompt = childOf(question, 'questiontext');
  const tags = childrenOf(childOf(question, 'tags'), 'tag').map(wordsOf);
  const name = wordsOf(childOf(question, 'name')) || wordsOf(prompt);
  return {
    number,
    line: question.line,
    name: name.length > shortest ? `${name.slice(0, shortest)}…` : name,
    prompt: withoutPicture(read(prompt, context), question),
    ...optional('explanation', read(childOf(question, 'generalfeedback'), context)),
    tags: [...(context.category ? [context.category] : []), ...tags],
    points: decimal(childOf(question, 'defaultgrade')?.text ?? '') ?? 1,
    ...kindOf(question, context),
  };
};
