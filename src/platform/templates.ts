import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { type Formats, formats, type Language, type Localised, type Words } from './i18n.ts';

/** What every template finds at its root beside its own data. */
export type TemplateRoot = { words: Words; language: Language; formats: Formats };
/** Draws the template for one reader. Everything in `{{ }}` is escaped. */
export type Template = (words: Words, data: object) => string;

export type Templates = {
  /** Compiles one `.hbs` file. Its text is read at once, so a missing file stops the start, not a request. */
  load(file: URL): Template;
  /** Makes each `.hbs` file of the folder a partial, called by its name without the ending. */
  addPartials(folder: URL): void;
  /** A helper of one owner beside the common ones. A helper that knows the reader reads `options.data.root`. */
  addHelper(name: string, helper: (...parts: never[]) => unknown): void;
};

type HelperOptions = { data: { root: TemplateRoot }; hash: Record<string, string | number> };

const helpers = {
  /** `{{t 'web:home.title' name=user.name}}` */
  t: (key: string, options: HelperOptions) => options.data.root.words(key, options.hash),
  /** The reader's side of a `{en, fr}` text. */
  local: (text: Localised, options: HelperOptions) => text[options.data.root.language],
  date: (value: Date, options: HelperOptions) => options.data.root.formats.date(value),
  dateTime: (value: Date, options: HelperOptions) => options.data.root.formats.dateTime(value),
  time: (value: Date, options: HelperOptions) => options.data.root.formats.time(value),
  iso: (value: Date) => value.toISOString(),
  number: (value: number, options: HelperOptions) => options.data.root.formats.number(value),
  percent: (share: number, options: HelperOptions) => options.data.root.formats.percent(share),
  money: (minor: number, currency: string, options: HelperOptions) =>
    options.data.root.formats.money(minor, currency),
  country: (code: string, options: HelperOptions) => options.data.root.formats.country(code),
  /** A page of this product in the reader's language: `{{href '/learn'}}` is `/fr/learn`. */
  href: (...parts: unknown[]) => {
    const options = parts.at(-1) as HelperOptions;
    return `/${options.data.root.language}${parts.slice(0, -1).map(String).join('')}`;
  },
  /** Letters and digits in groups of four, as identifiers are printed. */
  groups: (value: string) => (value.match(/.{1,4}/g) ?? []).join(' '),
  eq: (a: unknown, b: unknown) => a === b,
  not: (value: unknown) => !value,
  or: (...parts: unknown[]) => parts.slice(0, -1).find(Boolean),
  and: (...parts: unknown[]) => parts.slice(0, -1).every(Boolean),
  concat: (...parts: unknown[]) => parts.slice(0, -1).map(String).join(''),
  array: (...parts: unknown[]) => parts.slice(0, -1),
};

/** A Handlebars of our own: no global registration, unknown helpers and missing partials throw. */
export const createTemplates = (): Templates => {
  const handlebars = Handlebars.create();
  for (const [name, helper] of Object.entries(helpers)) handlebars.registerHelper(name, helper as never);

  return {
    load: (file) => {
      const compiled = handlebars.compile(readFileSync(file, 'utf8'), {
        // A partial sees what it is given and nothing else: the `title` of a page must not become that of a notice.
        explicitPartialContext: true,
        // A partial on an indented line must not indent its output: typed lines of a textarea would grow spaces.
        preventIndent: true,
      });
      return (words, data) =>
        compiled({ ...data, words, language: words.language, formats: formats(words.language) });
    },
    addHelper: (name, helper) => handlebars.registerHelper(name, helper as never),
    addPartials: (folder) => {
      for (const file of readdirSync(folder)) {
        if (!file.endsWith('.hbs')) continue;
        handlebars.registerPartial(
          file.slice(0, -'.hbs'.length),
          readFileSync(new URL(file, folder), 'utf8'),
        );
      }
    },
  };
};
