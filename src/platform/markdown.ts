import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

/** Raw HTML stays text already here; the allow-list behind it is the second lock. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h2', 'h3', 'h4', 'p', 'ul', 'ol', 'li', 'blockquote', 'br', 'strong', 'em', 'code', 'a'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: { a: ['href'], th: ['scope'], ol: ['start'], table: ['class'] },
  allowedClasses: { table: ['table', 'plain'] },
  allowedSchemes: ['https', 'mailto'],
  allowProtocolRelative: false,
  transformTags: {
    // The page's own title is the only h1.
    h1: 'h2',
    th: (tagName, attribs) => ({ tagName, attribs: { ...attribs, scope: 'col' } }),
  },
};

/**
 * The HTML of a text of ours, safe to put into a page as it is. Links go to our own paths (`/contact`), to https
 * addresses and to mailboxes; there are no images.
 */
export const renderMarkdown = (text: string): string => sanitizeHtml(markdown.render(text), allowed);
