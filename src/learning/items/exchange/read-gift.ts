import { type ForeignAnswer, type ForeignQuestion, importForeign, mostAnswers } from './foreign-question.ts';
import { type ForeignText, readForeignText, type TextFormat, typedText } from './foreign-text.ts';
import { type ImportedFile, MOST_QUESTIONS, type ReadOptions } from './imported.ts';
import { truthText } from './truth.ts';

/** GIFT, the plain text of Moodle and many other tools: https://docs.moodle.org/en/GIFT_format */

/** Escaped signs travel as private-use characters until everything is split. */
const signs = ['~', '=', '#', '{', '}', ':', '\\', '\n'] as const;
const hide = (text: string): string =>
  text.replaceAll(/\\([~=#{}:\\n])/g, (_all, sign: string) =>
    String.fromCharCode(0xe000 + signs.indexOf((sign === 'n' ? '\n' : sign) as (typeof signs)[number])),
  );
const shown = (text: string): string =>
  text.replaceAll(/[\ue000-\ue007]/g, (hidden) => signs[hidden.charCodeAt(0) - 0xe000] ?? '');

type Block = { line: number; text: string; comments: string };

const bracesIn = (line: string): number => {
  const plain = line.replaceAll(/\\./g, '');
  return (plain.match(/{/g)?.length ?? 0) - (plain.match(/}/g)?.length ?? 0);
};

/** Questions are parted by empty lines; some tools also leave lines empty between the braces. */
const blocksOf = (text: string): Block[] => {
  const blocks: Block[] = [];
  let comments = '';
  let lines: string[] = [];
  let begin = 0;
  let open = 0;
  const settle = (): void => {
    if (lines.length > 0) blocks.push({ line: begin, text: lines.join('\n'), comments });
    if (lines.length > 0) comments = '';
    lines = [];
    open = 0;
  };
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd();
    if (/^\s*\/\//.test(line)) {
      if (lines.length === 0) comments += `${line}\n`;
      continue;
    }
    if (line.trim() === '' && open <= 0) {
      settle();
      continue;
    }
    if (lines.length === 0) begin = index + 1;
    lines.push(line);
    open += bracesIn(line);
    if (/^\s*\$CATEGORY:/.test(line)) settle();
  }
  settle();
  return blocks;
};

const formats: Readonly<Record<string, TextFormat>> = {
  html: 'html',
  moodle: 'moodle',
  plain: 'plain',
  markdown: 'markdown',
};

type Context = { options: ReadOptions; format: TextFormat };

const formatIn = (text: string): { format?: TextFormat; rest: string } => {
  const [all = '', name = ''] = /^\s*\[(html|moodle|plain|markdown)\]/.exec(text) ?? [];
  const format = formats[name];
  return format ? { format, rest: text.slice(all.length) } : { rest: text };
};

const read = (text: string, { options, format: fallback }: Context): ForeignText => {
  const { format = fallback, rest } = formatIn(text);
  return readForeignText(shown(rest).trim(), format, options.language);
};

type Part = { sign: '=' | '~'; weight?: number; text: string; feedback?: string };

const partOf = (piece: string): Part => {
  const sign = piece.startsWith('=') ? '=' : '~';
  const weighted = /^[=~]\s*%\s*([+-]?[\d.,]+)\s*%/.exec(piece);
  const rest = piece.slice(weighted ? weighted[0].length : 1);
  const hash = rest.indexOf('#');
  return {
    sign,
    ...(weighted ? { weight: Number((weighted[1] ?? '0').replace(',', '.')) / 100 } : {}),
    text: hash < 0 ? rest : rest.slice(0, hash),
    ...(hash < 0 ? {} : { feedback: rest.slice(hash + 1) }),
  };
};

const partsOf = (answers: string): Part[] => (answers.match(/[=~][^=~]*/g) ?? []).map(partOf);

const worth = ({ sign, weight }: Part): number => weight ?? (sign === '=' ? 1 : 0);

const remark = (part: Part, context: Context): Partial<Pick<ForeignAnswer, 'feedback'>> => {
  const text = part.feedback?.trim();
  return text ? { feedback: read(text, context) } : {};
};

const answerOf = (part: Part, context: Context): ForeignAnswer => ({
  text: read(part.text, context),
  fraction: worth(part),
  ...remark(part, context),
});

const number = (text: string): number | undefined => {
  const plain = shown(text).trim().replace(',', '.');
  const value = Number(plain);
  return plain !== '' && Number.isFinite(value) ? value : undefined;
};

/** `3:2` is 3 ± 2, `1..5` everything from 1 to 5. */
const rangeOf = (text: string): { value?: number; tolerance: number } => {
  const [from, to] = text.split('..').map(number);
  if (text.includes('..') && from !== undefined && to !== undefined) {
    // A hundred-thousandth of rounding would show: 3.141..3.142 is 3.1415 ± 0.0005.
    const round = (value: number): number => Number(value.toPrecision(12));
    return { value: round((from + to) / 2), tolerance: round(Math.abs(to - from) / 2) };
  }
  const [value, tolerance] = text.split(':').map(number);
  return { ...(value === undefined ? {} : { value }), tolerance: Math.abs(tolerance ?? 0) };
};

const numbersOf = (answers: string) => {
  const listed = partsOf(answers);
  const parts = listed.length > 0 ? listed : [partOf(`=${answers}`)];
  return {
    kind: 'number' as const,
    answers: parts.map((part) => ({ ...rangeOf(part.text), fraction: worth(part) })),
  };
};

const truthOf = (answers: string, context: Context) => {
  const [said = '', wrong = '', right = ''] = answers.split('#');
  const isTrue = /^\s*t/i.test(said);
  const remarkOf = (value: boolean) => {
    const text = (value === isTrue ? right : wrong).trim();
    return text === '' ? {} : { feedback: read(text, context) };
  };
  return {
    kind: 'choices' as const,
    single: true,
    keepOrder: true,
    answers: [true, false].map((value) => ({
      text: truthText(value),
      fraction: value === isTrue ? 1 : 0,
      ...remarkOf(value),
    })),
  };
};

const kindOf = (answers: string, context: Context) => {
  const plain = answers.trim();
  if (plain === '') return { kind: 'essay' as const };
  if (plain.startsWith('#')) return numbersOf(plain.slice(1));
  if (/^(t|true|f|false)\s*(#|$)/i.test(plain)) return truthOf(plain, context);
  const listed = partsOf(plain);
  // A single accepted answer may stand alone.
  const parts = listed.length === 0 && !/[=~]/.test(plain) ? [partOf(`=${plain}`)] : listed;
  if (parts.length > mostAnswers) {
    return { kind: 'none' as const, code: 'too-many', params: { maximum: mostAnswers } };
  }
  if (parts.length === 0) return { kind: 'none' as const, code: 'unreadable-answers' };
  if (parts.every(({ sign, text }) => sign === '=' && text.includes('->'))) {
    const pairs = parts.map(({ text }) => {
      const at = text.indexOf('->');
      return { left: read(text.slice(0, at), context), right: read(text.slice(at + 2), context) };
    });
    return { kind: 'pairs' as const, pairs };
  }
  if (parts.every(({ sign }) => sign === '=')) {
    return {
      kind: 'words' as const,
      caseSensitive: false,
      answers: parts.map((part) => ({
        text: typedText(shown(formatIn(part.text).rest), context.options.language),
        fraction: worth(part),
        ...remark(part, context),
      })),
    };
  }
  const single = parts.some(({ sign }) => sign === '=');
  return {
    kind: 'choices' as const,
    single,
    keepOrder: false,
    answers: parts.map((part) => answerOf(part, context)),
  };
};

const shortest = 80;

const begins = (text: string): string => {
  const plain = shown(text).replaceAll(/\s+/g, ' ').trim();
  return plain.length > shortest ? `${plain.slice(0, shortest)}…` : plain;
};

const tagsIn = (comments: string): string[] =>
  [...comments.matchAll(/\[tag:((?:[^\]\\\n]|\\.){1,80})\]/g)].map(([, tag = '']) => tag);

type Place = { number: number; block: Block; category: string | undefined; options: ReadOptions };

const foreignOf = ({ number: place, block, category, options }: Place): ForeignQuestion => {
  const hidden = hide(block.text);
  const [titled = '', title = ''] = /^\s*::([\s\S]*?)::/.exec(hidden) ?? [];
  const { format = 'moodle', rest } = formatIn(hidden.slice(titled.length));
  const context: Context = { options, format };
  const open = rest.indexOf('{');
  const close = rest.lastIndexOf('}');
  const isAsked = open >= 0 && close > open;
  const before = isAsked ? rest.slice(0, open) : rest;
  const after = isAsked ? rest.slice(close + 1).trim() : '';
  const inside = isAsked ? rest.slice(open + 1, close) : '';
  const general = inside.indexOf('####');
  const answers = general < 0 ? inside : inside.slice(0, general);
  // A full stop behind the braces ends the sentence; more is a gap in the text.
  const gap = after === '' || /^[.?!]$/.test(after) ? '' : gapIn(format, after);
  const prompt = `${before.trimEnd()}${gap}`;
  return {
    number: place,
    line: block.line,
    name: begins(title) || begins(before),
    prompt: read(prompt, context),
    ...(general < 0 ? {} : { explanation: read(inside.slice(general + 4), context) }),
    tags: [...(category ? [category] : []), ...tagsIn(block.comments)],
    points: 1,
    ...(isAsked
      ? kindOf(answers, context)
      : { kind: 'none' as const, code: open < 0 ? 'no-answers' : 'brace-open' }),
  };
};

const gapIn = (format: TextFormat, after: string): string =>
  ` ${format === 'markdown' ? '\\_\\_\\_\\_\\_' : '_____'} ${after}`;

const categoryOf = (path: string): string | undefined =>
  path
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'top' && !/^\$\w+\$$/.test(part))
    .at(-1);

export const readGift = (bytes: Uint8Array, options: ReadOptions): ImportedFile => {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true })
      .decode(bytes)
      .replaceAll('\r\n', '\n')
      .replaceAll('\r', '\n');
  } catch {
    return { ok: false, faults: [{ code: 'not-utf-8' }] };
  }
  const blocks = blocksOf(text);
  const asked = blocks.filter((block) => !/^\s*\$CATEGORY:/.test(block.text));
  if (!asked.some((block) => block.text.includes('{')))
    return { ok: false, faults: [{ code: 'no-questions' }] };
  if (asked.length > MOST_QUESTIONS) {
    return { ok: false, faults: [{ code: 'too-many-questions', params: { maximum: MOST_QUESTIONS } }] };
  }
  let category: string | undefined;
  let place = 0;
  const questions = blocks.flatMap((block) => {
    const [, path] = /^\s*\$CATEGORY:(.*)$/.exec(block.text) ?? [];
    if (path !== undefined) {
      category = categoryOf(path);
      return [];
    }
    place += 1;
    return [importForeign(foreignOf({ number: place, block, category, options }), options)];
  });
  return { ok: true, questions };
};
