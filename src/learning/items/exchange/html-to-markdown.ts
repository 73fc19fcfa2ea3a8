import { parseDocument } from 'htmlparser2';
import type { Language } from '../../../platform/i18n.ts';

/** The nodes of the parser, as far as they are read here. */
type Node = {
  type: string;
  name?: string;
  data?: string;
  attribs?: Record<string, string>;
  children?: Node[];
};

/** `faults`: what cannot be said in our Markdown at all; `notes`: what was left out of it. */
export type Converted = { markdown: string; faults: readonly string[]; notes: readonly string[] };

type State = { faults: Set<string>; notes: Set<string> };

const refused: Readonly<Record<string, string>> = {
  script: 'has-script',
  iframe: 'has-media',
  object: 'has-media',
  embed: 'has-media',
  video: 'has-media',
  audio: 'has-media',
  canvas: 'has-media',
  svg: 'has-media',
  img: 'has-image',
  math: 'has-formula',
  form: 'has-form',
  input: 'has-form',
  select: 'has-form',
  textarea: 'has-form',
  button: 'has-form',
};

const blocks = new Set(
  'p div section article header footer center dl dt dd figure figcaption address fieldset'.split(' '),
);
const unseen = new Set(['style', 'head', 'title', 'meta', 'link', 'template', 'noscript']);
/** What HTML shows as one blank; a no-break space, as French sets it, is none of them. */
const blanks = /[ \t\r\n\f]+/g;
const formula = /\\\(|\\\[|\$\$/;

/** What Markdown would take for a mark is escaped, so that a text stays what it says. */
const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_[\]<>~|]/g, '\\$&').replaceAll(/&(?=#?\w+;)/g, '\\&');

const lineStart = (line: string): string =>
  line.replace(/^(\s*)([-+#]|=+$)/, '$1\\$2').replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');

const superscripts = new Map(
  [...'0123456789+-n'].map((sign, index) => [sign, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ'][index] ?? sign]),
);
const subscripts = new Map(
  [...'0123456789+-'].map((sign, index) => [sign, [...'₀₁₂₃₄₅₆₇₈₉₊₋'][index] ?? sign]),
);

const textOf = (node: Node): string =>
  node.type === 'text' ? (node.data ?? '') : (node.children ?? []).map(textOf).join('');

const raised = (node: Node, state: State): string => {
  const signs = [...textOf(node).trim()];
  const table = node.name === 'sup' ? superscripts : subscripts;
  if (signs.every((sign) => table.has(sign))) return signs.map((sign) => table.get(sign)).join('');
  state.notes.add('raised-text');
  return escaped(`${node.name === 'sup' ? '^' : '_'}(${signs.join('')})`);
};

const wrapped = (mark: string, inner: string): string => {
  const [, before = '', text = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(inner) ?? [];
  return text === '' ? inner : `${before}${mark}${text}${mark}${after}`;
};

const codeOf = (text: string): string => {
  const plain = text.replaceAll(/\s+/g, ' ');
  const fence = '`'.repeat(Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = /^`|`$/.test(plain) ? ' ' : '';
  return plain.trim() === '' ? '' : `${fence}${pad}${plain}${pad}${fence}`;
};

const linkOf = (node: Node, state: State): string => {
  const inner = inlineOf(node.children ?? [], state);
  const href = (node.attribs?.href ?? '').trim();
  if (/^https:\/\/[^\s()<>"'\\]+$/i.test(href)) return `[${inner.trim()}](${href})`;
  if (href !== '') state.notes.add('link-dropped');
  return inner;
};

const inlineNode = (node: Node, state: State): string => {
  if (node.type === 'text') return escaped((node.data ?? '').replaceAll(blanks, ' '));
  if (node.type !== 'tag' && node.type !== 'script' && node.type !== 'style') return '';
  const name = node.name ?? '';
  const fault = refused[name];
  if (fault) {
    state.faults.add(fault);
    return '';
  }
  if (unseen.has(name)) return '';
  const inner = () => inlineOf(node.children ?? [], state);
  switch (name) {
    case 'br':
      return '\\\n';
    case 'strong':
    case 'b':
      return wrapped('**', inner());
    case 'em':
    case 'i':
    case 'cite':
    case 'var':
      return wrapped('*', inner());
    case 'code':
    case 'tt':
    case 'kbd':
    case 'samp':
      return codeOf(textOf(node));
    case 'sub':
    case 'sup':
      return raised(node, state);
    case 'a':
      return linkOf(node, state);
    default:
      return inner();
  }
};

const inlineOf = (nodes: readonly Node[], state: State): string =>
  nodes.map((node) => inlineNode(node, state)).join('');

const isBlock = ({ type, name = '' }: Node): boolean =>
  type === 'tag' && (blocks.has(name) || /^(h[1-6]|ul|ol|pre|blockquote|table|hr|li|tbody|tr)$/.test(name));

const paragraph = (text: string): string =>
  text
    .replaceAll(/(?:\\\n\s*)+$|^(?:\s*\\\n)+/g, '')
    .split('\n')
    .map((line) => lineStart(line.trim()))
    .join('\n')
    .trim();

const indented = (text: string, by: string): string => text.replaceAll('\n', `\n${by}`);

const listOf = (node: Node, state: State): string => {
  const entries = (node.children ?? []).filter(({ name }) => name === 'li');
  return entries
    .map((entry, index) => {
      const mark = node.name === 'ol' ? `${index + 1}. ` : '- ';
      return `${mark}${indented(blocksOf(entry.children ?? [], state).join('\n\n'), ' '.repeat(mark.length))}`;
    })
    .join('\n');
};

const rowsOf = (node: Node): Node[] =>
  (node.children ?? []).flatMap((child) => (child.name === 'tr' ? [child] : rowsOf(child)));

const tableOf = (node: Node, state: State): string => {
  const rows = rowsOf(node).map((row) =>
    (row.children ?? [])
      .filter(({ name }) => name === 'td' || name === 'th')
      .map((cell) =>
        blocksOf(cell.children ?? [], state)
          .join(' ')
          .replaceAll('\n', ' '),
      ),
  );
  const width = rows[0]?.length ?? 0;
  if (width === 0) return '';
  if (rows.some((row) => row.length !== width)) state.faults.add('has-irregular-table');
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
};

const blockOf = (node: Node, state: State): string[] => {
  const children = node.children ?? [];
  switch (node.name) {
    case 'pre': {
      const code = textOf(node).replaceAll('\r', '').replace(/^\n/, '').trimEnd();
      const fence = code.includes('```') ? '````' : '```';
      return [`${fence}\n${code}\n${fence}`];
    }
    case 'ul':
    case 'ol':
      return [listOf(node, state)];
    case 'table':
      return [tableOf(node, state)];
    case 'hr':
      return [];
    case 'blockquote':
      return [`> ${indented(blocksOf(children, state).join('\n\n'), '> ')}`];
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
    case 'h5':
    case 'h6': {
      const text = paragraph(inlineOf(children, state)).replaceAll('\n', ' ');
      return text === ''
        ? []
        : [`${'#'.repeat(Math.min(4, Math.max(2, Number(node.name.slice(1)))))} ${text}`];
    }
    default:
      return blocksOf(children, state);
  }
};

/** Paragraphs, lists and the like; what stands loose between them makes paragraphs of its own. */
const blocksOf = (nodes: readonly Node[], state: State): string[] => {
  const found: string[] = [];
  let loose: Node[] = [];
  const settle = (): void => {
    const text = paragraph(inlineOf(loose, state));
    if (text !== '') found.push(text);
    loose = [];
  };
  for (const node of nodes) {
    // A span around paragraphs, as editors make them, is looked through.
    const wraps = node.type === 'tag' && !isBlock(node) && (node.children ?? []).some(isBlock);
    if (!isBlock(node) && !wraps) loose.push(node);
    else {
      settle();
      found.push(...(wraps ? blocksOf(node.children ?? [], state) : blockOf(node, state)));
    }
  }
  settle();
  return found.filter((block) => block !== '');
};

const deepest = 60;

const depthOf = (nodes: readonly Node[], depth = 0): number =>
  depth > deepest
    ? depth
    : Math.max(depth, ...nodes.map(({ children = [] }) => depthOf(children, depth + 1)));

const isMultilang = ({ name, attribs }: Node): boolean =>
  (name === 'span' || name === 'lang') &&
  attribs?.lang !== undefined &&
  (name === 'lang' || /(^|\s)multilang(\s|$)/.test(attribs.class ?? ''));

/** Only what is said in one language: the others' `<span lang class="multilang">` are left out. */
const inLanguage = (nodes: readonly Node[], language: Language): Node[] =>
  nodes.flatMap((node) => {
    if (isMultilang(node)) {
      const own = (node.attribs?.lang ?? '').toLowerCase().split(/[-_]/)[0] === language;
      return own ? inLanguage(node.children ?? [], language) : [];
    }
    return [node.children ? { ...node, children: inLanguage(node.children, language) } : node];
  });

const hasLanguages = (nodes: readonly Node[]): boolean =>
  nodes.some((node) => isMultilang(node) || hasLanguages(node.children ?? []));

/** `{mlang fr}…{mlang}`, the other way that Moodle knows. */
const withSpans = (html: string): string =>
  html.replaceAll(
    /\{\s*mlang\s+([a-zA-Z_-]+)\s*\}([\s\S]*?)\{\s*mlang\s*\}/g,
    '<span class="multilang" lang="$1">$2</span>',
  );

const convert = (nodes: readonly Node[]): Converted => {
  const state: State = { faults: new Set(), notes: new Set() };
  const markdown = blocksOf(nodes, state).join('\n\n');
  return { markdown, faults: [...state.faults], notes: [...state.notes] };
};

/**
 * HTML as question authors write it, as our Markdown: by language when it says which (`undefined` for a text that is the
 * same for all). Scripts, pictures, forms, formulas and the like cannot be said, and are faults.
 */
export const htmlToMarkdown = (html: string): Converted | Readonly<Record<Language, Converted>> => {
  const nodes = parseDocument(withSpans(html)).children as unknown as Node[];
  if (depthOf(nodes) > deepest) return { markdown: '', faults: ['too-deep'], notes: [] };
  const isFormula = nodes.some((node) => formula.test(textOf(node)));
  const withFormula = (converted: Converted): Converted =>
    isFormula ? { ...converted, faults: [...converted.faults, 'has-formula'] } : converted;
  if (!hasLanguages(nodes)) return withFormula(convert(nodes));
  return {
    en: withFormula(convert(inLanguage(nodes, 'en'))),
    fr: withFormula(convert(inLanguage(nodes, 'fr'))),
  };
};

/** Plain text as Markdown that says the same; line breaks stay. */
export const plainToMarkdown = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n{2,}/)
    .map((block) =>
      block
        .split('\n')
        .map((line) => lineStart(escaped(line.trim())))
        .join('\\\n'),
    )
    .join('\n\n');
