import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';
import { keepsTogether } from '../platform/keep-together.ts';

/** Raw HTML stays text already here; the allow-list behind it is the second lock. */
const plain = () => new MarkdownIt({ html: false, linkify: false, typographer: false });
const markdown = plain().use(keepsTogether);
/** For other tools: blanks as the author typed them, so that what comes back is what went out. */
const asTyped = plain();

// A wide table scrolls inside its own box, which the keyboard can reach.
markdown.renderer.rules.table_open = () => '<div class="scroll" tabindex="0"><table>';
markdown.renderer.rules.table_close = () => '</table></div>';

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h2', 'h3', 'h4', 'p', 'ul', 'ol', 'li', 'blockquote', 'hr', 'br'],
    ...['strong', 'em', 'code', 'pre', 'a', 'img', 'div', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', 'rel'],
    ol: ['start'],
    div: ['class', 'tabindex'],
    img: ['src', 'alt', 'loading'],
  },
  // Pictures of the course itself, by the address beside its pages; never anybody else's.
  exclusiveFilter: ({ tag, attribs }) =>
    tag === 'img' && !/^files\/[a-z0-9][a-z0-9.-]*$/.test(attribs.src ?? ''),
  allowedSchemes: ['https'],
  allowProtocolRelative: false,
  transformTags: {
    // The page's own title is the only h1.
    h1: 'h2',
    img: (tagName, attribs) => ({ tagName, attribs: { ...attribs, loading: 'lazy' } }),
    a: (tagName, attribs) => ({ tagName, attribs: { ...attribs, rel: 'noopener' } }),
  },
};

/** The HTML of an author's Markdown, safe to put into a page as it is. Only https links survive, and pictures of the course. */
export const renderMarkdown = (text: string): string => sanitizeHtml(markdown.render(text), allowed);

const inlineOnly: sanitizeHtml.IOptions = { allowedTags: ['strong', 'em', 'code'], allowedAttributes: {} };

/** The same for one line, such as the text of a question: emphasis and code, neither links nor blocks. */
export const renderInline = (text: string): string => sanitizeHtml(markdown.renderInline(text), inlineOnly);

/** The words of one line without their marks, for places that show no HTML. */
export const plainText = (text: string): string =>
  asTyped
    .parseInline(text, {})
    .flatMap(({ children }) => children ?? [])
    .map(({ content }) => content)
    .join('');

/**
 * The text of a question: its first paragraph as one line, for a legend or a list, and the rest as blocks. Both are safe
 * to put into a page as they are.
 */
export const renderPrompt = (text: string): { line: string; rest: string } => {
  const [first = '', ...others] = text.split(/\n{2,}/);
  // A list or a piece of code cannot be the first paragraph of a legend.
  const isBlock = /^(\s{4}|```|[-*+] |\d+[.)] |> |\|)/.test(first);
  return isBlock
    ? { line: '', rest: renderMarkdown(text) }
    : { line: renderInline(first), rest: others.length > 0 ? renderMarkdown(others.join('\n\n')) : '' };
};

const forExport: sanitizeHtml.IOptions = {
  ...allowed,
  allowedTags: (allowed.allowedTags as string[]).filter((tag) => tag !== 'div'),
  allowedAttributes: { a: ['href'], ol: ['start'] },
};

/** HTML for other tools, well-formed enough to stand in XML: nothing of our own pages in it. */
export const exportHtml = (text: string): string => sanitizeHtml(asTyped.render(text), forExport).trim();
