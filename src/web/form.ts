import type { FieldFault } from '../platform/errors.ts';
import { messageOf } from '../platform/http/problem.ts';
import type { Words } from '../platform/i18n.ts';

/** What was typed into one field: several values for a group of checkboxes. */
type FieldValue = string | readonly string[];

/**
 * A form as its view draws it, new or with faults. `field` is the name of the input, `''` for a fault of the whole form;
 * `label` is there when the page named its labels, so that the summary says which field is meant.
 */
export type Form = {
  values: Readonly<Record<string, FieldValue>>;
  errors: readonly { field: string; label?: string; message: string }[];
  /** The first message of each field. */
  fieldErrors: Readonly<Record<string, string>>;
};

type FormInput = {
  /** The body as it came, not yet checked: only text is kept. */
  values?: unknown;
  faults?: readonly FieldFault[];
  words: Words;
  /** Field name to the label people see. */
  labels?: Readonly<Record<string, string>>;
};

const isSecret = (name: string): boolean => /password|passphrase|secret/i.test(name);
const isText = (value: unknown): value is FieldValue =>
  typeof value === 'string' || (Array.isArray(value) && value.every((part) => typeof part === 'string'));

const keptValues = (values: unknown): Form['values'] =>
  Object.fromEntries(
    Object.entries((values ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, FieldValue] => isText(entry[1]) && !isSecret(entry[0]),
    ),
  );

/**
 * The name of the input that a JSON Pointer means: `/email` is `email`, `/answers/q1` is `answers.q1`; the place in a
 * list (`/topics/0`) is left out, since a list is one field. A field that the form does not have belongs to the form.
 */
const fieldOf = ({ pointer, code }: FieldFault): string =>
  code === 'unknown-field'
    ? ''
    : pointer
        .split('/')
        .slice(1)
        .filter((part) => !/^\d+$/.test(part))
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
        .join('.');

/**
 * The form to show: typed values kept (never passwords), one sentence per fault. Answer with status 422 when there are
 * faults; `{{> error-summary form=form}}` and `{{> field form=form …}}` draw it.
 */
export const formOf = ({ values, faults = [], words, labels = {} }: FormInput): Form => {
  const errors = faults.map((fault) => {
    const field = fieldOf(fault);
    const label = Object.hasOwn(labels, field) ? labels[field] : undefined;
    return { field, message: messageOf(words, fault), ...(label === undefined ? {} : { label }) };
  });
  const fieldErrors: Record<string, string> = {};
  for (const { field, message } of errors) if (field !== '') fieldErrors[field] ??= message;
  return { values: keptValues(values), errors, fieldErrors };
};

/** Whether a box or an option of a group was chosen: `{{#if (chosen form 'topics' value)}}`. */
export const isChosen = (form: Form | undefined, name: string, value: string): boolean => {
  const given = form && Object.hasOwn(form.values, name) ? form.values[name] : undefined;
  return typeof given === 'string' ? given === value : (given?.includes(value) ?? false);
};
