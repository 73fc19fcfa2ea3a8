/** What went wrong, in words of the domain; `platform/http/problem.ts` alone knows the status numbers. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'wrong-method'
  | 'conflict'
  | 'gone'
  | 'too-large'
  | 'unsupported-type'
  | 'too-many'
  | 'unavailable'
  | 'malformed';

/**
 * One fault of one input field. `pointer` is a JSON Pointer (RFC 6901) into what was sent; `code` names a text in
 * `locales/<language>/problems.json` under `fields`; `params` fill that text.
 */
export type FieldFault = {
  pointer: string;
  code: string;
  params?: Record<string, string | number>;
};

type DomainErrorDetails = {
  params?: Record<string, string | number>;
  errors?: readonly FieldFault[];
  retryAfterSeconds?: number;
  /** The problem type that a standard demands in place of our own, as URL. */
  type?: string;
};

/**
 * A rule that says no. `code` is stable, documented at `/problems/<code>` and worded in `locales/<language>/problems.json`.
 * Expected results (a failed check, a failed test) are values, not errors.
 */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly params: Record<string, string | number>;
  readonly errors: readonly FieldFault[];
  readonly retryAfterSeconds: number | undefined;
  readonly type: string | undefined;

  constructor(kind: ErrorKind, code: string, details: DomainErrorDetails = {}) {
    super(code);
    this.name = 'DomainError';
    this.kind = kind;
    this.code = code;
    this.params = details.params ?? {};
    this.errors = details.errors ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.type = details.type;
  }
}

/** The input was understood, but one or more fields break a rule: answered 422 with every fault at once. */
export const invalid = (errors: readonly FieldFault[]): DomainError =>
  new DomainError('invalid', 'invalid-input', { errors });

/** Nothing there, or nothing the caller may know of. */
export const notFound = (): DomainError => new DomainError('not-found', 'not-found');
