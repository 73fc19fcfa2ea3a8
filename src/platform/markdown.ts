import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';
import { keepsTogether } from './keep-together.ts';

/** Raw HTML stays text already here; the allow-list behind it is the second lock. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).use(keepsTogether);

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h2', 'h3', 'h4', 'p', 'ul', 'ol', 'li', 'blockquote', 'br', 'strong', 'em', 'code', 'a'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href'],
    ol: ['start'],
    table: ['class', 'role'],
    thead: ['role'],
    tbody: ['role'],
    tr: ['role'],
    th: ['role', 'scope'],
    td: ['role'],
  },
  allowedSchemes: ['https', 'mailto'],
  allowProtocolRelative: false,
  transformTags: {
    // The page's own title is the only h1.
    h1: 'h2',
    // Drawn like every table of ours; the roles keep it a table when the style sheet makes it a list on a phone.
    table: sanitizeHtml.simpleTransform('table', { class: 'table', role: 'table' }),
    thead: sanitizeHtml.simpleTransform('thead', { role: 'rowgroup' }),
    tbody: sanitizeHtml.simpleTransform('tbody', { role: 'rowgroup' }),
    tr: sanitizeHtml.simpleTransform('tr', { role: 'row' }),
    th: sanitizeHtml.simpleTransform('th', { role: 'columnheader', scope: 'col' }),
    td: sanitizeHtml.simpleTransform('td', { role: 'cell' }),
  },
};

/**
 * The HTML of a text of ours, safe to put into a page as it is. Links go to our own paths (`/contact`), to https
 * addresses and to mailboxes; there are no images.
 */
export const renderMarkdown = (text: string): string => sanitizeHtml(markdown.render(text), allowed);
