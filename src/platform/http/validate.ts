import type { z } from 'zod';
import { type FieldFault, invalid } from '../errors.ts';

/** A stable code in place of a sentence: `z.string().min(12, 'password-too-short')`. */
const isCode = (message: string): boolean => /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(message);

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const sizeFault = (issue: {
  origin?: string;
  minimum?: unknown;
  maximum?: unknown;
}): Omit<FieldFault, 'pointer'> => {
  const isText = issue.origin === 'string';
  if (issue.minimum !== undefined) {
    const min = Number(issue.minimum);
    if (isText && min <= 1) return { code: 'required' };
    return { code: isText ? 'too-short' : 'too-small', params: { min } };
  }
  return { code: isText ? 'too-long' : 'too-big', params: { max: Number(issue.maximum) } };
};

const faultsOf = (issue: z.core.$ZodIssue): FieldFault[] => {
  const pointer = pointerOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: `${pointer}${pointerOf([key])}`, code: 'unknown-field' }));
  }
  if (isCode(issue.message)) return [{ pointer, code: issue.message }];
  if (issue.code === 'too_small' || issue.code === 'too_big') return [{ pointer, ...sizeFault(issue) }];
  if (issue.code === 'invalid_type' && issue.input === undefined) return [{ pointer, code: 'required' }];
  if (issue.code === 'invalid_value') return [{ pointer, code: 'not-an-option' }];
  if (issue.code === 'invalid_format')
    return [{ pointer, code: issue.format === 'email' ? 'not-an-email' : 'bad-format' }];
  return [{ pointer, code: 'not-valid' }];
};

export type Checked<T> = { ok: true; value: T } | { ok: false; faults: readonly FieldFault[] };

/** Parses input and answers the value or every fault at once: for forms, which show them beside what was typed. */
export const check = <S extends z.ZodType>(schema: S, input: unknown): Checked<z.infer<S>> => {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, faults: parsed.error.issues.flatMap(faultsOf) };
};

/**
 * The same for machines.
 * @throws DomainError `invalid-input` (422) with one entry per fault.
 */
export const validate = <S extends z.ZodType>(schema: S, input: unknown): z.infer<S> => {
  const checked = check(schema, input);
  if (!checked.ok) throw invalid(checked.faults);
  return checked.value;
};
