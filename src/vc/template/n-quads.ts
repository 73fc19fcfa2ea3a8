/** An RDF term as jsonld and rdf-canonize write it. */
export type Term = {
  readonly termType: 'NamedNode' | 'BlankNode' | 'Literal' | 'DefaultGraph';
  readonly value: string;
  readonly datatype?: { readonly value: string };
  readonly language?: string;
};

export type Quad = {
  readonly subject: Term;
  readonly predicate: Term;
  readonly object: Term;
  readonly graph: Term;
};

const xsdString = 'http://www.w3.org/2001/XMLSchema#string';
const langString = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString';

// biome-ignore lint/suspicious/noControlCharactersInRegex: canonical N-Quads names them
const escaped = /[\u0000-\u001f\u007f"\\]/g;

const shortEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

/** The text of a literal in canonical N-Quads (RDF Dataset Canonicalization 1.0, annex A). */
export const escapeText = (text: string): string =>
  text.replace(
    escaped,
    (character) =>
      shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );

// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const unremarkable = /^[^\u0000-\u001f\u007f"\\\ud800-\uffff]*$/;

/** Whether a text stands in N-Quads as it is, and sorts alike by code point and by UTF-16 unit. */
export const isUnremarkable = (text: string): boolean => unremarkable.test(text);

/**
 * Absolute IRIs that JSON-LD and N-Quads leave as they are: of schemes that no context on board takes for a prefix, in
 * the letters of RFC 3986.
 */
const plainIri = /^(?:https?:\/\/|urn:|did:)[!#-;=?-[\]_a-z~]*$/;

/** The names that must not be terms of a context, or the schemes of `isPlainIri` would be prefixes. */
export const plainSchemes = ['http', 'https', 'urn', 'did'] as const;

export const isPlainIri = (text: string): boolean => plainIri.test(text);

/** How a term is written: fixed text around at most one part that a template fills in. */
export type Written = { readonly before: string; readonly part?: number; readonly after: string };

/** Writes an IRI or a literal; `part` takes the place of its value. */
export const writeTerm = (term: Term, part: number | undefined): Written => {
  const isLiteral = term.termType === 'Literal';
  const value = isLiteral ? escapeText(term.value) : term.value;
  const [open, close] = isLiteral ? ['"', `"${suffixOf(term)}`] : ['<', '>'];
  return part === undefined
    ? { before: `${open}${value}${close}`, after: '' }
    : { before: open, part, after: close };
};

const suffixOf = ({ datatype, language }: Term): string => {
  if (datatype?.value === langString) return language ? `@${language}` : '';
  return datatype === undefined || datatype.value === xsdString ? '' : `^^<${datatype.value}>`;
};
