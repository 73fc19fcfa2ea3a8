import { z } from 'zod';
import { DomainError, invalid } from '../platform/errors.ts';
import { check } from '../platform/http/validate.ts';
import { type CheckName, checkNames } from './report.ts';

/**
 * What may be asked for by name in `checks`, as the public suites and the VC API write it. Form and signature are
 * always checked.
 */
const checksByName: Readonly<Record<string, CheckName | undefined>> = {
  proof: 'signature',
  status: 'status',
  credentialStatus: 'status',
  dates: 'dates',
  issuer: 'issuer',
};

const checks = z
  .array(z.enum(Object.keys(checksByName) as [string, ...string[]]))
  .transform((names): readonly CheckName[] => names.flatMap((name) => checksByName[name] ?? []))
  .default(checkNames);

const shared = {
  checks,
  returnProblemDetails: z.boolean().default(true),
  returnResults: z.boolean().default(false),
};

/** Options of VCALM 1.0, 3.3.1, and `checks`. */
export const credentialOptions = z.strictObject({ ...shared, returnCredential: z.boolean().default(false) });
/** Options of VCALM 1.0, 3.3.2, and `checks`. */
export const presentationOptions = z.strictObject({
  ...shared,
  challenge: z.string().optional(),
  domain: z.string().optional(),
  returnPresentation: z.boolean().default(false),
});

export type CredentialOptions = z.infer<typeof credentialOptions>;
export type PresentationOptions = z.infer<typeof presentationOptions>;

/**
 * Options are refused as VCALM 1.0, 2.4 and 3.8 say: what is not known to the service is not passed over.
 * @throws DomainError `malformed` (400) of the type that VCALM gives it, `invalid-input` (422)
 */
export const readOptions = <S extends z.ZodType>(schema: S, options: unknown): z.infer<S> => {
  const read = check(schema, options ?? {});
  if (read.ok) return read.value;
  const faults = read.faults.map((fault) => ({ ...fault, pointer: `/options${fault.pointer}` }));
  const unknown = faults.some(({ code }) => code === 'unknown-field' || code === 'not-an-option');
  if (!unknown) throw invalid(faults);
  const type = 'https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED';
  throw new DomainError('malformed', 'malformed', { errors: faults, type });
};
