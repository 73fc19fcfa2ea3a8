import { type HTMLElement, parse } from 'node-html-parser';

/** A form as its page shows it, with what it would send if nobody touched it. */
export type Form = {
  action: string;
  method: 'get' | 'post';
  values: readonly (readonly [name: string, value: string])[];
  element: HTMLElement;
};

/** An HTML page, as far as a program has to read it. */
export type Page = {
  title: string;
  /** All words, blanks made single. */
  text: string;
  links: readonly { href: string; text: string }[];
  forms: readonly Form[];
  root: HTMLElement;
  /** The first form whose address matches. @throws when there is none */
  form(action: RegExp): Form;
  /** The first link whose address matches. @throws when there is none */
  link(href: RegExp): string;
};

/** The words of an element, blanks (the non-breaking ones of French too) made single. */
export const textOf = (element: HTMLElement | null): string =>
  (element?.textContent ?? '').replaceAll(/[\s\u00a0\u202f]+/g, ' ').trim();

const attribute = (element: HTMLElement, name: string): string => element.getAttribute(name) ?? '';

const sentValueOf = (field: HTMLElement): string | undefined => {
  const type = attribute(field, 'type');
  if (field.tagName === 'TEXTAREA') return field.textContent;
  if (field.tagName === 'SELECT') {
    const options = field.querySelectorAll('option');
    const chosen = options.find((option) => option.hasAttribute('selected')) ?? options[0];
    return chosen && attribute(chosen, 'value');
  }
  if (type === 'radio' || type === 'checkbox') {
    return field.hasAttribute('checked') ? attribute(field, 'value') || 'on' : undefined;
  }
  return type === 'file' || type === 'submit' ? undefined : attribute(field, 'value');
};

const formOf = (element: HTMLElement): Form => ({
  action: attribute(element, 'action'),
  method: attribute(element, 'method').toLowerCase() === 'post' ? 'post' : 'get',
  values: element
    .querySelectorAll('input[name], select[name], textarea[name]')
    .map((field) => [attribute(field, 'name'), sentValueOf(field)] as const)
    .filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  element,
});

/** Reads a page. */
export const readPage = (html: string): Page => {
  const root = parse(html);
  const forms = root.querySelectorAll('form').map(formOf);
  const links = root
    .querySelectorAll('a[href]')
    .map((link) => ({ href: attribute(link, 'href'), text: textOf(link) }));
  const title = textOf(root.querySelector('h1'));
  const found = <T>(wanted: T | undefined, what: string): T => {
    if (wanted === undefined) throw new Error(`the page "${title}" has no ${what}`);
    return wanted;
  };
  return {
    title,
    text: textOf(root.querySelector('body')),
    links,
    forms,
    root,
    form: (action) =>
      found(
        forms.find((form) => action.test(form.action)),
        `form to ${action}`,
      ),
    link: (href) => found(links.find((link) => href.test(link.href))?.href, `link to ${href}`),
  };
};
