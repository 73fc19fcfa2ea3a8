import { z } from 'zod';
import { profileShape, registrationShape } from '../../accounts/index.ts';
import type { FieldFault } from '../../platform/errors.ts';
import { type Checked, check } from '../../platform/http/validate.ts';
import { languages, type Words } from '../../platform/i18n.ts';

/** A person with a single name says so: an empty field alone is as a rule a forgotten one. */
const singleName = { singleName: z.literal('yes').optional() };
const registrationForm = registrationShape.extend(singleName);
const profileForm = profileShape.extend(singleName);

type WithName = { givenName: string; singleName?: 'yes' | undefined };

const nameFaults = (body: unknown): readonly FieldFault[] => {
  const { givenName, singleName: single } = (body ?? {}) as Partial<Record<string, unknown>>;
  const isMissing = typeof givenName === 'string' && givenName.trim() === '' && single !== 'yes';
  return isMissing ? [{ pointer: '/givenName', code: 'given-name-or-single' }] : [];
};

const read = <S extends z.ZodType<WithName>>(
  schema: S,
  body: unknown,
): Checked<Omit<z.infer<S>, 'singleName'>> => {
  const checked = check(schema, body);
  const faults = [...nameFaults(body), ...(checked.ok ? [] : checked.faults)];
  if (!checked.ok || faults.length > 0) return { ok: false, faults };
  const { singleName: _single, ...value } = checked.value;
  return { ok: true, value };
};

export const readRegistration = (body: unknown) => read(registrationForm, body);
export const readProfile = (body: unknown) => read(profileForm, body);

type Option = { value: string; label: string };

export const languageOptions = (words: Words): Option[] =>
  languages.map((value) => ({ value, label: words(`web:languages.${value}`) }));
